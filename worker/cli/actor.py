"""Who uses the command line, as the audit log names them."""

import getpass
import os


def command_line() -> str:
    """Return `cli:USER`, the user before `sudo`; a number where it has no name, as in some containers."""
    if before := os.environ.get("SUDO_USER"):
        return f"cli:{before}"
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:{os.getuid()}"

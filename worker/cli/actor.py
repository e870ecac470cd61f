"""Who uses the command line, as the audit log names them."""

import getpass


def command_line() -> str:
    """Return `cli:USER`; the number of the user where it has no name, as in some containers."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        import os

        return f"cli:{os.getuid()}"

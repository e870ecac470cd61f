"""Secrets that a user hands to a command: from a file, standard input or the environment.

A value on the command line is visible to everybody on the machine (`ps`) and stays in the shell's history.
"""

import os
import sys
from pathlib import Path

from worker.cli.terminal.errors import UserError

# The forms that are not files. curl and kubectl read `-` as standard input, OpenSSL `env:` as a variable.
STDIN = "-"
ENVIRONMENT = "env:"


def read_secret(source: str, *, option: str) -> str:
    """Return the secret in `source`: a file, `-` for standard input, or `env:NAME`.

    White space around it is removed. Raises `UserError` if it is missing or empty.
    """
    if source.startswith(ENVIRONMENT):
        name = source.removeprefix(ENVIRONMENT)
        if not (given := os.environ.get(name, "").strip()):
            raise UserError(f"{option} {source}: the variable {name} is not set, or empty")
        return given
    try:
        text = sys.stdin.read() if source == STDIN else Path(source).read_text(encoding="utf-8")
    except OSError as error:
        hint = f"; for a variable write {ENVIRONMENT}{source}" if source in os.environ else ""
        raise UserError(f"{option} {source}: {error.strerror}{hint}") from None
    except UnicodeDecodeError:
        raise UserError(f"{option} {source}: it is not text in UTF-8") from None
    if not (given := text.strip()):
        raise UserError(f"{option} {source}: it is empty")
    return given


def refuse_on_command_line(what: str, *, option: str) -> UserError:
    """Return the error for a secret that was given on the command line; `option` takes it from elsewhere."""
    return UserError(
        f"{what}: everybody on this machine can read it on the command line (ps): "
        f"use {option} FILE, {option} - for standard input, or {option} env:NAME"
    )

"""The first files of an installation: a commented configuration and a systemd unit (`wiredesk init`).

    DIR/wiredesk.toml       every setting, commented out; data_dir and contact are set
    DIR/wiredesk.service    `wiredesk run` of this installation, with the rights that it needs

Files that exist are never changed.
"""

import json
import os
import pwd
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from worker.config.load import CONFIG_VARIABLE, defaults_dir
from worker.config.settings import SettingsError
from worker.config.template import template

CONFIGURATION, UNIT = "wiredesk.toml", "wiredesk.service"
"""The files that are written; `load` looks for the first one in the working directory."""

HOMES = (Path("/home"), Path("/root"), Path("/run/user"))
"""What `ProtectHome=` hides (systemd.exec(5))."""

PLAIN_PATH = re.compile(r"[\w./@+-]+", re.ASCII)
"""Paths that need no quotes in a unit: no spaces, and no `%`, `$` or `\\`, which systemd expands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where an installation lives: its directory, the program `wiredesk`, and the user that runs it."""

    directory: Path
    program: Path
    user: str


def initial_files(place: Installation, *, contact: str | None) -> dict[Path, str]:
    """Return the content of each file by its path. Raises `SettingsError` if a path cannot be in a unit."""
    for path in (place.directory, place.program):
        if not PLAIN_PATH.fullmatch(str(path)):
            raise SettingsError(f"{path}: choose a directory without spaces and special characters")
    values = {"data_dir": str(place.directory / "data")} | ({"contact": contact} if contact else {})
    return {
        place.directory / CONFIGURATION: with_values(template(), values),
        place.directory / UNIT: unit_at(packaged_unit().read_text(encoding="utf-8"), place),
    }


def write_missing(files: Mapping[Path, str], owner: pwd.struct_passwd) -> list[Path]:
    """Write the files that do not exist, readable by `owner` only; return these.

    A directory that is made belongs to `owner`, too.
    """
    written = []
    for path, content in files.items():
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
            os.chown(path.parent, owner.pw_uid, owner.pw_gid)
        try:
            # The configuration may hold passwords later on.
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.write(content)
            os.fchown(file.fileno(), owner.pw_uid, owner.pw_gid)
        written.append(path)
    return written


def with_values(text: str, values: Mapping[str, str]) -> str:
    """Return the configuration with the lines of these settings no longer commented out."""
    for key, value in values.items():
        text = _replaced(text, rf"^# {key} = .*$", f"{key} = {json.dumps(value)}")
    return text


def unit_at(text: str, place: Installation) -> str:
    """Return the unit of the packages' layout, changed to run the installation at `place`."""
    directory = place.directory
    in_a_home = any(path.is_relative_to(home) for home in HOMES for path in (directory, place.program))
    changes = {
        r"^# Wiredesk with its embedded.*\n(?:#.*\n)*": "# Wiredesk with its embedded PostgreSQL and Redis. "
        f"Written by `wiredesk init {directory}`.\n",
        r"^User=.*$": f"User={place.user}",
        r"^Group=.*\n": "",
        r"^# /var/lib/wiredesk, created.*\nStateDirectory=.*\nStateDirectoryMode=.*$": (
            f"# The only place that it may write to.\nReadWritePaths={directory}"
        ),
        r"^WorkingDirectory=.*$": f"WorkingDirectory={directory}",
        r"WIREDESK_DATA_DIR=\S+": f"{CONFIG_VARIABLE}={directory / CONFIGURATION}",
        r"^# Settings of this machine, .*\nEnvironmentFile=.*\n": "",
        r"^ExecStart=\S+": f"ExecStart={place.program}",
        r"^ProtectHome=.*$": f"ProtectHome={'read-only' if in_a_home else 'yes'}",
    }
    for pattern, replacement in changes.items():
        text = _replaced(text, pattern, replacement)
    return text


def packaged_unit() -> Path:
    """Return deploy/systemd/wiredesk.service of a checkout, or its copy in the wheel."""
    packaged = defaults_dir() / UNIT
    return packaged if packaged.is_file() else defaults_dir().parent / "deploy" / "systemd" / UNIT


def _replaced(text: str, pattern: str, replacement: str) -> str:
    """Replace the one match of the pattern; the replacement is taken literally."""
    replaced, count = re.subn(pattern, lambda _: replacement, text, flags=re.MULTILINE)
    assert count == 1, pattern
    return replaced

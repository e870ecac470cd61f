"""`wiredesk init`: the files with which an installation begins."""

import os
import pwd
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from worker.cli.terminal.errors import UserError

Directory = Annotated[Path, typer.Argument(metavar="[DIR]", help="Directory of the installation.")]
Contact = Annotated[
    str | None, typer.Option(help="URL or mail address by which publishers can reach you; put into the file.")
]
User = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The user that the service runs as; default: who runs this."),
]


def init(directory: Directory = Path(), contact: Contact = None, user: User = None) -> None:
    """Write a commented configuration and a systemd unit for this installation.

    Files that exist stay.
    """
    from worker.config.initial import Installation, initial_files, write_missing

    owner = _owner(user)
    place = Installation(directory=directory.resolve(), program=_program(), user=owner.pw_name)
    files = initial_files(place, contact=contact)
    try:
        written = write_missing(files, owner)
    except OSError as error:
        raise UserError(f"{error.filename}: {error.strerror}") from None
    for path in files:
        print(f"{'written' if path in written else 'kept   '}  {path}")
    print("next:")
    for step in _next_steps(place.directory, has_contact=contact is not None):
        print(f"  {step}")


def _owner(name: str | None) -> pwd.struct_passwd:
    """Return the user of the service. Raises `UserError`."""
    if os.geteuid() != 0:
        own = pwd.getpwuid(os.geteuid())
        if name not in (None, own.pw_name):
            raise UserError(f"--user {name}: only root can give files to another user: sudo wiredesk init …")
        return own
    if name is None:
        raise UserError("--user NAME: name the user that the service runs as, since it must not be root")
    try:
        return pwd.getpwnam(name)
    except KeyError:
        raise UserError(f"there is no user {name}: useradd --system {name}") from None


def _program() -> Path:
    """Return the path of the program that is running, as a unit must name it."""
    called = Path(sys.argv[0])
    found = called if called.is_absolute() else Path(shutil.which("wiredesk") or called.resolve())
    return found if found.name == "wiredesk" else Path(sys.executable).with_name("wiredesk")


def _next_steps(directory: Path, *, has_contact: bool) -> list[str]:
    contact = [] if has_contact else ["editor wiredesk.toml                     # set contact first"]
    return [
        f"cd {directory}",
        *contact,
        "wiredesk feeds import FILE               # an OPML file or a list of addresses",
        f"sudo cp {directory / 'wiredesk.service'} /etc/systemd/system/",
        "sudo systemctl enable --now wiredesk",
        "wiredesk users add NAME --role admin     # until then, the pages are open on this machine only",
    ]

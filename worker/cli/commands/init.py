"""`wiredesk init`: the files with which an installation begins."""

import os
import pwd
import shutil
import sys
from datetime import UTC, datetime, timedelta
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
Admin = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Also add the first account, an admin, and print its link."),
]


def init(
    directory: Directory = Path(), contact: Contact = None, user: User = None, admin: Admin = None
) -> None:
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
    if admin is not None:
        print(_first_account(place.directory, admin))
    print("next:")
    for step in _next_steps(place.directory, has_contact=contact is not None, has_admin=admin is not None):
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


def _first_account(directory: Path, name: str) -> str:
    """Add an admin to the store of the installation; return the line to print. Raises `UserError`."""
    from worker.cli.actor import command_line
    from worker.cli.running.servers import attached
    from worker.config.initial import CONFIGURATION
    from worker.config.load import CONFIG_VARIABLE, load
    from worker.rows.access import Role
    from worker.services.access import accounts as service
    from worker.store import Store, accounts, audit

    settings = load(environ={**os.environ, CONFIG_VARIABLE: str(directory / CONFIGURATION)}).settings
    if os.geteuid() == 0 and settings.database_url is None:
        raise UserError(
            f"--admin {name}: the embedded database belongs to the user of the service: as that user, "
            f"cd {directory} && wiredesk users add {name} --role admin"
        )
    with attached(settings, create=True) as settings:
        assert settings.database_url is not None
        store = Store(settings.database_url, pool_size=1)
        try:
            with store.begin() as db:
                if accounts.find(db, name) is not None:
                    return f"kept     the account {name}"
                now, valid = datetime.now(UTC), timedelta(days=settings.web_invitation_days)
                _, token = service.add(db, name, Role.ADMIN, now=now, valid=valid)
                detail = {"role": Role.ADMIN}
                audit.record(db, command_line(), "account.invited", f"account:{name}", detail, now=now)
        except service.AccountProblem as error:
            raise UserError(str(error)) from None
        finally:
            store.close()
    return f"added    the account {name}: {settings.site}/invitation/{token}"


def _next_steps(directory: Path, *, has_contact: bool, has_admin: bool) -> list[str]:
    contact = [] if has_contact else ["editor wiredesk.toml                     # set contact first"]
    admin = [] if has_admin else ["wiredesk users add NAME --role admin     # the first account"]
    return [
        f"cd {directory}",
        *contact,
        "wiredesk feeds import FILE               # an OPML file or a list of addresses",
        f"sudo cp {directory / 'wiredesk.service'} /etc/systemd/system/",
        "sudo systemctl enable --now wiredesk",
        *admin,
    ]

"""`wiredesk db`: the schema of the database, and its readers."""

import re
import secrets
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

import typer

from worker.cli.options import Json
from worker.cli.secret_sources import read_secret
from worker.cli.session import opened, settings_of
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import print_json

ReaderName = Annotated[str, typer.Option("--name", help="Name of the login.")]
PasswordFrom = Annotated[
    str | None,
    typer.Option(metavar="SOURCE", help="Take the password from a file, - (standard input) or env:NAME."),
]
Wait = Annotated[
    float, typer.Option(metavar="SECONDS", help="Wait for a server that cannot be reached yet.", min=0)
]
Timeout = Annotated[int, typer.Option(help="Seconds after which a statement is cancelled.", min=1)]

ROLE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
"""Names that need no quotes in SQL, of at most 63 bytes (PostgreSQL, lexical structure)."""

PASSWORD_BYTES = 24
"""Random bytes of a password: 192 bits, as in the password of the embedded Redis."""


def upgrade(ctx: typer.Context, wait: Wait = 0.0) -> None:
    """Migrate the database to the schema of this version. Several processes may do so at once.

    A database that a newer version has migrated stays: parts of this version may go on working with it.
    """
    from worker.store import migrate

    settings = settings_of(ctx)
    if settings.database_url is None:
        from worker.cli.running.servers import attached

        with attached(settings, create=True) as settings:
            # The embedded database is migrated whenever it is started.
            assert settings.database_url is not None
            now = migrate.current(settings.database_url)
    else:
        now = migrate.upgrade_or_newer(settings.database_url, wait_seconds=wait)
    newer = "" if now == migrate.head() else f", which is newer than {migrate.head()} of this version"
    print(f"the database has the schema {now}{newer}")


def current(ctx: typer.Context, json: Json = False) -> int:
    """Show the schema of the database and the schema of this version. Exit code 1 when they differ."""
    from worker.store import migrate

    settings = settings_of(ctx)
    url = settings.database_url
    if url is None:
        from worker.cli.running.directory import living

        found = living(settings)
        if found is None or found.database_url is None:
            raise UserError(
                "no run is alive here: set WIREDESK_DATABASE_URL to the database (a run migrates its own)"
            )
        url = found.database_url
    has, needs = migrate.current(url), migrate.head()
    if json:
        print_json({"current": has, "head": needs})
    elif has is None:
        print(f"the database is empty, this version needs the schema {needs}")
    else:
        print(f"the database has the schema {has}, this version needs {needs}")
    return 0 if has == needs else 1


def recount(
    ctx: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Correct the counts that differ.")] = False,
    json: Json = False,
) -> int:
    """Count all rows, and compare with the counts that are kept. Exit code 1 when they differ.

    It stops nobody, and takes about a second for a million entries.
    """
    from worker.store import kept_counts

    with opened(ctx) as at, at.store.begin() as db:
        found = kept_counts.differences(db)
        repaired = kept_counts.repair(db) if repair and found else 0
    if json:
        print_json({"differences": found, "repaired": repaired})
        return 1 if found and not repaired else 0
    for one in found:
        name = " ".join(part for part in (one.subject, one.state, one.reason) if part)
        print(f"{name} of {one.day}: {one.kept} kept, {one.counted} counted")
    print(f"{len(found)} counts differ" + (f", {repaired} repaired" if repaired else ""))
    return 1 if found and not repaired else 0


def reader(
    ctx: typer.Context,
    name: ReaderName = "wiredesk_reader",
    password_from: PasswordFrom = None,
    timeout: Timeout = 60,
    json: Json = False,
) -> None:
    """Create a login that may only read the views of the schema `read`, and print its password once.

    Repeated, it gives the login a new password. docs/sql.md describes the views.
    """
    from worker.cli.running.servers import plain_url
    from worker.store.readers import MayNotCreateRoles, RoleNotOurs, save_reader

    if not ROLE_NAME.fullmatch(name) or name.startswith("pg_"):
        raise UserError(f"--name {name!r}: write lower-case letters, digits and _, not beginning with pg_")
    if password_from is None:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
    else:
        password = read_secret(password_from, option="--password-from")
    with opened(ctx) as at, at.store.begin() as db:
        try:
            is_new = save_reader(db, name, password, timeout=timedelta(seconds=timeout))
        except RoleNotOurs:
            raise UserError(f"the role {name} is more than a reader: choose another --name") from None
        except MayNotCreateRoles as error:
            raise UserError(
                f"{error}: the user of the database URL needs CREATEROLE, or a superuser runs this command"
            ) from None
        shown = None if password_from else password
        url = plain_url(at.settings.database_url or "", user=quote(name), password=shown)
    if json:
        return print_json({"name": name, "password": shown, "url": url, "new": is_new})
    print(f"{'created' if is_new else 'changed'} the login {name}; it reads the schema read")
    if shown:
        print(f"password (shown only now): {shown}")
    print(url)
    return None

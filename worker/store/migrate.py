"""Migrations: bring a database to the schema of this version.

Alembic is imported only to migrate: it takes half as long as a command, and the schema is looked at by all.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from worker.store.db import Connection, StoreUnavailable, driver_url, first_line, value

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
"""The scripts; those in `versions` are one chain, each with its revision and the one before."""
_REVISION = re.compile(r'^(revision|down_revision)\b[^=\n]*= "(\w+)"', re.MULTILINE)

LOCK = 0x6D_69_67_72
"""The advisory lock of migrations, since two containers may start at once: 'migr' in ASCII."""
PAUSE_SECONDS = 1.0
"""Pause between two tries to reach a server that is starting. A guess."""

ABSENT = ("08", "57P", "53300")
"""SQLSTATEs of a server that is away or takes nobody: connection exceptions, shutdown, too many connections
(PostgreSQL, appendix A)."""

CURES = {
    "25006": "this server only reads, as a standby does: migrate the primary",
    "40P01": "other sessions hold its tables: try again, if need be while nothing runs",
    "42501": "the user of the database URL must own the database and its tables",
    "53100": "its disk is full: free space there, and try again",
    "55P03": "another session holds one of its tables: end that session, or try again later",
    "57014": "it was cancelled, perhaps by statement_timeout: set that to 0 for this user, and try again",
}
"""What helps, by SQLSTATE (PostgreSQL, appendix A). Each migration is one transaction: none is half done."""


class MigrationFailed(Exception):
    """PostgreSQL works, and this migration does not; the text is one line: what is wrong and what to do."""

    exit_code = 1


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = driver_url(url)
    return config


def head() -> str:
    """Return the newest revision that this version has."""
    chain = _revisions()
    (last,) = chain.keys() - chain.values()
    return last


def is_known(revision: str) -> bool:
    """Whether this version has the revision, and can migrate from it."""
    return revision in _revisions()


def current(url: str) -> str | None:
    """Return the revision of the database; None if it is empty.

    Raises `MigrationFailed` if it cannot be read, `StoreUnavailable`.
    """
    with _connected(url) as connection:
        return applied(connection)


def applied(db: Connection) -> str | None:
    """Return the revision of the database behind an open connection; None if it is empty."""
    if value(db, "SELECT to_regclass('alembic_version') IS NULL"):
        return None
    found = value(db, "SELECT version_num FROM alembic_version")
    return None if found is None else str(found)


@lru_cache(maxsize=1)
def _revisions() -> dict[str, str | None]:
    """Return the revision before each, None before the first."""
    scripts = (path.read_text() for path in (MIGRATIONS / "versions").glob("*.py"))
    found = [dict(_REVISION.findall(script)) for script in scripts]
    return {one["revision"]: one.get("down_revision") for one in found if "revision" in one}


def upgrade(url: str, to: str = "head") -> None:
    """Migrate up to `to`; a second caller waits until the first is done.

    Raises `MigrationFailed`, also for the schema of a newer version, and `StoreUnavailable`.
    """
    from alembic import command

    _locked(url, command.upgrade, to)


def upgrade_or_newer(url: str, *, wait_seconds: float = 0) -> str:
    """Migrate, unless a newer version of Wiredesk has done so; return the revision.

    Tries for `wait_seconds` while the server cannot be reached. Raises `MigrationFailed`, `StoreUnavailable`.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            if (found := current(url)) is None or is_known(found):
                upgrade(url)
                return head()
            return found
        except StoreUnavailable:
            if time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_SECONDS)


def downgrade(url: str, to: str) -> None:
    """Migrate down to `to`; 'base' drops everything."""
    from alembic import command

    _locked(url, command.downgrade, to)


def _locked(url: str, action: Callable[["Config", str], None], to: str) -> None:
    config = _config(url)
    with _connected(url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        found = applied(connection)
        connection.commit()
        if found is not None and not is_known(found):
            raise MigrationFailed(newer_schema(found))
        config.attributes["connection"] = connection
        action(config, to)
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        connection.commit()


def newer_schema(found: str) -> str:
    """Say that the database has a revision which this version does not know."""
    return (
        f"the database has the schema {found} of a newer version, and this one knows those up to {head()}: "
        "install the newer version, or restore a backup"
    )


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(driver_url(url), connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        words = first_line(error)
        state = getattr(error.orig, "sqlstate", None) or ""
        if error.connection_invalidated or not state or state.startswith(ABSENT):
            raise StoreUnavailable(words) from error
        cure = CURES.get(state, "`wiredesk doctor` shows more")
        raise MigrationFailed(f"the database cannot be migrated: {words}; {cure}") from error
    finally:
        engine.dispose()

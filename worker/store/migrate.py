"""Migrations: bring a database to the schema of this version."""

import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from worker.store.db import Connection, StoreUnavailable, driver_url

LOCK = 0x6D_69_67_72
"""The advisory lock of migrations, since two containers may start at once: 'migr' in ASCII."""
PAUSE_SECONDS = 1.0
"""Pause between two tries to reach a server that is starting. A guess."""


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = driver_url(url)
    return config


def head() -> str:
    """Return the newest revision that this version has."""
    found = ScriptDirectory.from_config(_config("")).get_current_head()
    assert found is not None
    return found


def is_known(revision: str) -> bool:
    """Whether this version has the revision, and can migrate from it."""
    return any(one.revision == revision for one in ScriptDirectory.from_config(_config("")).walk_revisions())


def current(url: str) -> str | None:
    """Return the revision of the database; None if it is empty. Raises `StoreUnavailable`."""
    engine = create_engine(driver_url(url), connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise StoreUnavailable(str(error.orig).strip().split("\n", 1)[0]) from error
    finally:
        engine.dispose()


def applied(db: Connection) -> str | None:
    """Return the revision of the database behind an open connection; None if it is empty."""
    return MigrationContext.configure(db).get_current_revision()


def upgrade(url: str, to: str = "head") -> None:
    """Migrate up to `to`; a second caller waits until the first is done. Raises `StoreUnavailable`."""
    _locked(url, command.upgrade, to)


def upgrade_or_newer(url: str, *, wait_seconds: float = 0) -> str:
    """Migrate, unless a newer version of Wiredesk has done so; return the revision.

    Tries for `wait_seconds` while the server cannot be reached. Raises `StoreUnavailable`.
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
    _locked(url, command.downgrade, to)


def _locked(url: str, action: Callable[[Config, str], None], to: str) -> None:
    engine = create_engine(driver_url(url), connect_args={"connect_timeout": 5})
    config = _config(url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
            config.attributes["connection"] = connection
            action(config, to)
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
            connection.commit()
    except OperationalError as error:
        raise StoreUnavailable(str(error.orig).strip().split("\n", 1)[0]) from error
    finally:
        engine.dispose()

"""Migrations make exactly the schema that the code believes in, and can be taken back."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from worker.store import StoreUnavailable, migrate
from worker.store.schema import metadata

Fresh = Callable[..., AbstractContextManager[str]]

CHECKS = """SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'c' ORDER BY 1, 2"""
INDEXES = """SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"""


def test_the_migrated_schema_equals_the_metadata(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_checks_and_indexes_of_both_are_the_same(fresh_database: Fresh) -> None:
    with fresh_database() as migrated, fresh_database(migrated=False) as made:
        found = []
        for url in (migrated, made):
            engine = create_engine(url)
            with engine.begin() as db:
                if url == made:
                    metadata.create_all(db)
                found.append((db.execute(text(CHECKS)).all(), db.execute(text(INDEXES)).all()))
            engine.dispose()
        assert found[0] == found[1]
        assert all(found[0])


def test_the_newest_revision_is_that_of_alembic_and_is_found_without_it() -> None:
    code = "import sys; from worker.store import migrate; print(migrate.head(), 'alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    scripts = ScriptDirectory(str(migrate.MIGRATIONS))
    assert done.stdout.split() == [scripts.get_current_head(), "False"]
    assert all(migrate.is_known(one.revision) for one in scripts.walk_revisions())
    assert not migrate.is_known("9999")


def test_a_database_goes_up_down_and_up_again(fresh_database: Fresh) -> None:
    with fresh_database(migrated=False) as url:
        assert migrate.current(url) is None
        migrate.upgrade(url)
        assert migrate.current(url) == migrate.head()
        migrate.downgrade(url, "base")
        assert migrate.current(url) is None
        migrate.upgrade(url)
        assert migrate.current(url) == migrate.head()


def test_an_old_version_starts_on_a_database_that_a_newer_one_has_migrated(fresh_database: Fresh) -> None:
    with fresh_database(migrated=False) as url:
        assert migrate.upgrade_or_newer(url) == migrate.head() == migrate.current(url)
        engine = create_engine(url)
        with engine.begin() as db:
            db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        engine.dispose()
        assert migrate.upgrade_or_newer(url) == "9999" == migrate.current(url)


def test_a_migration_waits_for_a_server_that_starts_and_then_gives_up() -> None:
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        migrate.upgrade_or_newer("postgresql://nobody@127.0.0.1:1/none", wait_seconds=0.5)
    assert time.monotonic() - began > 0.5


def test_bodies_are_stored_without_a_second_compression(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as db:
        storage = db.execute(
            text("""SELECT attstorage FROM pg_attribute
                WHERE attrelid = 'pages'::regclass AND attname = 'body'""")
        ).scalar()
    engine.dispose()
    assert storage == "e"

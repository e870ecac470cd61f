"""A migration that fails for another reason than an absent server is one line with what helps."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import create_engine, text

from tests.cli.terminal import wiredesk
from worker.store import migrate

Fresh = Callable[..., AbstractContextManager[str]]

WITHOUT_RIGHTS = "migrates_nothing"


@contextmanager
def locked(url: str) -> Iterator[str]:
    """Hold a table of the migrations, for a user who waits for at most 50 ms."""
    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        yield f"{url}&options=-clock_timeout%3D50"
    engine.dispose()


@contextmanager
def without_rights(url: str) -> Iterator[str]:
    """Connect as a user who owns nothing."""
    execute(url, f"CREATE ROLE {WITHOUT_RIGHTS} LOGIN")
    try:
        yield url.replace("//wiredesk@", f"//{WITHOUT_RIGHTS}@")
    finally:
        execute(url, f"DROP ROLE {WITHOUT_RIGHTS}")


@contextmanager
def full_disk(url: str) -> Iterator[str]:
    """Let the server refuse each new table as it does on a full disk."""
    execute(
        url,
        """CREATE FUNCTION full_disk() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file "base/1/2"' USING ERRCODE = '53100'; END $$""",
        "CREATE EVENT TRIGGER full_disk ON ddl_command_start EXECUTE FUNCTION full_disk()",
    )
    yield url


@contextmanager
def newer(url: str) -> Iterator[str]:
    """Give the database the schema of a newer version."""
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    yield url


def execute(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as db:
        for statement in statements:
            db.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize(
    "trouble, is_migrated, command, words",
    [
        (locked, True, ("db", "upgrade"), "another session holds one of its tables"),
        (without_rights, True, ("db", "upgrade"), "the user of the database URL must own"),
        (without_rights, False, ("run", "--plain"), "the user of the database URL must own"),
        (full_disk, False, ("db", "upgrade"), "its disk is full: free space there"),
        (newer, True, ("run", "--plain"), "schema 9999 of a newer version, and this one knows those up to "),
        (newer, True, ("feeds", "list"), "install the newer version, or restore a backup"),
    ],
)
def test_a_failed_migration_is_one_line_with_what_helps(
    trouble: Callable[[str], AbstractContextManager[str]],
    is_migrated: bool,
    command: tuple[str, ...],
    words: str,
    fresh_database: Fresh,
    broker: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with fresh_database(migrated=is_migrated) as url, trouble(url) as hindered:
        monkeypatch.setenv("WIREDESK_DATABASE_URL", hindered)
        monkeypatch.setenv("WIREDESK_WEB_PORT", "0")
        said = wiredesk(*command)
    assert said.code != 0
    assert said.err.startswith("wiredesk: ")
    assert said.err.count("\n") == 1
    assert words in said.err


def test_a_migration_that_failed_goes_on_when_the_cause_is_gone(fresh_database: Fresh) -> None:
    with fresh_database(migrated=False) as url:
        with full_disk(url), pytest.raises(migrate.MigrationFailed):
            migrate.upgrade(url)
        execute(url, "DROP EVENT TRIGGER full_disk")
        migrate.upgrade(url)
        assert migrate.current(url) == migrate.head()

"""Every migration can run while workers of the version before do: it expands first, and contracts later."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event

from tests.store.migration_rules import broken_rules
from worker.store import migrate

Fresh = Callable[..., AbstractContextManager[str]]

BEFORE_THE_RULE = "0030"
"""The last migration that was written before this rule."""


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Record the statements of all engines."""
    statements: list[str] = []

    def record(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    yield statements
    event.remove(Engine, "before_cursor_execute", record)


def test_every_new_migration_keeps_workers_of_the_version_before_working(fresh_database: Fresh) -> None:
    scripts = ScriptDirectory.from_config(migrate._config(""))
    newer = list(scripts.iterate_revisions("head", BEFORE_THE_RULE))
    problems = {}
    with fresh_database(migrated=False) as url:
        migrate.upgrade(url, BEFORE_THE_RULE)
        for script in reversed(newer):
            with recorded() as statements:
                migrate.upgrade(url, script.revision)
            if not getattr(script.module, "CONTRACT", ""):
                problems[script.revision] = broken_rules(statements)
    assert newer
    assert {revision: found for revision, found in problems.items() if found} == {}


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["ALTER TABLE feeds DROP COLUMN title"], "drops a column"),
        (["DROP TABLE searches"], "drops what"),
        (["ALTER TABLE feeds RENAME COLUMN title TO name"], "renames"),
        (["ALTER TABLE feeds ALTER COLUMN errors TYPE bigint"], "changes a type"),
        (["ALTER TABLE feeds ALTER title SET NOT NULL"], "may write NULL"),
        (["ALTER TABLE feeds ADD COLUMN mark text NOT NULL"], "give it a DEFAULT"),
        (["ALTER TABLE feeds ADD COLUMN mark uuid DEFAULT gen_random_uuid()"], "rewrites the table"),
        (["ALTER TABLE feeds ADD CONSTRAINT c CHECK (errors >= 0)"], "NOT VALID"),
        (["CREATE INDEX ix ON articles (title)"], "CONCURRENTLY"),
        (["CREATE UNIQUE INDEX IF NOT EXISTS ix ON public.pages\n (id)"], "CONCURRENTLY"),
        (["UPDATE articles SET wire = NULL"], "in batches"),
        (["LOCK TABLE hosts"], "locks a table"),
    ],
)
def test_what_breaks_running_workers_is_recognised(statements: list[str], words: str) -> None:
    (found,) = broken_rules(statements)
    assert words in found


def test_what_running_workers_survive_is_allowed() -> None:
    assert not broken_rules(
        [
            "CREATE TABLE marks (id bigint NOT NULL, CONSTRAINT pk_marks PRIMARY KEY (id))",
            "CREATE INDEX ix_marks ON marks (id)",
            "ALTER TABLE marks ADD CONSTRAINT c CHECK (id > 0)",
            "ALTER TABLE feeds ADD COLUMN mark text",
            "ALTER TABLE feeds ADD COLUMN mark integer DEFAULT 0 NOT NULL",
            "ALTER TABLE feeds ADD CONSTRAINT c CHECK (errors >= 0) NOT VALID",
            "ALTER TABLE feeds VALIDATE CONSTRAINT c",
            "ALTER TABLE sinks DROP CONSTRAINT ck_sinks_kind",
            "DROP INDEX CONCURRENTLY IF EXISTS ix",
            "CREATE INDEX CONCURRENTLY ix ON articles (title)",
            "CREATE INDEX ix ON sinks (name)",
            "CREATE OR REPLACE VIEW read.articles AS SELECT 1",
            "COMMENT ON COLUMN feeds.title IS 'renamed'",
            "UPDATE sinks SET mode = 'active'",
        ]
    )

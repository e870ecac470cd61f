"""What backups and restores ask of the store: snapshots, counts, and when it was last backed up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.pq import Conninfo

from worker.store.db import Connection, first, rows, run, value

BACKED_UP = "backup"
"""The sign that a backup was made; its time is that of the snapshot, not of the end of the dump."""

MISSED = ("feeds", "entries", "articles", "searches", "api_keys", "users")
"""Tables whose rows somebody would miss; others are filled by the parts themselves, even in a new store."""


def newest(db: Connection) -> datetime | None:
    """Return the time whose state the newest backup holds; None if there was no backup."""
    found: datetime | None = value(db, "SELECT at FROM signs WHERE name = :name", name=BACKED_UP)
    return found


def missing_since(db: Connection) -> datetime | None:
    """Return when the oldest feed was added if entries were found and none was ever backed up; else None."""
    found: datetime | None = value(
        db,
        """SELECT added_at FROM feeds
        WHERE NOT EXISTS (SELECT FROM signs WHERE name = :name) AND EXISTS (SELECT FROM entries)
        ORDER BY id LIMIT 1""",
        name=BACKED_UP,
    )
    return found


def record(db: Connection, at: datetime) -> None:
    """Record that a backup of the state at `at` was made; an older one than the newest changes nothing."""
    run(
        db,
        """INSERT INTO signs (name, at) VALUES (:name, :at)
        ON CONFLICT (name) DO UPDATE SET at = greatest(signs.at, excluded.at)""",
        name=BACKED_UP,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state of the store that other connections can read by its name while this transaction is open."""

    name: str
    at: datetime
    rows: Mapping[str, int]


def snapshot(db: Connection) -> Snapshot:
    """Fix the state that this transaction reads, and count the rows of all tables; must come first in it."""
    run(db, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    found = first(db, "SELECT pg_export_snapshot() AS name, clock_timestamp() AS at")
    assert found is not None
    return Snapshot(**found, rows={table: _count(db, table) for table in tables(db)})


def tables(db: Connection) -> list[str]:
    """Return the names of the tables; empty in an empty database."""
    listed = rows(db, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [str(row["tablename"]) for row in listed]


def is_empty(db: Connection) -> bool:
    """Whether nothing would be lost with this store."""
    held = [table for table in tables(db) if table in MISSED]
    return not any(value(db, f"SELECT EXISTS (SELECT FROM public.{table})") for table in held)


def others_connected(db: Connection) -> int:
    """Return how many other connections of Wiredesk the database has."""
    return int(
        value(
            db,
            """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                AND application_name = 'wiredesk' AND pid <> pg_backend_pid()""",
        )
    )


def emptying() -> str:
    """Return the SQL that drops everything of a store, of whatever version, and keeps extensions."""
    return """
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS read CASCADE;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT format('public.%I', relname) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', name); END LOOP;
    FOR name IN SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', name); END LOOP;
END $$;"""


def closing(counts: Mapping[str, int]) -> str:
    """Return the SQL that fails unless the tables have these rows, and marks the change log as moved.

    A restored table may have, by coincidence, the oid that it had in another cluster: then only the mark
    shows that a new epoch has to begin.
    """
    checks = "\n".join(
        f"IF (SELECT count(*) FROM public.{table}) <> {count} THEN "
        f"RAISE EXCEPTION 'the table {table} does not have its {count} rows'; END IF;"
        for table, count in counts.items()
    )
    moved = "UPDATE public.epochs SET place = 'restored';" if "epochs" in counts else ""
    return f"DO $$ BEGIN\n{checks}\nEND $$;\n{moved}"


def analyze(db: Connection) -> None:
    """Let PostgreSQL count what it plans by; a restored table has no statistics."""
    run(db, "ANALYZE")


def environment(url: str) -> dict[str, str]:
    """Return the variables by which the programs of PostgreSQL find the database of `url`."""
    parsed = Conninfo.parse(url.replace("+psycopg", "", 1).encode())
    return {
        option.envvar.decode(): option.val.decode()
        for option in parsed
        if option.envvar is not None and option.val is not None
    }


def _count(db: Connection, table: str) -> int:
    return int(value(db, f"SELECT count(*) FROM public.{table}"))

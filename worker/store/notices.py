"""Problems that were seen, and whether they were reported to the operator."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.store import schema
from worker.store.db import Connection, dumps, rows, run, value
from worker.store.schema import recordset

LOCK = 7_316_202_611
"""Key of the advisory lock that the one who sends holds; any number that no other lock has."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A problem since `since`; `told_at` None: nothing was sent yet; `gone_since` None: it lasts."""

    key: str
    severity: str
    summary: str
    command: str
    link: str
    since: datetime
    told_at: datetime | None = None
    gone_since: datetime | None = None


def try_lock(db: Connection) -> bool:
    """Return whether this transaction is the only one that sends messages now."""
    return bool(value(db, "SELECT pg_try_advisory_xact_lock(:lock)", lock=LOCK))


def listing(db: Connection) -> list[Notice]:
    """Return all notices, the oldest first."""
    columns = ", ".join(Notice.__slots__)
    return [Notice(**row) for row in rows(db, f"SELECT {columns} FROM notices ORDER BY since, key")]


def save(db: Connection, notices: Sequence[Notice]) -> None:
    """Add or replace these notices."""
    columns = ", ".join(Notice.__slots__)
    changed = ", ".join(f"{name} = excluded.{name}" for name in Notice.__slots__ if name != "key")
    run(
        db,
        f"""INSERT INTO notices ({columns})
        SELECT {columns} FROM {recordset(schema.notices, *Notice.__slots__)}
        ON CONFLICT (key) DO UPDATE SET {changed}""",
        records=dumps(notices),
    )


def forget(db: Connection, keys: Collection[str]) -> None:
    """Delete the notices with these keys."""
    run(db, "DELETE FROM notices WHERE key = ANY(:keys)", keys=list(keys))

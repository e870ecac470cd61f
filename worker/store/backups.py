"""When the store was last backed up, and what a backup and a restore need to know of it."""

from datetime import datetime

from worker.store.db import Connection, run, value

BACKED_UP = "backup"
"""The sign that a backup was made; its time is that of the snapshot, not of the end of the dump."""


def newest(db: Connection) -> datetime | None:
    """Return the time whose state the newest backup holds; None if there was no backup."""
    found: datetime | None = value(db, "SELECT at FROM signs WHERE name = :name", name=BACKED_UP)
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

"""Setting free what a run that is over held.

Only for whoever knows that no worker is alive on this database: `wiredesk run`, which holds the lock of the
data directory that the database lies in. Everybody else waits for the leases to end.
"""

from dataclasses import dataclass
from datetime import datetime

from worker.store import hosts, pushes
from worker.store.db import Connection, rows, run

LEASED = """
UPDATE {table} SET due_at = :now, attempts = attempts - 1
WHERE attempts > 0 AND due_at > :now AND host_id IS NOT NULL RETURNING host_id
"""
"""A row was taken and not saved exactly when it has an attempt: saving sets them to zero."""


@dataclass(frozen=True, slots=True)
class Released:
    """How many rows were held."""

    hosts: int
    feeds: int
    entries: int
    pages: int
    hubs: int
    pushes: int


def release_all(db: Connection, now: datetime) -> Released:
    """Make everything that is leased due at once; a host that rests goes on resting.

    Leases are moved on, so that messages of the last run find nothing. Being stopped in the middle of a row
    is not that row's fault: the attempt is not counted.
    """
    freed = rows(
        db,
        """UPDATE hosts SET lease = lease + 1, free_at = greatest(rest_until, :now)
        WHERE free_at > greatest(rest_until, :now) RETURNING id""",
        now=now,
    )
    feeds = rows(db, LEASED.format(table="feeds"), now=now)
    entries = rows(db, LEASED.format(table="entries"), now=now)
    read = run(
        db,
        """UPDATE pages SET due_at = :now, lease = lease + 1, attempts = greatest(attempts - 1, 0)
        WHERE state = 'fetched' AND due_at > :now""",
        now=now,
    )
    hubs = rows(db, LEASED.format(table="hub_subscriptions"), now=now)
    waiting = pushes.release(db, now)
    hosts.wake(
        db,
        {int(row["id"]) for row in freed} | {int(row["host_id"]) for row in (*feeds, *entries, *hubs)},
    )
    return Released(len(freed), len(feeds), len(entries), read, len(hubs), waiting)

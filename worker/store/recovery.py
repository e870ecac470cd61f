"""Release what workers of an earlier run had leased.

Only `wiredesk run` may do so: it holds the lock of the data directory with the database, so no other worker
is alive. Every other process waits until the leases have ended.
"""

from dataclasses import dataclass
from datetime import datetime

from worker.store import hosts, pushes, sinks
from worker.store.db import Connection, rows, run

LEASED = """
UPDATE {table} SET due_at = :now, attempts = attempts - 1
WHERE attempts > 0 AND due_at > :now AND host_id IS NOT NULL RETURNING host_id
"""
"""Rows that were taken and not saved: taking a row counts an attempt, and saving sets its attempts to 0."""


@dataclass(frozen=True, slots=True)
class Released:
    """How many rows were leased, by table."""

    hosts: int
    feeds: int
    entries: int
    pages: int
    hubs: int
    pushes: int
    sinks: int


def release_all(db: Connection, now: datetime) -> Released:
    """Make everything that is leased due at once; hosts that rest keep resting.

    Leases are incremented, so that messages of the last run find nothing. The attempt is not counted: it is
    not the row's fault that the worker was stopped.
    """
    freed = rows(
        db,
        """UPDATE hosts SET lease = lease + 1, free_at = greatest(rest_until, :now), claimed_for = NULL
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
    receivers = sinks.release(db, now)
    hosts.wake(
        db,
        {int(row["id"]) for row in freed} | {int(row["host_id"]) for row in (*feeds, *entries, *hubs)},
    )
    return Released(len(freed), len(feeds), len(entries), read, len(hubs), waiting, receivers)

"""The conditions of feeds, lasting and ended: since when, until when, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.store import schema
from worker.store.db import Connection, dumps, rows, run
from worker.store.schema import recordset

KEPT = timedelta(days=90)
"""How long a condition that has ended is kept. A guess: a season of the feed's history."""

Key = tuple[int, str]
"""A feed's id and the slug of a condition."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """A condition that a feed is in now."""

    feed_id: int
    feed: str
    url: str
    condition: str
    since: datetime
    reason: str


def lasting(db: Connection, *, limit: int | None = None) -> list[Lasting]:
    """Return the conditions that feeds are in, newest first."""
    found = rows(
        db,
        """SELECT c.feed_id, coalesce(f.title, f.url) AS feed, f.url, c.condition, c.since, c.reason
        FROM feed_conditions c JOIN feeds f ON f.id = c.feed_id WHERE c.until IS NULL
        ORDER BY c.since DESC, c.feed_id, c.condition LIMIT :limit""",
        limit=limit,
    )
    return [Lasting(**row) for row in found]


def counts(db: Connection) -> dict[str, int]:
    """Return the number of feeds in each condition that occurs."""
    found = rows(
        db, "SELECT condition, count(*) AS n FROM feed_conditions WHERE until IS NULL GROUP BY 1 ORDER BY 1"
    )
    return {row["condition"]: int(row["n"]) for row in found}


def begin(db: Connection, reasons: Mapping[Key, str], *, now: datetime) -> None:
    """Save that these conditions begin, or go on for another reason than before."""
    records = [
        {"feed_id": feed_id, "condition": condition, "reason": reason}
        for (feed_id, condition), reason in sorted(reasons.items())
    ]
    run(
        db,
        f"""INSERT INTO feed_conditions (feed_id, condition, since, reason)
        SELECT r.feed_id, r.condition, :now, r.reason
        FROM {recordset(schema.feed_conditions, "feed_id", "condition", "reason")}
        JOIN feeds f ON f.id = r.feed_id
        ON CONFLICT (feed_id, condition) WHERE until IS NULL DO UPDATE SET reason = excluded.reason""",
        records=dumps(records),
        now=now,
    )


def end(db: Connection, keys: Sequence[Key], *, now: datetime) -> None:
    """Save that these conditions are over, and delete those that ended long ago."""
    records = [{"feed_id": feed_id, "condition": condition} for feed_id, condition in sorted(keys)]
    run(
        db,
        f"""UPDATE feed_conditions c SET until = :now
        FROM {recordset(schema.feed_conditions, "feed_id", "condition")}
        WHERE c.feed_id = r.feed_id AND c.condition = r.condition AND c.until IS NULL""",
        records=dumps(records),
        now=now,
    )
    run(db, "DELETE FROM feed_conditions WHERE until < :before", before=now - KEPT)


def ended(db: Connection, feed_id: int) -> list[dict[str, Any]]:
    """Return the conditions of a feed that have ended, the last first."""
    return rows(
        db,
        """SELECT condition, since, until, reason FROM feed_conditions
        WHERE feed_id = :id AND until IS NOT NULL ORDER BY until DESC, condition LIMIT 20""",
        id=feed_id,
    )

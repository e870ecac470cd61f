"""Changes to many feeds at once, as the list of feeds makes them.

Each function locks the hosts of the feeds, then the feeds, both in the order of their ids, and returns the
ids of the feeds that it has changed.
"""

from collections.abc import Sequence
from datetime import datetime

from worker.model import FEED_MOVES, FeedEvent, sources
from worker.store import hosts
from worker.store.db import Connection, dumps, rows, run
from worker.store.feeds import IMPORT


def pause(db: Connection, feed_ids: Sequence[int]) -> list[int]:
    """Stop polling these feeds until they are resumed."""
    _lock(db, feed_ids)
    found = rows(
        db,
        """UPDATE feeds SET state = 'paused', attempts = 0, due_because = 'it is paused', due_at = NULL
        WHERE id = ANY(:ids) AND state = ANY(:sources) AND state <> 'paused' RETURNING id, host_id""",
        ids=list(feed_ids),
        sources=sorted(sources(FEED_MOVES, FeedEvent.PAUSE)),
    )
    return _woken(db, found)


def resume(db: Connection, feed_ids: Sequence[int], *, now: datetime) -> list[int]:
    """Poll these feeds again, also retired ones; imports have nothing to poll and are left out."""
    _lock(db, feed_ids)
    found = rows(
        db,
        """UPDATE feeds SET state = 'active', attempts = 0, errors = 0, due_because = 'it was resumed',
            due_at = :now, reason = CASE WHEN state = 'retired' THEN NULL ELSE reason END
        WHERE id = ANY(:ids) AND state = ANY(:sources) AND state <> 'active' AND NOT starts_with(url, :import)
        RETURNING id, host_id""",
        ids=list(feed_ids),
        now=now,
        sources=sorted(sources(FEED_MOVES, FeedEvent.RESUME)),
        **{"import": IMPORT},
    )
    return _woken(db, found)


def label(db: Connection, feed_ids: Sequence[int], *, add: str = "", remove: str = "") -> list[int]:
    """Add a label to these feeds, or remove one; empty: neither."""
    _lock(db, feed_ids)
    found = rows(
        db,
        """UPDATE feeds SET labels = ARRAY(
                SELECT DISTINCT one FROM unnest(labels || CAST(:add AS text[])) AS one
                WHERE one <> ALL(CAST(:remove AS text[])) ORDER BY one)
        WHERE id = ANY(:ids) AND (NOT labels @> :add OR labels && :remove) RETURNING id""",
        ids=list(feed_ids),
        add=[add] if add else [],
        remove=[remove] if remove else [],
    )
    return [int(row["id"]) for row in found]


def set_interval(
    db: Connection, feed_ids: Sequence[int], seconds: float | None, *, now: datetime
) -> list[int]:
    """Poll these feeds at this interval, None: by their rhythm again. Healthy ones are polled at once."""
    _lock(db, feed_ids)
    found = rows(
        db,
        """UPDATE feeds SET settings = jsonb_strip_nulls(settings || CAST(:changes AS jsonb)),
            due_because = CASE WHEN state = 'active' AND attempts = 0 AND errors = 0 AND due_at > :now
                THEN 'its settings were changed' ELSE due_because END,
            due_at = CASE WHEN state = 'active' AND attempts = 0 AND errors = 0
                THEN least(due_at, :now) ELSE due_at END
        WHERE id = ANY(:ids)
            AND settings ->> 'interval' IS DISTINCT FROM CAST(:changes AS jsonb) ->> 'interval'
        RETURNING id, host_id""",
        ids=list(feed_ids),
        changes=dumps([{"interval": seconds}])[1:-1],
        now=now,
    )
    return _woken(db, found)


def urls(db: Connection, feed_ids: Sequence[int]) -> dict[int, str]:
    """Return the addresses of these feeds, by id."""
    found = rows(db, "SELECT id, url FROM feeds WHERE id = ANY(:ids)", ids=list(feed_ids))
    return {int(row["id"]): str(row["url"]) for row in found}


def _lock(db: Connection, feed_ids: Sequence[int]) -> None:
    found = rows(db, "SELECT DISTINCT host_id FROM feeds WHERE id = ANY(:ids)", ids=list(feed_ids))
    hosts.lock(db, [int(row["host_id"]) for row in found])
    run(db, "SELECT FROM feeds WHERE id = ANY(:ids) ORDER BY id FOR UPDATE", ids=list(feed_ids))


def _woken(db: Connection, found: Sequence[dict[str, object]]) -> list[int]:
    hosts.wake(db, [int(str(row["host_id"])) for row in found])
    return [int(str(row["id"])) for row in found]

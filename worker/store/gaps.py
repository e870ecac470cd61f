"""Gaps: what a feed scrolled past between two polls."""

from datetime import datetime
from typing import Any

from worker.store.db import Connection, rows, value
from worker.store.walks import ARCHIVED


def record(
    db: Connection,
    feed_id: int,
    *,
    noticed_at: datetime,
    since: datetime,
    before: str | None,
    after: str | None,
) -> int:
    """Record that a poll had no entry in common with the poll at `since`, and return the gap's id.

    What the feed showed between the titles `before` and `after` was not seen.
    """
    found = value(
        db,
        """INSERT INTO gaps (feed_id, noticed_at, since, before, after)
        VALUES (:feed_id, :noticed_at, :since, :before, :after) RETURNING id""",
        feed_id=feed_id,
        noticed_at=noticed_at,
        since=since,
        before=before,
        after=after,
    )
    return int(found)


def newest_title(db: Connection, feed_id: int) -> str | None:
    """Return the title at the top of the feed's document when it was last read."""
    title: str | None = value(
        db,
        """SELECT e.title FROM sightings s JOIN entries e ON e.id = s.entry_id
        WHERE s.feed_id = :id AND s.position < :archived ORDER BY s.last_seen_at DESC, s.position LIMIT 1""",
        id=feed_id,
        archived=ARCHIVED,
    )
    return title


def recent(db: Connection, *, feed_id: int | None = None, limit: int = 100) -> list[dict[str, Any]]:
    """Return the newest gaps, of all feeds or of one."""
    return rows(
        db,
        """SELECT g.*, f.url FROM gaps g JOIN feeds f ON f.id = g.feed_id
        WHERE CAST(:feed_id AS bigint) IS NULL OR feed_id = :feed_id
        ORDER BY noticed_at DESC LIMIT :limit""",
        feed_id=feed_id,
        limit=limit,
    )

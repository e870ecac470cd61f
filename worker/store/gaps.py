"""Gaps: what a feed scrolled past between two polls."""

from datetime import datetime
from typing import Any

from worker.store.db import Connection, rows, value


def record(
    db: Connection,
    feed_id: int,
    *,
    noticed_at: datetime,
    since: datetime,
    before: str | None,
    after: str | None,
) -> int:
    """A poll showed no overlap with the one at `since`: what came between `before` and `after` was not
    seen. The gap's id."""
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
    """The title at the top of the feed's document as it was last seen."""
    found = rows(
        db,
        """SELECT e.title FROM sightings s JOIN entries e ON e.id = s.entry_id
        WHERE s.feed_id = :id AND s.position < 1000000 ORDER BY s.last_seen_at DESC, s.position LIMIT 1""",
        id=feed_id,
    )
    return found[0]["title"] if found else None


def recent(db: Connection, *, feed_id: int | None = None, limit: int = 100) -> list[dict[str, Any]]:
    """The newest gaps, of all feeds or of one."""
    return [
        dict(row)
        for row in rows(
            db,
            """SELECT g.*, f.url FROM gaps g JOIN feeds f ON f.id = g.feed_id
            WHERE CAST(:feed_id AS bigint) IS NULL OR feed_id = :feed_id
            ORDER BY noticed_at DESC LIMIT :limit""",
            feed_id=feed_id,
            limit=limit,
        )
    ]

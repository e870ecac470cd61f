"""Gaps: what a feed scrolled past between two polls."""

from datetime import datetime
from typing import Any

from worker.model import GapFill
from worker.store.db import Connection, first, rows, value
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


def listing(
    db: Connection,
    *,
    fill: GapFill | None,
    feed_id: int | None,
    before: tuple[datetime, int] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return gaps with their feeds and their last walks, the newest first; `before` is where a page ends."""
    terms = ["true"]
    terms += ["g.fill = :fill"] if fill else []
    terms += ["g.feed_id = :feed_id"] if feed_id else []
    terms += ["(g.noticed_at, g.id) < (:at, :id)"] if before else []
    at, number = before or (None, None)
    return rows(
        db,
        f"""SELECT g.*, coalesce(f.title, f.url) AS feed, w.state AS walk, w.pages, w.pages_limit,
            w.found AS walk_found, w.known AS walk_known, w.oldest, w.detail AS walk_detail, w.last_at
        FROM (SELECT * FROM gaps g WHERE {" AND ".join(terms)}
            ORDER BY g.noticed_at DESC, g.id DESC LIMIT :limit) AS g
        JOIN feeds f ON f.id = g.feed_id
        LEFT JOIN LATERAL (SELECT * FROM walks WHERE gap_id = g.id ORDER BY id DESC LIMIT 1) AS w ON true
        ORDER BY g.noticed_at DESC, g.id DESC""",
        **{
            name: given
            for name, given in {"fill": fill, "feed_id": feed_id, "at": at, "id": number}.items()
            if given is not None
        },
        limit=limit,
    )


def lock(db: Connection, gap_id: int) -> dict[str, Any] | None:
    """Lock a gap and return it with the address of its feed; None if it does not exist."""
    return first(
        db,
        """SELECT g.*, f.url FROM gaps g JOIN feeds f ON f.id = g.feed_id
        WHERE g.id = :id FOR UPDATE OF g""",
        id=gap_id,
    )

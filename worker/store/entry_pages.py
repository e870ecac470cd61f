"""The entries of one feed, page by page."""

from typing import Any

from worker.store.db import Connection, rows


def of_feed(
    db: Connection, feed_id: int, *, state: str = "", reason: str = "", before: int | None = None, limit: int
) -> list[dict[str, Any]]:
    """Return the next entries that a feed was the first to bring, newest first.

    `before` is the last one of the page before.
    """
    return rows(
        db,
        """SELECT id, title, url, state, reason, detail, published, published_precision, discovered_at,
            article_id, due_at
        FROM entries e WHERE feed_id = :feed_id
            AND (:state = '' OR state = :state) AND (:reason = '' OR reason = :reason)
            AND (CAST(:before AS bigint) IS NULL OR (discovered_at, id) < (
                SELECT discovered_at, id FROM entries WHERE id = :before))
        ORDER BY discovered_at DESC, id DESC LIMIT :limit""",
        feed_id=feed_id,
        state=state,
        reason=reason,
        before=before,
        limit=limit,
    )


def refused(db: Connection, feed_id: int, *, reason: str = "", limit: int) -> list[int]:
    """Return refused entries that a feed was the first to bring, for this reason or for all, newest first."""
    found = rows(
        db,
        """SELECT id FROM entries WHERE feed_id = :feed_id AND state = 'refused'
            AND (:reason = '' OR reason = :reason) ORDER BY discovered_at DESC LIMIT :limit""",
        feed_id=feed_id,
        reason=reason,
        limit=limit,
    )
    return [int(row["id"]) for row in found]

"""What a sink has set aside or given up, with the titles of the articles, for people."""

from typing import Any

from worker.store.db import Connection, rows


def waiting(db: Connection, sink_id: int, *, limit: int) -> list[dict[str, Any]]:
    """Return lines that a sink has set aside, those that are due first in front.

    `attempts` 0: the line waits for an earlier one of its article.
    """
    return rows(
        db,
        """SELECT p.line_id, p.article_id, p.due_at, p.attempts, p.failed_at, a.title, a.url
        FROM sink_pending p LEFT JOIN articles a ON a.id = p.article_id
        WHERE p.sink_id = :sink_id ORDER BY p.due_at, p.line_id LIMIT :limit""",
        sink_id=sink_id,
        limit=limit,
    )


def dead(db: Connection, sink_id: int, *, limit: int, before: int | None = None) -> list[dict[str, Any]]:
    """Return dead letters of a sink, the newest line first; with `before`, those of earlier lines."""
    return rows(
        db,
        """SELECT d.line_id, d.article_id, d.attempts, d.failed_at, d.dead_at, d.reason, d.detail,
            a.title, a.url
        FROM (
            SELECT * FROM dead_letters WHERE sink_id = :sink_id
                AND (CAST(:before AS bigint) IS NULL OR line_id < :before)
            ORDER BY line_id DESC LIMIT :limit
        ) AS d LEFT JOIN articles a ON a.id = d.article_id ORDER BY d.line_id DESC""",
        sink_id=sink_id,
        before=before,
        limit=limit,
    )

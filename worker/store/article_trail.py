"""What happened to one article: the entries that brought it, its lines in the change log, its deliveries.

Every query is answered by an index on the article, so it costs the same however large the store is.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from worker.store import hosts
from worker.store.db import Connection, rows

MOST_ENTRIES = 50
"""Entries shown of an article: a syndicated page can come by hundreds of addresses. A guess."""

MOST_LINES = 100
"""Lines of the change log shown of an article, the newest: live blogs have hundreds. A guess."""


def entries_of(db: Connection, article_id: int) -> list[dict[str, Any]]:
    """Return the entries that brought an article, the first discovered first, each with its last fetch."""
    return rows(
        db,
        """SELECT e.id, e.state, e.url, e.title, e.discovered_at, e.finished_at, e.due_at, e.looks, e.errors,
            e.reason, e.detail, e.look, e.look_times, e.feed_id, f.url AS feed, f.title AS feed_title,
            page.fetched_at, page.status, page.fetches
        FROM entries e LEFT JOIN feeds f ON f.id = e.feed_id
        LEFT JOIN LATERAL (
            SELECT max(g.fetched_at) AS fetched_at, count(*) AS fetches,
                (array_agg(g.status ORDER BY g.id DESC))[1] AS status
            FROM pages g WHERE g.entry_id = e.id
        ) AS page ON true
        WHERE e.article_id = :id ORDER BY e.id LIMIT :limit""",
        id=article_id,
        limit=MOST_ENTRIES,
    )


def lines_of(db: Connection, article_id: int) -> list[dict[str, Any]]:
    """Return the lines of the change log about an article, newest first."""
    return rows(
        db,
        """SELECT id, kind, revision, at, changed, cause, words_added, words_removed
        FROM changes WHERE article_id = :id ORDER BY id DESC LIMIT :limit""",
        id=article_id,
        limit=MOST_LINES,
    )


def deliveries_of(db: Connection, line_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return for each sink how far it is with these lines of one article.

    `passed` are the lines up to its cursor: delivered, set aside, or left out by its filter. `waiting` are
    set aside, the first of them due at `due_at`; `dead` are given up.
    """
    return rows(
        db,
        """SELECT s.name, s.kind, s.mode, s.filter,
            (SELECT count(*) FROM unnest(CAST(:ids AS bigint[])) AS line WHERE line <= s.cursor) AS passed,
            (SELECT count(*) FROM sink_pending p WHERE p.sink_id = s.id AND p.line_id = ANY(:ids)) AS waiting,
            (SELECT min(due_at) FROM sink_pending p WHERE p.sink_id = s.id AND p.line_id = ANY(:ids))
                AS due_at,
            (SELECT count(*) FROM dead_letters d WHERE d.sink_id = s.id AND d.line_id = ANY(:ids)) AS dead
        FROM sinks s ORDER BY s.kind = 'redis-stream' DESC, s.name""",
        ids=list(line_ids),
    )


def page_ids(db: Connection, article_id: int) -> list[int]:
    """Return the kept pages of the entries that an article is stored from."""
    found = rows(
        db,
        """SELECT g.id FROM entries e JOIN pages g ON g.entry_id = e.id
        WHERE e.article_id = :id AND e.state = 'stored' AND g.body IS NOT NULL""",
        id=article_id,
    )
    return [int(row["id"]) for row in found]


def look_now(db: Connection, article_id: int, *, now: datetime) -> int:
    """Let the pages of an article be fetched at the next turns of their hosts; return their number."""
    found = rows(
        db,
        """UPDATE entries SET due_at = least(due_at, :now)
        WHERE article_id = :id AND state = 'stored' AND host_id IS NOT NULL RETURNING host_id""",
        id=article_id,
        now=now,
    )
    hosts.wake(db, {int(row["host_id"]) for row in found})
    return len(found)

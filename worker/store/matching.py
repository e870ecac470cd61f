"""Articles that match a condition, for readers without a cursor: written feeds and assistants."""

from datetime import datetime
from typing import Any
from uuid import UUID

from worker.store.db import Connection, rows, value
from worker.store.reading import FROM, SUMMARY, WHOLE
from worker.store.where import Where

RECENT_LINES = 10_000
"""Lines of the change log among which the newest are looked for. Reading them takes some 20 ms; a guess."""

EDITED_LINES = 1000
"""Lines of the change log that are searched for edits. They are read by their primary key, in a few
milliseconds; how far they reach back is a guess: hours for a busy service, weeks for a small one."""


def newest(db: Connection, where: Where, *, limit: int, before: int | None = None) -> list[dict[str, Any]]:
    """Return the newest articles that match, in full; with `before`, those of lower ids.

    Withdrawn articles are among them.
    """
    return rows(
        db,
        f"""SELECT {WHOLE} {FROM}
        WHERE ({where.sql}) AND (CAST(:before AS bigint) IS NULL OR a.id < :before)
        ORDER BY a.id DESC LIMIT :limit""",
        before=before,
        limit=limit,
        **where.values,
    )


def recently_changed(db: Connection, where: Where, *, limit: int, below: int) -> list[dict[str, Any]]:
    """Return articles with ids below `below` that match and were edited, withdrawn or restored recently.

    They are those of the newest `EDITED_LINES` lines of the change log, the latest first.
    """
    return rows(
        db,
        f"""SELECT {WHOLE} {FROM}
        JOIN (
            SELECT article_id, max(id) AS line
            FROM (SELECT id, article_id, kind FROM changes ORDER BY id DESC LIMIT {EDITED_LINES}) AS newest
            WHERE kind IN ('revised', 'removed', 'restored') GROUP BY article_id
        ) AS recent ON recent.article_id = a.id
        WHERE ({where.sql}) AND a.id < :below
        ORDER BY recent.line DESC LIMIT :limit""",
        below=below,
        limit=limit,
        **where.values,
    )


def newest_lines(db: Connection, where: Where, *, since: datetime | None, limit: int) -> list[dict[str, Any]]:
    """Return the newest lines of the change log about articles that match, with the articles in short.

    Only the newest `RECENT_LINES` lines are searched, and of these what was written at `since` or later.
    """
    return rows(
        db,
        f"""SELECT {SUMMARY}, l.kind AS change, l.at, l.changed, l.cause {FROM}
        JOIN (SELECT * FROM changes ORDER BY id DESC LIMIT {RECENT_LINES}) AS l ON l.article_id = a.id
        WHERE ({where.sql}) AND (CAST(:since AS timestamptz) IS NULL OR l.at >= :since)
        ORDER BY l.id DESC LIMIT :limit""",
        since=since,
        limit=limit,
        **where.values,
    )


def exists(db: Connection, article_id: int) -> bool:
    """Return whether there is an article with this id."""
    return bool(value(db, "SELECT true FROM articles WHERE id = :id", id=article_id))


def by_key(db: Connection, key: UUID) -> int | None:
    """Return the id of the article that consumers know by this key; None if it is unknown."""
    found = value(
        db,
        "SELECT id FROM articles WHERE lasting_key = :key OR (key = :key AND lasting_key IS NULL)",
        key=key,
    )
    return None if found is None else int(found)

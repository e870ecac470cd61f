"""Articles for the feeds that Wiredesk writes: pages of the newest, and those that changed recently."""

from typing import Any

from worker.store.db import Connection, rows
from worker.store.reading import FROM, WHOLE
from worker.store.where import Where

EDITED_LINES = 1000
"""Lines of the change log that are searched for edits. They are read by their primary key, in a few
milliseconds; how far they reach back is a guess: hours for a busy service, weeks for a small one."""


def newest_page(
    db: Connection, where: Where, *, limit: int, before: int | None = None
) -> list[dict[str, Any]]:
    """Return the newest articles that match, in full and with their `key`; with `before`, those of lower ids.

    Withdrawn articles are among them.
    """
    return rows(
        db,
        f"""SELECT {WHOLE}, a.key {FROM}
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
        f"""SELECT {WHOLE}, a.key {FROM}
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

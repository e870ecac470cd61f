"""The newest articles that match a filter, soon found whether it matches much or little.

PostgreSQL cannot know how the matches lie: of a value that many articles have it expects some among the
newest, and reads a million rows where all of them are old. So there are two steps:

1. Look at the newest articles, a bounded number (`window`). A filter that matches one article in a hundred
   or more is answered here.
2. Otherwise the matches are few, or old: find all of them by the indexes of the conditions, and sort them.
"""

from datetime import datetime

from worker.filters import Filter
from worker.store import filtering
from worker.store.db import Connection, first, rows, run
from worker.store.where import Where, every

NEWEST_FIRST = "a.stored_at DESC, a.id DESC"
"""The order of lists."""

LEAST_WINDOW, WINDOW_FACTOR = 5000, 10
"""Articles of the first step: at least this many, and this many for each article wanted. For a list of 50 it
answers filters that match one article in a hundred. A condition takes 1 to 20 µs for an article."""


def newest_ids(db: Connection, filter_: Filter, *, limit: int, before: int | None = None) -> list[int]:
    """Return the ids of the newest articles that match, newest first; with `before`, of those before it."""
    bounds = filtering.where(filter_.only("stored_from", "stored_to")).renamed("b_")
    rest = filter_.without("stored_from", "stored_to")
    if before is not None:
        # It may have been purged since the reader saw it.
        place = first(
            db,
            "SELECT stored_at, id FROM articles WHERE id <= :before ORDER BY id DESC LIMIT 1",
            before=before,
        )
        if place is None:
            return []
        earlier = Where(
            "(a.stored_at, a.id) < (:place_at, :before)", {"place_at": place["stored_at"], "before": before}
        )
        bounds = every((bounds, earlier))
    # The plan must fit the values: one for all values would read everything for rare ones, too.
    run(db, "SET LOCAL plan_cache_mode = force_custom_plan")
    found = _among_newest(db, bounds, filtering.where(rest, each=True), limit)
    if len(found) < limit and rest:
        found = _by_conditions(db, bounds, filtering.alternatives(rest), limit)
    return found


def _among_newest(db: Connection, bounds: Where, rest: Where, limit: int) -> list[int]:
    found = rows(
        db,
        f"""SELECT a.id FROM (
            SELECT * FROM articles a WHERE {bounds.sql} ORDER BY {NEWEST_FIRST} LIMIT :window
        ) AS a WHERE {rest.sql} ORDER BY {NEWEST_FIRST} LIMIT :limit""",
        **bounds.values,
        **rest.values,
        window=max(LEAST_WINDOW, WINDOW_FACTOR * limit) if rest.sql != "true" else limit,
        limit=limit,
    )
    return [row["id"] for row in found]


def _by_conditions(db: Connection, bounds: Where, alternatives: list[Where], limit: int) -> list[int]:
    found: set[tuple[datetime, int]] = set()
    for alternative in alternatives:
        condition = every((bounds, alternative))
        # The sum keeps PostgreSQL from reading all articles in their order until enough match.
        some = rows(
            db,
            f"""SELECT a.stored_at, a.id FROM articles a WHERE {condition.sql}
            ORDER BY a.stored_at + interval '0' DESC, a.id DESC LIMIT :limit""",
            **condition.values,
            limit=limit,
        )
        found.update((row["stored_at"], row["id"]) for row in some)
    return [article_id for _, article_id in sorted(found, reverse=True)[:limit]]

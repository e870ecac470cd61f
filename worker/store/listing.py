"""The newest articles that match a filter, soon found whether it matches much or little.

PostgreSQL cannot know how the matches lie: of a value that many articles have it expects some among the
newest, and reads a million rows where all of them are old. So there are two steps:

1. Look at the newest articles, a bounded number (`window`). A filter that matches one article in a hundred
   or more is answered here.
2. Otherwise the matches are few, or old: find all of them by the indexes of the conditions, and sort them.

What a feed has listed is found by its entries, and an old feed has listed many thousand articles. Articles
get their ids in the order in which they are stored, up to batches that are saved at the same time. So those
with the highest ids are looked at first (`CANDIDATES`), and the others only if too few of these match.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from worker.filters import Filter
from worker.store import filtering
from worker.store.db import Connection, first, rows, run, value
from worker.store.filtering import LISTED_BY, Alternative
from worker.store.where import Where, every

NEWEST_FIRST = "a.stored_at DESC, a.id DESC"
"""The order of lists."""

LEAST_WINDOW, WINDOW_FACTOR = 5000, 10
"""Articles of the first step: at least this many, and this many for each article wanted. For a list of 50 it
answers filters that match one article in a hundred. A condition takes 1 to 20 µs for an article."""

CANDIDATES = 1000
"""Articles of feeds that are looked at in addition to those wanted, and how far an id may be out of order:
more than all processes store in a second."""

FEW_LISTED = 50_000
"""Sightings of feeds up to which their articles are looked up: 0.1 s. Of more it is faster to begin with the
other conditions, or with all articles."""


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
        found = _by_conditions(db, bounds, filtering.alternatives(rest), limit, before)
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


def _by_conditions(
    db: Connection, bounds: Where, options: list[Alternative], limit: int, before: int | None
) -> list[int]:
    found: set[tuple[datetime, int]] = set()
    for option in options:
        some: list[dict[str, Any]] = []
        if option.feeds and _have_listed_few(db, option.feeds):
            some = _newest_listed(db, bounds, option, limit, before)
        if len(some) < limit:
            listed = [Where(f"a.id IN ({one.sql})", one.values) for one in _listed(option.feeds)]
            some = _matching(db, "articles a", every((bounds, option.condition, *listed)), limit)
        found.update((row["stored_at"], row["id"]) for row in some)
    return [article_id for _, article_id in sorted(found, reverse=True)[:limit]]


def _listed(feeds: Sequence[Where]) -> list[Where]:
    return [Where(LISTED_BY.format(one.sql), one.values) for one in feeds]


def _have_listed_few(db: Connection, feeds: Sequence[Where]) -> bool:
    each = [
        f"(SELECT FROM feeds f JOIN sightings s ON s.feed_id = f.id WHERE {one.sql} LIMIT :most)"
        for one in feeds
    ]
    sums = " + ".join(f"(SELECT count(*) FROM {one} AS s)" for one in each)
    return bool(value(db, f"SELECT {sums} < :most", **every(feeds).values, most=FEW_LISTED))


def _newest_listed(
    db: Connection, bounds: Where, option: Alternative, limit: int, before: int | None
) -> list[dict[str, Any]]:
    """Return the newest matches among the newest articles that the feeds have listed."""
    sets = _listed(option.feeds)
    listed = " INTERSECT ".join(one.sql for one in sets)
    # With `before`, the articles after it that may have been stored before it are looked at, too.
    beyond = "(SELECT id FROM listed WHERE id > :last ORDER BY id OFFSET :slack LIMIT 1)"
    return _matching(
        db,
        f"""(SELECT id AS listed_id FROM listed
            WHERE {f"id <= coalesce({beyond}, id)" if before is not None else "true"}
            ORDER BY id DESC LIMIT :most) AS l JOIN articles a ON a.id = l.listed_id""",
        every((bounds, option.condition)),
        limit,
        begin=f"WITH listed AS MATERIALIZED (SELECT DISTINCT id FROM ({listed}) AS s)",
        **every(sets).values,
        **({"last": before, "slack": CANDIDATES} if before is not None else {}),
        most=limit + (2 if before is not None else 1) * CANDIDATES,
    )


def _matching(
    db: Connection, source: str, condition: Where, limit: int, *, begin: str = "", **values: Any
) -> list[dict[str, Any]]:
    # The sum keeps PostgreSQL from reading all articles in their order until enough match.
    return rows(
        db,
        f"""{begin} SELECT a.stored_at, a.id FROM {source} WHERE {condition.sql}
        ORDER BY a.stored_at + interval '0' DESC, a.id DESC LIMIT :limit""",
        **condition.values,
        **values,
        limit=limit,
    )

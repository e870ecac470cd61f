"""Lists of stories, newest or biggest first, each with its first article and the outlets that carry it.

A condition on members (publisher, language) is looked up for a bounded number of stories first; if few of
them match, the members are rare, and the list begins at their articles instead. So both cost a bounded time.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from worker.filters import EVERYTHING, Filter
from worker.store import filtering
from worker.store.db import Connection, rows, run
from worker.store.stories import TIME
from worker.store.where import Where, every

WINDOW = 2000
"""Stories whose members are looked at, one by one, before the list begins at the articles: about 20 ms."""

MEMBERS_SHOWN = 20
"""Members of which a list names the outlets and languages, the first published ones: a guess at what fits."""


class StoryOrder(StrEnum):
    """What comes first in a list of stories."""

    NEWEST = "newest"
    BIGGEST = "biggest"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryListing:
    """Which stories are listed: those with a member that matches, those that an agency is named in, by time.

    `members` has conditions on publisher and language only. `after` is the last story of the page before.
    """

    order: StoryOrder = StoryOrder.NEWEST
    members: Filter = EVERYTHING
    wire: bool = False
    begun_from: datetime | None = None
    after: int | None = None


# The order of each list, and the column that its places are compared by; the id decides between equals.
_ORDERS = {StoryOrder.NEWEST: "s.begun_at DESC, s.id DESC", StoryOrder.BIGGEST: "s.size DESC, s.id DESC"}
_KEYS = {StoryOrder.NEWEST: "begun_at", StoryOrder.BIGGEST: "size"}

# What a list shows of a story: its first article, and whom and which languages its first members have.
_SHOWN = f"""
SELECT s.id, s.size, s.begun_at, s.first_at, s.agency_at IS NOT NULL AS wire, lead_article.*, around.*
FROM stories s
LEFT JOIN LATERAL (
    SELECT a.id AS article_id, a.title, a.url, a.language, p.site AS publisher
    FROM articles a LEFT JOIN publishers p ON p.id = a.publisher_id
    WHERE a.story_id = s.id ORDER BY {TIME}, a.id LIMIT 1
) AS lead_article ON true
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT p.site) FILTER (WHERE p.site IS NOT NULL) AS publishers,
        array_agg(DISTINCT a.language) FILTER (WHERE a.language IS NOT NULL) AS languages
    FROM (
        SELECT a.publisher_id, a.language FROM articles a
        WHERE a.story_id = s.id ORDER BY {TIME}, a.id LIMIT {MEMBERS_SHOWN}
    ) AS a LEFT JOIN publishers p ON p.id = a.publisher_id
) AS around ON true
WHERE s.id = ANY(:ids)
"""


def listed(db: Connection, listing: StoryListing, *, limit: int) -> list[dict[str, Any]]:
    """Return at most `limit` stories with more than one member, in the order of the listing."""
    bounds = _bounds(db, listing)
    if bounds is None:
        return []
    # The plan must fit the values: one for all would read everything for rare ones, too.
    run(db, "SET LOCAL plan_cache_mode = force_custom_plan")
    order = _ORDERS[listing.order]
    ids = _in_window(db, listing, bounds, limit) if listing.members else _all(db, bounds, order, limit)
    return rows(db, f"{_SHOWN} ORDER BY {order}", ids=ids)


def _bounds(db: Connection, listing: StoryListing) -> Where | None:
    """Return the conditions on the story itself; None if the last one of the page before is gone."""
    parts = [Where("s.size > 1")]
    if listing.wire:
        parts.append(Where("s.agency_at IS NOT NULL"))
    if listing.begun_from is not None:
        parts.append(Where("s.begun_at >= :begun_from", {"begun_from": listing.begun_from}))
    if listing.after is not None:
        found = rows(db, "SELECT id, size, begun_at FROM stories WHERE id = :id", id=listing.after)
        if not found:
            return None
        key = _KEYS[listing.order]
        values = {"place": found[0][key], "place_id": listing.after}
        parts.append(Where(f"(s.{key}, s.id) < (:place, :place_id)", values))
    return every(parts)


def _all(db: Connection, bounds: Where, order: str, limit: int) -> list[int]:
    sql = f"SELECT s.id FROM stories s WHERE {bounds.sql} ORDER BY {order} LIMIT :limit"
    return [int(row["id"]) for row in rows(db, sql, **bounds.values, limit=limit)]


def _in_window(db: Connection, listing: StoryListing, bounds: Where, limit: int) -> list[int]:
    """Look at the first stories one by one; begin at the articles if they hold too few that match."""
    members, order = filtering.where(listing.members, each=True), _ORDERS[listing.order]
    found = rows(
        db,
        f"""SELECT s.id FROM (
            SELECT * FROM stories s WHERE {bounds.sql} ORDER BY {order} LIMIT :window
        ) AS s WHERE EXISTS (SELECT FROM articles a WHERE a.story_id = s.id AND {members.sql} OFFSET 0)
        ORDER BY {order} LIMIT :limit""",
        **bounds.values,
        **members.values,
        window=WINDOW,
        limit=limit,
    )
    if len(found) < limit:
        found = rows(
            db,
            f"""SELECT s.id FROM stories s WHERE {bounds.sql} AND s.id IN (
                SELECT a.story_id FROM articles a WHERE a.story_id IS NOT NULL AND {members.sql}
            ) ORDER BY {order} LIMIT :limit""",
            **bounds.values,
            **members.values,
            limit=limit,
        )
    return [int(row["id"]) for row in found]

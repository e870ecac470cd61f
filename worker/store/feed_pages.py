"""The list of feeds, page by page: filtered, feeds in trouble first, and quick at a million feeds.

The list has four sections, in this order: feeds with a condition whose last poll failed, other feeds with a
condition, feeds whose last poll failed, all others. Within a section feeds are in the order of their ids. A
place in the list is a section and an id (`ListPlace`), so that a page costs the same wherever it is.

All filters are on one narrow table, `feed_catalog`, which triggers keep in step with feeds and conditions.
PostgreSQL cannot know where in the order of the list the matches of a filter are. So there are two steps, as
in `newest_matches`: look at the next feeds of the list, a bounded number (`WINDOW`), which answers filters
that match one feed in forty. Otherwise the matches are few, or elsewhere in the list: find all of them by
the index of the filter, and sort them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from worker.model import Condition, FeedState
from worker.store import feed_counts
from worker.store.db import Connection, rows, run, value
from worker.store.where import Where, every
from worker.text.plain import collapsed

WINDOW = 2_000
"""Feeds of the first step. A guess: some five milliseconds (`make bench-feed-list`)."""

_SCHEME = re.compile(r"^https?://(www\.)?", re.IGNORECASE)
_SEPARATORS = re.compile("[\x00-/:-@\\[-`{-\x7f]+")
"""What is left out of addresses, and what is between words (migration 0033)."""

LONGEST_WORDS = 20
"""Words of a search that are used. A guess: more than a title has."""

ANY_CONDITION = "any"
"""The filter of feeds that are in some condition."""

SECTIONS = 4
"""With a condition or not, times with a failed poll or not."""

SHOWN = """f.id, f.url, f.title, f.kind, f.language, f.labels, f.state, f.due_at,
    f.due_because, f.errors, f.reason, f.detail, f.warning, f.last_polled_at,
    f.last_ok_at, f.last_new_at, f.polls, f.polls_unchanged, f.discovered, f.last_items,
    f.last_overlap, f.whole_at, f.not_modified, f.validators_off_until, f.moved_to,
    f.successor, f.settings, h.key AS host, h.lane AS host_lane, h.rest_until,
    (SELECT site FROM publishers WHERE publishers.id = f.publisher_id) AS publisher,
    ARRAY(SELECT jsonb_build_object('condition', condition, 'since', since, 'reason', reason)
        FROM feed_conditions WHERE feed_id = f.id AND until IS NULL ORDER BY since) AS conditions"""
"""What the list shows of a feed, apart from the counts of its entries."""


class BadFeedFilter(ValueError):
    """A condition of the filter is unknown; the message says which in one line."""


@dataclass(frozen=True, slots=True)
class FeedFilter:
    """Which feeds to list; empty fields match all.

    `q` are words of title or address, or beginnings of words. `condition` is a slug or `any`. `publisher` is
    the host name of the site. `failing`: the last poll failed.
    """

    q: str = ""
    state: str = ""
    condition: str = ""
    label: str = ""
    publisher: str = ""
    failing: bool = False

    def __post_init__(self) -> None:
        """Raise `BadFeedFilter` for an unknown state or condition."""
        if self.state and self.state not in list(FeedState):
            raise BadFeedFilter(f"state: {self.state[:40]!r} is not one of {', '.join(FeedState)}")
        known = [ANY_CONDITION, *Condition]
        if self.condition and self.condition not in known:
            raise BadFeedFilter(f"condition: {self.condition[:40]!r} is not one of {', '.join(known)}")

    def __bool__(self) -> bool:
        """Whether it has a condition."""
        return any(getattr(self, field.name) for field in fields(self))


EVERY_FEED = FeedFilter()


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A place in the list: after the feed `feed_id` of a section. It is written `SECTION-ID`."""

    section: int = 0
    feed_id: int = 0

    @classmethod
    def read(cls, text: str) -> "ListPlace":
        """Return the place that is written `SECTION-ID`. Raises `ValueError`."""
        section, dash, feed_id = text.partition("-")
        if not dash or not section.isdigit() or not feed_id.isdigit() or int(section) >= SECTIONS:
            raise ValueError(f"{text[:40]!r} is not a place in the list of feeds")
        return cls(int(section), int(feed_id))

    def __str__(self) -> str:
        """Write the place for an address."""
        return f"{self.section}-{self.feed_id}"


BEGINNING = ListPlace()


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Feeds with their counts and conditions, and the place after them: None at the end of the list.

    `total` is how many feeds match, or, unless `is_exact`, fewer than match.
    """

    feeds: list[dict[str, Any]]
    onward: ListPlace | None
    total: int
    is_exact: bool


def page(
    db: Connection, filter_: FeedFilter = EVERY_FEED, *, after: ListPlace = BEGINNING, limit: int
) -> FeedPage:
    """Return the next feeds of the list that match."""
    # The plan must fit the values: one for all values would read everything for rare ones, too.
    run(db, "SET LOCAL plan_cache_mode = force_custom_plan")
    condition = _where(filter_)
    places, is_all = _among_next(db, condition, after)
    total, is_exact = len(places), is_all and after == BEGINNING
    if len(places) <= limit and not is_all:
        places, total = _by_condition(db, condition, after, limit + 1)
        is_exact = True
    onward = places[limit - 1] if len(places) > limit else None
    return FeedPage(shown(db, [place.feed_id for place in places[:limit]]), onward, total, is_exact)


def everything(db: Connection, filter_: FeedFilter = EVERY_FEED) -> list[dict[str, Any]]:
    """Return all feeds that match, in the order of the list."""
    places, _ = _by_condition(db, _where(filter_), BEGINNING, None)
    return shown(db, [place.feed_id for place in places])


def ids(db: Connection, filter_: FeedFilter, *, limit: int | None) -> list[int]:
    """Return the ids of feeds that match, in the order of the list."""
    run(db, "SET LOCAL plan_cache_mode = force_custom_plan")
    return [place.feed_id for place in _by_condition(db, _where(filter_), BEGINNING, limit)[0]]


def _among_next(db: Connection, condition: Where, after: ListPlace) -> tuple[list[ListPlace], bool]:
    """Return the places of the next feeds that match, and whether these are all up to the end of the list."""
    found = rows(
        db,
        f"""SELECT c.section, c.feed_id, {condition.sql} AS matches FROM (
            SELECT * FROM feed_catalog WHERE (section, feed_id) > (:section, :feed_id)
            ORDER BY section, feed_id LIMIT :window
        ) AS c ORDER BY c.section, c.feed_id""",
        **condition.values,
        section=after.section,
        feed_id=after.feed_id,
        window=WINDOW,
    )
    return [_place(row) for row in found if row["matches"]], len(found) < WINDOW


def _by_condition(
    db: Connection, condition: Where, after: ListPlace, limit: int | None
) -> tuple[list[ListPlace], int]:
    """Return the places of the next feeds that match, and how many feeds match in the whole list."""
    found = rows(
        db,
        f"""WITH hits AS MATERIALIZED (SELECT section, feed_id FROM feed_catalog c WHERE {condition.sql})
        SELECT section, feed_id, (SELECT count(*) FROM hits) AS total FROM hits
        WHERE (section, feed_id) > (:section, :feed_id) ORDER BY section, feed_id LIMIT :limit""",
        **condition.values,
        section=after.section,
        feed_id=after.feed_id,
        limit=limit,
    )
    return [_place(row) for row in found], int(found[0]["total"]) if found else 0


def _place(row: Mapping[str, Any]) -> ListPlace:
    return ListPlace(int(row["section"]), int(row["feed_id"]))


def shown(db: Connection, feed_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return these feeds in this order, each with its host, counts and current conditions."""
    found = rows(
        db,
        f"SELECT {SHOWN} FROM feeds f JOIN hosts h ON h.id = f.host_id WHERE f.id = ANY(:ids)",
        ids=list(feed_ids),
    )
    kept = feed_counts.counts(db, feed_ids)
    by_id = {row["id"]: {**row, **_counts(kept.get(row["id"]))} for row in found}
    return [by_id[feed_id] for feed_id in feed_ids if feed_id in by_id]


def _counts(counts: feed_counts.FeedCounts | None) -> Mapping[str, Any]:
    names = [field.name for field in fields(feed_counts.FeedCounts)]
    return {name: getattr(counts, name) if counts else None for name in names}


def estimate(db: Connection) -> int:
    """Return about how many feeds there are, as PostgreSQL last counted them."""
    return int(value(db, "SELECT reltuples FROM pg_class WHERE oid = CAST('feeds' AS regclass)") or 0)


def _where(filter_: FeedFilter) -> Where:
    """Return the filter as a condition on the row `c` of the catalog."""
    found = []
    if filter_.state:
        found.append(Where("c.state = :state", {"state": filter_.state}))
    if filter_.failing:
        found.append(Where("c.section IN (0, 2)"))
    if filter_.condition == ANY_CONDITION:
        found.append(Where("c.section IN (0, 1)"))
    elif filter_.condition:
        lasting = "SELECT feed_id FROM feed_conditions WHERE condition = :condition AND until IS NULL"
        found.append(Where(f"c.feed_id IN ({lasting})", {"condition": filter_.condition}))
    if filter_.publisher:
        publisher = "SELECT id FROM publishers WHERE site = :publisher"
        found.append(Where(f"c.publisher_id = ({publisher})", {"publisher": filter_.publisher}))
    if filter_.label:
        found.append(Where("c.labels @> ARRAY[CAST(:label AS text)]", {"label": filter_.label}))
    if words := _prefixes(filter_.q):
        found.append(Where("c.words @@ to_tsquery('simple', :words)", {"words": words}))
    return every(found)


def _prefixes(q: str) -> str:
    """Return the words of a search as a query of PostgreSQL: each may be the beginning of a word.

    Signs of ASCII separate words, as they do in the catalog; what else does, PostgreSQL decides for both.
    """
    bare = _SCHEME.sub("", collapsed(q))
    return " & ".join(f"'{word}':*" for word in _SEPARATORS.sub(" ", bare).split()[:LONGEST_WORDS])

"""The newest articles that match a query, soon found whether its words are rare or common.

The index lists the articles of a word in no order of time. For a rare word it is the fastest way: find all
articles, then sort them. A common word is in a third of all articles, and the newest of them are found sooner
by reading the newest articles. PostgreSQL chooses badly between the two, since it does not know what it costs
to read the words of an article. So the newest articles are read first, slice by slice, and the share that
matches says which way the rest is found.

Some queries are slow both ways, such as a phrase of two common words that are hardly ever neighbours: the
index does not know places. So one call reads a bounded number of articles (`MOST_LOOKED`, `MOST_VISITED`),
and says from which article on the search is to be continued.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from worker.store.db import Connection, first, rows, value
from worker.store.search import match_condition, needs_places, tsquery
from worker.store.where import Where
from worker.text.search_query import SearchQuery, Some, terms

SOURCE = "articles a LEFT JOIN publishers p ON p.id = a.publisher_id"
NEWEST_FIRST = "a.stored_at DESC, a.id DESC"
"""The order of lists."""

RANKED = 1000
"""Matches among which the most relevant are chosen."""
WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"
"""Weights of text, summary, authors and title in the relevance: PostgreSQL's defaults, except that authors
count twice as much as summaries, which repeat the text."""
NORMALISED = 1
"""Divides the relevance by the logarithm of the article's length, so that long texts do not come first for
their length."""

SLICE = 200
"""Articles of the first slice, which takes about 5 ms."""
LOOK_COST, VISIT_COST = 25.0, 2.5
"""Microseconds to read the words of an article, and to visit one that the index found (`make
bench-search`)."""
MOST_LOOKED, MOST_VISITED = 3000, 400_000
"""Articles whose words one call reads, and articles that it has the index find: 75 ms, and a second."""
VISITED_TO_RANK = 30_000
"""The same for a list that is ranked, and need not be complete: 75 ms."""
MARGIN = 1.5
"""How many times as many articles as expected a slice has, so that it is probably the last. A guess."""

# Statements are planned for their values: one plan for all words suits neither rare nor common ones. The
# bitmap of a common word needs 20 MB; a smaller one forgets rows, and reads the words of all in their pages.
_SETTINGS = """SELECT set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('jit', 'off', true), set_config('work_mem', '64MB', true)"""


@dataclass(frozen=True)
class Search:
    """What is searched for: a query, in these languages or in all, among the articles of a condition.

    Without a query all of these articles match.
    """

    query: SearchQuery | None
    languages: Sequence[str] = ()
    where: Where = field(default_factory=lambda: Where("true"))

    @cached_property
    def strict(self) -> Where:
        """The condition that an article matches the query."""
        if self.query is None:
            return Where("true")
        return match_condition(self.query, self.languages, "strict")

    @cached_property
    def loose(self) -> Where:
        """A condition that the index alone decides, which holds for more articles."""
        if self.query is None or not needs_places(self.query):
            return self.strict
        return match_condition(self.query, self.languages, "loose", loose=True)

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of the parameters of all conditions."""
        return {**self.strict.values, **self.loose.values, **self.where.values}


@dataclass(frozen=True, slots=True)
class Match:
    """An article that matches, and the story that it belongs to."""

    id: int
    story_id: int | None


@dataclass(frozen=True, slots=True)
class Matches:
    """Matches in their order. `rest` is the id of an article before which there may be more of them, if the
    search ended before it had found enough."""

    found: list[Match]
    rest: int | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in the order of the articles."""

    stored_at: datetime
    id: int


def newest(
    db: Connection,
    search: Search,
    *,
    limit: int,
    before: int | None = None,
    most_visited: int | None = None,
) -> Matches:
    """Return the newest matches; with `before`, those that were stored before this article."""
    rows(db, _SETTINGS)
    place = None
    if before is not None:
        # The article may have been purged since the reader saw it.
        place = _place(db, "WHERE a.id <= :before ORDER BY a.id DESC LIMIT 1", before=before)
        if place is None:
            return Matches([])
    articles = max(0.0, value(db, "SELECT reltuples FROM pg_class WHERE oid = 'articles'::regclass"))
    found: list[Match] = []
    looked = loose = 0
    size = SLICE
    while len(found) < limit:
        end = _end_of_slice(db, place, size)
        if end is None:
            break
        listed = _in_slice(db, search, place, size)
        found += [Match(row["id"], row["story_id"]) for row in listed if row["matches"]]
        looked, loose, place = looked + size, loose + len(listed), end
        if len(found) >= limit:
            break
        # Half a match is added where there are none yet.
        needed = (limit - len(found)) * looked / (len(found) + 0.5)
        visited = articles * (loose + 0.5) / looked
        may_visit = visited <= (MOST_VISITED if most_visited is None else most_visited)
        if may_visit and (needed * LOOK_COST > visited * VISIT_COST or looked >= MOST_LOOKED):
            return _by_index(db, search, place, limit, found)
        if looked >= MOST_LOOKED:
            return Matches(found, rest=place.id)
        size = max(SLICE, min(int(needed * MARGIN), MOST_LOOKED - looked))
    return Matches(found[:limit])


def newest_of_stories(
    db: Connection,
    search: Search,
    *,
    limit: int,
    before: int | None = None,
    most_visited: int | None = None,
) -> Matches:
    """Return the newest match of each story, and those without a story."""
    found: list[Match] = []
    while len(found) < limit:
        page = newest(db, search, limit=limit, before=before, most_visited=most_visited)
        followed = _followed(db, search, [match.id for match in page.found if match.story_id is not None])
        found += [match for match in page.found if match.id not in followed]
        if page.rest is not None and len(found) < limit:
            return Matches(found, page.rest)
        if len(page.found) < limit:
            break
        before = page.found[-1].id
    return Matches(found[:limit])


def most_relevant(
    db: Connection, search: Search, *, limit: int, skip: int = 0, one_per_story: bool = False
) -> list[Match]:
    """Return the most relevant of the newest matches of a query, after the first `skip` of them.

    These are the newest `RANKED` matches, or fewer if one call of `newest` finds fewer.
    """
    assert search.query is not None
    listed = newest_of_stories if one_per_story else newest
    matches = listed(db, search, limit=RANKED, most_visited=VISITED_TO_RANK)
    among = {match.id: match for match in matches.found}
    query = tsquery(_any_word(search.query), search.languages, "ranked")
    ranked = rows(
        db,
        f"""SELECT a.id FROM articles a WHERE a.id = ANY(:ids)
        ORDER BY ts_rank(CAST(:weights AS real[]), a.search, {query.sql}, {NORMALISED}) DESC, {NEWEST_FIRST}
        LIMIT :limit OFFSET :skip""",
        **query.values,
        ids=list(among),
        weights=WEIGHTS,
        limit=limit,
        skip=skip,
    )
    return [among[row["id"]] for row in ranked]


def _any_word(query: SearchQuery) -> SearchQuery:
    """Return a query for any word that a match contains, by which matches are ranked.

    PostgreSQL compares all places of words that must all occur with each other, which takes a second for a
    thousand articles with two common words.
    """
    single = [replace(term, words=(word,)) for term in terms(query, wanted=True) for word in term.words]
    return single[0] if len(single) == 1 else Some(tuple(single))


def _place(db: Connection, rest: str, **values: Any) -> _Place | None:
    found = first(db, f"SELECT a.stored_at, a.id FROM articles a {rest}", **values)
    return _Place(**found) if found else None


def _before(place: _Place | None) -> Where:
    if place is None:
        return Where("true")
    values = {"place_at": place.stored_at, "place_id": place.id}
    return Where("(a.stored_at, a.id) < (:place_at, :place_id)", values)


def _end_of_slice(db: Connection, place: _Place | None, size: int) -> _Place | None:
    """Return the last place of a slice; None if there are no articles left."""
    found = first(
        db,
        f"""SELECT a.stored_at, a.id FROM (
            SELECT stored_at, id FROM articles a WHERE {_before(place).sql}
            ORDER BY {NEWEST_FIRST} LIMIT :size
        ) AS a ORDER BY a.stored_at, a.id LIMIT 1""",
        **_before(place).values,
        size=size,
    )
    return _Place(**found) if found else None


def _in_slice(db: Connection, search: Search, place: _Place | None, size: int) -> list[dict[str, Any]]:
    """Return the articles of a slice that match the loose condition, and whether they match all."""
    strict = f"{search.strict.sql} AND " if search.strict is not search.loose else ""
    return rows(
        db,
        f"""SELECT a.id, a.story_id, ({strict}{search.where.sql}) AS matches
        FROM (SELECT * FROM articles a WHERE {_before(place).sql} ORDER BY {NEWEST_FIRST} LIMIT :size) AS a
        LEFT JOIN publishers p ON p.id = a.publisher_id
        WHERE {search.loose.sql} ORDER BY {NEWEST_FIRST}""",
        **search.values,
        **_before(place).values,
        size=size,
    )


def _by_index(
    db: Connection, search: Search, place: _Place | None, limit: int, before: Sequence[Match]
) -> Matches:
    """Return `before` and the newest matches after it, by finding all that match the loose condition.

    Their words are then read from the newest on, until enough match.
    """
    strict, most = "true", limit
    if search.strict is not search.loose:
        most = max(limit, MOST_LOOKED)
        strict = f"EXISTS (SELECT FROM articles a WHERE a.id = f.id AND {search.strict.sql} OFFSET 0)"
    newest_first = "stored_at DESC, id DESC"
    listed = rows(
        db,
        f"""WITH found AS MATERIALIZED (
            SELECT a.id, a.stored_at, a.story_id FROM {SOURCE}
            WHERE {search.loose.sql} AND {search.where.sql} AND {_before(place).sql}
        )
        SELECT l.last, m.id, m.story_id FROM (
            SELECT (SELECT id FROM found ORDER BY {newest_first} OFFSET :most - 1 LIMIT 1) AS last
        ) AS l LEFT JOIN (
            SELECT f.id, f.story_id, f.stored_at
            FROM (SELECT * FROM found ORDER BY {newest_first} LIMIT :most) AS f
            WHERE {strict} ORDER BY f.stored_at DESC, f.id DESC LIMIT :limit
        ) AS m ON true ORDER BY m.stored_at DESC, m.id DESC""",
        **search.values,
        **_before(place).values,
        most=most,
        limit=limit - len(before),
    )
    found = [*before, *(Match(row["id"], row["story_id"]) for row in listed if row["id"] is not None)]
    return Matches(found, rest=listed[0]["last"] if len(found) < limit else None)


def _followed(db: Connection, search: Search, ids: Sequence[int]) -> set[int]:
    """Return those of the articles that a newer match of their story follows."""
    found = rows(
        db,
        f"""SELECT older.id FROM articles older WHERE older.id = ANY(:ids) AND EXISTS (
            SELECT FROM {SOURCE}
            WHERE a.story_id = older.story_id AND (a.stored_at, a.id) > (older.stored_at, older.id)
            AND {search.strict.sql} AND {search.where.sql}
        )""",
        **search.values,
        ids=list(ids),
    )
    return {row["id"] for row in found}

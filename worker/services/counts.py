"""Counts of articles over time, with a known denominator and known holes.

`matches` are the articles that the filter matches. `total` are those that its *frame* matches: the filter
without its conditions on content (`CONTENT`), so everything that was seen in the same group and of which the
matches are a share. `incomplete` says what may be missing: gaps, and feeds that were quiet or failing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any

from worker.filters import Filter
from worker.filters.conditions import bound
from worker.filters.matches import ArticleFacts, matches
from worker.store import Store, counts, filtering
from worker.store.counts import DIMENSIONS, Hole

CONTENT = ("q", "story", "wire", "rights", "changed", "cause", "min_words")
"""The conditions on what an article says or what became of it: they choose matches, and not the total."""

OF_FEED = ("publisher", "feed", "label", "language")
"""The conditions that a feed can be compared with."""

MOST_GROUPS = 10_000
"""Groups of one answer. A guess: a year by day for 27 publishers, and about a megabyte."""

Key = tuple[Any, ...]


class TooManyGroups(Exception):
    """The answer would have more than `MOST_GROUPS` groups; the text says what to do."""


@dataclass(frozen=True, slots=True)
class CountGroup:
    """The counts of a group. `key` has the value of each dimension; None: unknown, or without one."""

    key: Key
    matches: int
    total: int
    gaps: int
    quiet: int
    failing: int


@dataclass(frozen=True, slots=True)
class CountTable:
    """The groups in order, and the frame: the filter of the totals."""

    by: tuple[str, ...]
    frame: Filter
    groups: tuple[CountGroup, ...]


def count_articles(store: Store, filter_: Filter, by: Sequence[str], *, now: datetime) -> CountTable:
    """Count by these dimensions (`DIMENSIONS`), which are not empty. Raises `TooManyGroups`."""
    frame = filter_.without(*CONTENT)
    with store.begin() as db:
        total = _counted(counts.articles(db, filtering.where(frame), by, limit=MOST_GROUPS + 1), by)
        found = total
        if frame != filter_:
            # A query by itself: the index of texts finds the matches without reading the total.
            found = _counted(counts.articles(db, filtering.where(filter_), by, limit=MOST_GROUPS + 1), by)
        since, until = _span(filter_, now)
        if since is None:
            day = "published" if "published" in by else "day"
            first = counts.first_day(db, filtering.where(frame), day)
            since = now if first is None else datetime.combine(first, time(), UTC)
        incomplete = _holes_by_group(
            of_frame(counts.holes(db, since=since, until=until), frame), by, since=since, until=until
        )
    keys = sorted({*total, *incomplete}, key=_order)
    if len(keys) > MOST_GROUPS:
        raise TooManyGroups(
            f"more than {MOST_GROUPS:,} groups: choose fewer of {','.join(by)}, or a later stored_from"
        )
    return CountTable(
        tuple(by),
        frame,
        tuple(
            CountGroup(key, found.get(key, 0), total.get(key, 0), *incomplete.get(key, (0, 0, 0)))
            for key in keys
        ),
    )


def _counted(rows: Iterable[dict[str, Any]], by: Sequence[str]) -> dict[Key, int]:
    return {tuple(row[name] for name in by): int(row["articles"]) for row in rows}


def _span(filter_: Filter, now: datetime) -> tuple[datetime | None, datetime]:
    """Return the time that the filter is about, as far as it says; it ends now at the latest."""
    said = {
        end: [
            bound(term.name, value)
            for term in filter_.named(f"stored_{end}", f"published_{end}")
            for value in term.values
        ]
        for end in ("from", "to")
    }
    # A bound of `_to` is the first instant that is not included.
    last = (instant - timedelta(microseconds=1) for instant in said["to"])
    return max(said["from"], default=None), min([*last, now])


def of_frame(holes: Iterable[Hole], frame: Filter) -> list[Hole]:
    """Return the holes of the feeds that the frame is about. A feed that states no language may be."""
    conditions = Filter(frame.named(*OF_FEED))
    return [hole for hole in holes if _is_of(hole, conditions)]


def _is_of(hole: Hole, conditions: Filter) -> bool:
    facts = ArticleFacts(
        stored_at=hole.since,
        language=hole.language,
        publisher=hole.publisher,
        feeds=frozenset({str(hole.feed_id), hole.feed}),
        labels=hole.labels,
    )
    return matches(conditions.without("language") if hole.language is None else conditions, facts)


def _holes_by_group(
    holes: Iterable[Hole], by: Sequence[str], *, since: datetime, until: datetime
) -> dict[Key, tuple[int, int, int]]:
    """Return gaps, quiet feeds and failing feeds for each group that has any."""
    gaps: dict[Key, int] = defaultdict(int)
    feeds: dict[str, dict[Key, set[int]]] = {"quiet": defaultdict(set), "failing": defaultdict(set)}
    for hole in holes:
        for key in _keys(hole, by, since=since, until=until):
            if hole.kind == "gaps":
                gaps[key] += 1
            else:
                feeds[hole.kind][key].add(hole.feed_id)
    quiet, failing = feeds["quiet"], feeds["failing"]
    return {
        key: (gaps.get(key, 0), len(quiet.get(key, ())), len(failing.get(key, ())))
        for key in {*gaps, *quiet, *failing}
    }


def _keys(hole: Hole, by: Sequence[str], *, since: datetime, until: datetime) -> Iterator[Key]:
    """Yield the groups that a hole belongs to: each of its days, and each label of its feed."""
    days = list(_days(max(hole.since, since), min(hole.until or until, until)))
    main = hole.language.partition("-")[0].lower() if hole.language else None
    values: dict[str, Sequence[Any]] = {
        "day": days,
        "published": days,
        "publisher": (hole.publisher,),
        "language": (main,),
        "label": sorted(hole.labels) or (None,),
    }
    if days:
        yield from product(*(values[name] for name in by))


def _days(since: datetime, until: datetime) -> Iterator[date]:
    day, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    while since <= until and day <= last:
        yield day
        day += timedelta(days=1)


def _order(key: Key) -> tuple[tuple[bool, Any], ...]:
    """Sort unknown values last."""
    return tuple((value is None, "" if value is None else str(value)) for value in key)


def dimensions(text: str) -> tuple[str, ...]:
    """Return the dimensions of a list such as `day,publisher`. Raises `ValueError` with one line."""
    names = tuple(text.split(","))
    for name in names:
        if name not in DIMENSIONS:
            raise ValueError(f"by: {name[:50]!r} is not possible: write some of {','.join(DIMENSIONS)}")
    if len(set(names)) < len(names):
        raise ValueError("by: write each once")
    return names

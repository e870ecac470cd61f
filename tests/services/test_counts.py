"""Counts: matches, their denominator, and the holes, by group."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.rows import NOW, added_feed, stored_article
from worker.filters import EVERYTHING, parse_text
from worker.services import counts
from worker.services.counts import count_articles, dimensions
from worker.store import Store, gaps
from worker.store.counts import Hole
from worker.store.db import run

LATER = NOW + timedelta(days=3)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store with two outlets, over two days: one has a gap on the first, one fails from the second on."""
    opened = Store(database_url)
    with opened.begin() as db:
        one = added_feed(db, "https://one.example/feed.xml")
        two = added_feed(db, "https://two.example/feed.xml")
        run(db, "UPDATE feeds SET labels = '{national,daily}', language = 'de-AT' WHERE id = :id", id=one)
        gaps.record(db, one, noticed_at=NOW, since=NOW - timedelta(hours=2), before="older", after="newer")
        run(
            db,
            """INSERT INTO feed_conditions (feed_id, condition, since, reason)
            VALUES (:id, 'failing', :since, 'it times out')""",
            id=two,
            since=NOW + timedelta(days=1),
        )
    for title, site, feed, day, language in (
        ("Flood in the valley", "one", one, 0, "de-AT"),
        ("A quiet day", "one", one, 0, "de"),
        ("Flood again", "one", one, 1, "de"),
        ("Bread", "two", two, 0, "en"),
    ):
        with opened.begin() as db:
            stored_article(
                db,
                title=title,
                text=f"{title}: the text.",
                url=f"https://{site}.example/{title.replace(' ', '-')}",
                feed_id=feed,
                now=NOW + timedelta(days=day),
                language=language,
            )
    yield opened
    opened.close()


def counted(store: Store, text: str, by: str) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """The groups: matches, total, gaps, quiet, failing."""
    table = count_articles(store, parse_text(text), dimensions(by), now=LATER)
    return {
        tuple(str(part) for part in group.key): (
            group.matches,
            group.total,
            group.gaps,
            group.quiet,
            group.failing,
        )
        for group in table.groups
    }


def test_matches_have_the_total_of_their_group_and_days_without_articles_show_their_holes(
    store: Store,
) -> None:
    assert counted(store, "q=flood", "day,publisher") == {
        ("2026-05-04", "one.example"): (1, 2, 1, 0, 0),
        ("2026-05-04", "two.example"): (0, 1, 0, 0, 0),
        ("2026-05-05", "one.example"): (1, 1, 0, 0, 0),
        ("2026-05-05", "two.example"): (0, 0, 0, 0, 1),
        ("2026-05-06", "two.example"): (0, 0, 0, 0, 1),
        ("2026-05-07", "two.example"): (0, 0, 0, 0, 1),
    }


def test_the_frame_is_the_filter_without_conditions_on_content(store: Store) -> None:
    wanted = parse_text("q=flood publisher=one.example state=live rights=noindex")
    table = count_articles(store, wanted, ("day",), now=LATER)
    assert str(table.frame) == "publisher=one.example state=live"
    assert [group.total for group in table.groups] == [2, 1]


def test_a_frame_of_one_outlet_has_the_holes_of_its_feeds_alone(store: Store) -> None:
    assert counted(store, "q=flood publisher=one.example", "day") == {
        ("2026-05-04",): (1, 2, 1, 0, 0),
        ("2026-05-05",): (1, 1, 0, 0, 0),
    }
    assert counted(store, "publisher=-one.example", "publisher") == {("two.example",): (1, 1, 0, 0, 1)}


def test_a_language_is_counted_without_its_region(store: Store) -> None:
    assert counted(store, "q=flood", "language") == {
        ("de",): (2, 3, 1, 0, 0),
        ("en",): (0, 1, 0, 0, 0),
        ("None",): (0, 0, 0, 0, 1),
    }


def test_an_article_with_two_labels_is_counted_under_both(store: Store) -> None:
    assert counted(store, "q=flood", "label") == {
        ("daily",): (2, 3, 1, 0, 0),
        ("national",): (2, 3, 1, 0, 0),
        ("None",): (0, 1, 0, 0, 1),
    }


def test_a_filter_that_ends_before_a_hole_does_not_show_it(store: Store) -> None:
    assert counted(store, "stored_to=2026-05-04", "day") == {("2026-05-04",): (3, 3, 1, 0, 0)}


def test_the_day_after_the_end_of_a_filter_is_not_in_its_counts(store: Store) -> None:
    days = [day for (day,) in counted(store, "q=flood stored_to=2026-05-05", "day")]
    assert days == ["2026-05-04", "2026-05-05"]


def test_too_many_groups_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST_GROUPS", 2)
    with pytest.raises(counts.TooManyGroups, match="later stored_from"):
        count_articles(store, EVERYTHING, ("day", "publisher"), now=LATER)


@pytest.mark.parametrize("text", ["week", "day,day", "", "day,"])
def test_an_unknown_dimension_is_one_line(text: str) -> None:
    with pytest.raises(ValueError, match="by: "):
        dimensions(text)


instants = st.integers(0, 19 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))


@given(instants, instants, instants, instants)
def test_a_hole_is_counted_on_each_of_its_days_within_the_span_and_on_no_other(
    begin: datetime, end: datetime, since: datetime, until: datetime
) -> None:
    hole = Hole("quiet", 1, "f", None, None, frozenset(), min(begin, end), max(begin, end))
    since, until = min(since, until), max(since, until)
    found = {key[0] for key in counts._keys(hole, ("day",), since=since, until=until)}
    every = {(since + timedelta(hours=hour)).date() for hour in range(0, 24 * 20, 1)} | {until.date()}
    expected = {day for day in every if hole.since.date() <= day <= hole.until.date()}  # type: ignore[union-attr]
    expected = {day for day in expected if since.date() <= day <= until.date()}
    overlap = hole.since <= until and hole.until >= since  # type: ignore[operator]
    assert found == (expected if overlap else set())

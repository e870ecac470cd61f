"""The list of feeds: its order, its pages, and what each filter finds."""

from collections.abc import Iterator, Sequence

import pytest

from tests.store import rows
from tests.store.rows import NOW
from worker.model import FeedEvent, FeedState
from worker.store import Connection, Store, feed_conditions, feed_pages, feeds
from worker.store.db import run
from worker.store.feed_pages import BEGINNING, BadFeedFilter, FeedFilter, ListPlace


def listed(db: Connection, filter_: FeedFilter = feed_pages.EVERY_FEED, limit: int = 3) -> list[int]:
    """The ids of all pages of the list, one after another."""
    return [feed["id"] for page in pages(db, filter_, limit) for feed in page]


def pages(db: Connection, filter_: FeedFilter, limit: int) -> Iterator[Sequence[dict[str, object]]]:
    place: ListPlace | None = BEGINNING
    while place is not None:
        found = feed_pages.page(db, filter_, after=place, limit=limit)
        yield found.feeds
        place = ListPlace.read(str(found.onward)) if found.onward else None


def some_feeds(db: Connection, count: int = 10) -> list[int]:
    return [rows.added_feed(db, f"https://n{n}.example/feed", title=f"Paper {n}") for n in range(count)]


def failing(db: Connection, feed_id: int) -> None:
    rows.polled(db, feed_id, new=0, errors=2, reason="timeout", ok=False)


def test_feeds_in_trouble_come_first_and_return_to_their_place_when_it_ends(store: Store) -> None:
    with store.begin() as db:
        ids = some_feeds(db)
        failing(db, ids[4])
        failing(db, ids[7])
        feed_conditions.begin(db, {(ids[7], "failing"): "why", (ids[9], "quiet"): "why"}, now=NOW)
        first = [ids[7], ids[9], ids[4]]
        assert listed(db) == first + [feed_id for feed_id in ids if feed_id not in first]
        assert [feed["id"] for feed in feed_pages.everything(db)] == listed(db)
        rows.polled(db, ids[4], new=0)
        feed_conditions.end(db, [(ids[7], "failing"), (ids[9], "quiet")], now=NOW)
        assert listed(db) == [ids[7], *(feed_id for feed_id in ids if feed_id != ids[7])]
        rows.polled(db, ids[7], new=0)
        assert listed(db) == ids


@pytest.mark.parametrize("window", [feed_pages.WINDOW, 2], ids=["in the window", "by the index"])
def test_each_filter_finds_its_feeds_and_no_others(
    store: Store, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_pages, "WINDOW", window)
    with store.begin() as db:
        ids = some_feeds(db)
        feeds.turn(db, ids[1], FeedEvent.PAUSE, now=NOW)
        failing(db, ids[2])
        feed_conditions.begin(db, {(ids[3], "quiet"): "why"}, now=NOW)
        run(db, "UPDATE feeds SET labels = '{\"a b\"}' WHERE id = ANY(:ids)", ids=ids[4:8])
        run(db, "UPDATE feeds SET title = 'Straße, und mehr' WHERE id = :id", id=ids[9])
        expected = (
            (FeedFilter(state="paused"), [ids[1]]),
            (FeedFilter(failing=True), [ids[2]]),
            (FeedFilter(condition="quiet"), [ids[3]]),
            (FeedFilter(condition="any"), [ids[3]]),
            (FeedFilter(condition="moved"), []),
            (FeedFilter(label="a b"), ids[4:8]),
            (FeedFilter(label="a b", q="paper 5"), [ids[5]]),
            (FeedFilter(publisher="n6.example"), [ids[6]]),
            (FeedFilter(q="https://n8.example/feed"), [ids[8]]),
            (FeedFilter(q="STRASS'"), []),
            (FeedFilter(q="straß"), [ids[9]]),
            (FeedFilter(q="pap"), [ids[3], ids[2], ids[0], ids[1], *ids[4:9]]),
            (FeedFilter(q="' & | !"), [ids[3], ids[2], ids[0], ids[1], *ids[4:]]),
        )
        for filter_, found in expected:
            assert listed(db, filter_) == found, filter_
            assert feed_pages.ids(db, filter_, limit=100) == found, filter_


def test_the_number_of_matches_is_exact_or_a_lower_bound(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_pages, "WINDOW", 5)
    with store.begin() as db:
        ids = some_feeds(db)
        run(db, "UPDATE feeds SET labels = '{late}' WHERE id = ANY(:ids)", ids=ids[-2:])
        whole = feed_pages.page(db, limit=3)
        assert (whole.total, whole.is_exact) == (5, False)
        late = feed_pages.page(db, FeedFilter(label="late"), limit=3)
        assert (late.total, late.is_exact, late.onward) == (2, True, None)


def test_a_removed_feed_is_in_no_list(store: Store) -> None:
    with store.begin() as db:
        ids = some_feeds(db, 3)
        feeds.remove(db, ids[1], now=NOW)
        assert listed(db) == [ids[0], ids[2]]
        assert feed_pages.shown(db, ids)[0]["state"] == FeedState.ACTIVE


@pytest.mark.parametrize("field", ["state", "condition"])
def test_an_unknown_value_is_refused_with_the_known_ones(field: str) -> None:
    with pytest.raises(BadFeedFilter, match="'sleepy' is not one of"):
        FeedFilter(**{field: "sleepy"})

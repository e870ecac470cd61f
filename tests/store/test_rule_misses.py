"""Selectors that match nothing are kept until they match again."""

from datetime import timedelta

from tests.store.rows import NOW
from worker.store import Store
from worker.store.rule_misses import KEPT, MANY, Missed, WatchedSelector, matched, missed, stopped

BODY = WatchedSelector("a.toml", "body", "news.example")
PROMO = WatchedSelector("a.toml", "strip .promo", "news.example")


def lacks(
    what: WatchedSelector = BODY, pages: int = 1, *, expected: bool = True, url: str = "https://n.example/1"
) -> Missed:
    return Missed(what, expected, pages, url)


def test_pages_in_a_row_are_added_up_and_the_first_instant_and_the_last_page_stay(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    with store.begin() as db:
        assert missed(db, [lacks()], now=NOW) == {BODY: 1}
        assert missed(db, [lacks(pages=3, url="https://n.example/2")], now=later) == {BODY: 4}
        (found,) = stopped(db, now=later)
    assert (found.file, found.selector, found.host) == ("a.toml", "body", "news.example")
    assert (found.pages, found.since, found.last_at, found.url) == (4, NOW, later, "https://n.example/2")


def test_a_match_ends_it_for_that_selector_and_host_alone(store: Store) -> None:
    elsewhere = WatchedSelector("a.toml", "body", "m.news.example")
    with store.begin() as db:
        missed(db, [lacks(), lacks(elsewhere)], now=NOW)
        matched(db, [BODY, PROMO])
        assert [one.host for one in stopped(db, now=NOW)] == ["m.news.example"]


def test_a_selector_expected_on_some_pages_is_reported_after_many(store: Store) -> None:
    with store.begin() as db:
        missed(db, [lacks(PROMO, MANY - 1, expected=False)], now=NOW)
        assert stopped(db, now=NOW) == []
        missed(db, [lacks(PROMO, expected=False)], now=NOW)
        assert [one.selector for one in stopped(db, now=NOW)] == ["strip .promo"]


def test_what_no_page_has_touched_for_a_week_is_forgotten(store: Store) -> None:
    later = NOW + KEPT + timedelta(minutes=1)
    with store.begin() as db:
        missed(db, [lacks()], now=NOW)
        assert stopped(db, now=later) == []
        missed(db, [lacks(PROMO)], now=later)
        assert missed(db, [lacks()], now=later) == {BODY: 1}


def test_empty_batches_do_nothing(store: Store) -> None:
    with store.begin() as db:
        matched(db, [])
        assert missed(db, [], now=NOW) == {}

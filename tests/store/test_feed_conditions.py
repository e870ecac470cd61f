"""Conditions of feeds: each lasts from its beginning to its end, and is remembered for a while."""

from datetime import timedelta

from tests.store.rows import NOW, added_feed
from worker.store import Store, feed_conditions, feeds

DAY = timedelta(days=1)


def test_a_condition_lasts_until_it_ends_and_may_begin_again(store: Store) -> None:
    with store.begin() as db:
        feed = added_feed(db)
        feed_conditions.begin(db, {(feed, "quiet"): "nothing new"}, now=NOW)
        assert [(one.feed_id, one.since) for one in feed_conditions.lasting(db)] == [(feed, NOW)]
        feed_conditions.end(db, [(feed, "quiet")], now=NOW + DAY)
        assert feed_conditions.lasting(db) == []
        feed_conditions.begin(db, {(feed, "quiet"): "again"}, now=NOW + 2 * DAY)
        assert feed_conditions.counts(db) == {"quiet": 1}
        assert [one["until"] for one in feed_conditions.ended(db, feed)] == [NOW + DAY]


def test_another_reason_keeps_the_beginning_of_a_condition(store: Store) -> None:
    with store.begin() as db:
        feed = added_feed(db)
        feed_conditions.begin(db, {(feed, "failing"): "5 polls"}, now=NOW)
        feed_conditions.begin(db, {(feed, "failing"): "6 polls"}, now=NOW + DAY)
        (one,) = feed_conditions.lasting(db)
    assert (one.since, one.reason) == (NOW, "6 polls")


def test_the_newest_come_first_and_of_many_only_they(store: Store) -> None:
    with store.begin() as db:
        urls = [f"https://{name}.example/feed" for name in "abc"]
        for number, url in enumerate(urls):
            feed_conditions.begin(db, {(added_feed(db, url), "quiet"): "x"}, now=NOW + number * DAY)
        assert [one.url for one in feed_conditions.lasting(db, limit=2)] == [urls[2], urls[1]]


def test_what_ended_long_ago_is_forgotten(store: Store) -> None:
    with store.begin() as db:
        feed = added_feed(db)
        feed_conditions.begin(db, {(feed, "moved"): "x"}, now=NOW)
        feed_conditions.end(db, [(feed, "moved")], now=NOW)
        feed_conditions.end(db, [], now=NOW + 89 * DAY)
        assert feed_conditions.ended(db, feed)
        feed_conditions.end(db, [], now=NOW + 91 * DAY)
        assert not feed_conditions.ended(db, feed)


def test_a_feed_that_is_removed_takes_its_conditions_along(store: Store) -> None:
    with store.begin() as db:
        feed = added_feed(db)
        feed_conditions.begin(db, {(feed, "quiet"): "x"}, now=NOW)
        feeds.remove(db, feed, now=NOW)
        feed_conditions.begin(db, {(feed, "quiet"): "x"}, now=NOW)
        assert feed_conditions.lasting(db) == []

"""The health of feeds: each condition begins, is logged with its reason, and ends."""

from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.services.service import Service
from tests.site import Site, SiteFeed, SiteHost, faults
from worker.services.health.feeds import check_feeds
from worker.store import feed_conditions, feed_health

WALL = "<title>Your choices</title><h1>We value your privacy</h1><p>We and our partners use cookies.</p>"


def watched(service: Service, **later: float) -> list[dict[str, Any]]:
    """Let time pass, work, check the feeds; return the log lines of conditions."""
    service.later(**later)
    service.work()
    with capture_logs() as lines:
        check_feeds(service.store, now=service.now())
    return [dict(line) for line in lines if line["event"] == "feed condition"]


def looks(service: Service, count: int, **apart: float) -> list[dict[str, Any]]:
    """Check the feeds `count` times, with that time before each check."""
    return [line for _ in range(count) for line in watched(service, **apart)]


def conditions(service: Service) -> dict[str, str]:
    with service.store.begin() as db:
        return {one.condition: one.reason for one in feed_conditions.lasting(db)}


def logged(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(line["outcome"], line["reason"]) for line in lines]


def subscribed(service: Service, host: SiteHost, *, articles: int = 0) -> SiteFeed:
    feed = host.feed(articles=articles)
    service.subscribe(feed.url)
    watched(service)
    return feed


def publish(service: Service, host: SiteHost, feed: SiteFeed, *, every: timedelta, back: timedelta) -> None:
    """Add an article to the feed for each `every` of the time since `back` ago."""
    now = service.now()
    feed.window = 10_000
    for number in range(back // every, 0, -1):
        article = host.article(f"Of {number} before", published=now - every * number)
        feed.add(article)


def test_a_silent_feed_is_quiet_after_a_time_that_fits_its_rhythm_until_it_publishes(
    service: Service, site: Site
) -> None:
    host = site.host()
    feed = host.feed()
    publish(service, host, feed, every=timedelta(hours=8), back=timedelta(days=20))
    service.subscribe(feed.url)
    watched(service)

    assert logged(watched(service, days=2)) == []
    assert logged(watched(service, days=4)) == [("began", "quiet")]
    assert "usual are 3 entries a day" in conditions(service)["quiet"]
    assert logged(watched(service, hours=6)) == [], "it is logged once"

    feed.add(host.article("At last"))
    (line,) = watched(service, hours=6)
    assert (line["outcome"], line["reason"]) == ("ended", "quiet")
    assert line["lasted"] > 6 * 3600
    assert conditions(service) == {}


def test_an_unreachable_feed_is_failing_and_is_never_given_up(service: Service, site: Site) -> None:
    host = site.host()
    subscribed(service, host, articles=1)
    host.fault_all(faults.status(500))

    lines = looks(service, 16, days=1)
    assert logged(lines) == [("began", "failing")]
    assert "the host answers with a 5xx" in conditions(service)["failing"]

    (row,) = service.read("feeds")
    assert row["state"] == "active"
    assert row["errors"] > 10
    wait = row["due_at"] - row["last_polled_at"]
    assert timedelta(hours=12) <= wait <= timedelta(days=1), "slow probes, and no end"

    host.heal()
    assert ("ended", "failing") in logged(looks(service, 2, days=1))


def test_a_feed_whose_document_is_emptied_has_shrunk(service: Service, site: Site) -> None:
    host = site.host()
    feed = subscribed(service, host, articles=20)
    kept, feed.items = feed.items, []

    assert logged(looks(service, 4, hours=6)) == [("began", "shrank")]
    assert conditions(service)["shrank"].startswith("its document is empty, usual were ")

    feed.items = kept
    assert logged(looks(service, 4, hours=6)) == [("ended", "shrank")]


def test_the_condition_refused_names_the_reason_of_most_refusals(service: Service, site: Site) -> None:
    host = site.host()
    feed = subscribed(service, host, articles=20)
    watched(service, minutes=10)
    assert conditions(service) == {}

    for number in range(20):
        feed.add(
            host.article(f"Behind the wall {number}"), link=host.put(f"/wall/{number}", WALL), summary=None
        )
    looks(service, 2, hours=7)

    assert conditions(service)["refused"].startswith("lately ")
    assert "mostly consent-wall: the page asks for consent" in conditions(service)["refused"]


def test_a_feed_that_moved_has_the_condition_moved_for_a_week(service: Service, site: Site) -> None:
    old, new = site.host(), site.host()
    target = new.feed("/new.xml", articles=1)
    feed = subscribed(service, old, articles=1)
    old.fault(feed.url, faults.moved(target.url))

    began = looks(service, 3, hours=8)
    assert logged(began) == [("began", "moved")]
    assert "it redirects permanently to" in began[0]["detail"]
    looks(service, 3, hours=8)
    assert conditions(service)["moved"].startswith(f"it moved here from {feed.url} at ")
    assert ("ended", "moved") in logged(watched(service, days=8))


def test_a_feed_that_is_gone_for_good_has_the_condition_retired(service: Service, site: Site) -> None:
    host = site.host()
    feed = subscribed(service, host, articles=1)
    host.fault(feed.url, faults.status(410))

    assert logged(looks(service, 2, hours=8)) == [("began", "retired")]
    assert "410" in conditions(service)["retired"]


def test_a_second_check_at_the_same_time_changes_nothing(service: Service, site: Site) -> None:
    subscribed(service, site.host(), articles=1)
    with service.store.begin() as db:
        assert feed_health.alone(db)
        check_feeds(service.store, now=service.now() + timedelta(days=1))
    (row,) = service.read("feed_health")
    assert row["counted_to"] < service.now()


def test_an_entry_is_counted_by_one_check_only(service: Service, site: Site) -> None:
    feed = subscribed(service, site.host(), articles=5)
    for _ in range(4):
        watched(service, minutes=10)
    (row,) = service.read("feed_health", "refused", "fallback")
    assert row["refused"][2] + row["fallback"][2] == 10.0
    assert feed.items


@pytest.mark.parametrize("word", ["paused", "removed"])
def test_a_feed_that_is_paused_or_removed_is_in_no_condition(service: Service, site: Site, word: str) -> None:
    from worker.model import FeedEvent
    from worker.store import feeds

    host = site.host()
    subscribed(service, host, articles=1)
    host.fault_all(faults.status(500))
    looks(service, 6, days=1)
    assert set(conditions(service)) == {"failing"}
    with service.store.begin() as db:
        feed_id = feeds.find(db, host.feeds[0].url)
        assert feed_id
        if word == "paused":
            feeds.turn(db, feed_id, FeedEvent.PAUSE, now=service.now())
        else:
            feeds.remove(db, feed_id, now=service.now())
    watched(service, minutes=10)
    assert conditions(service) == {}

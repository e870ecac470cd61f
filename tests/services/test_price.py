"""The price of a poll is adjusted to the operator's goal by what polls found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.services.service import Service
from tests.site import Site
from worker.config.groups import PriceGoal
from worker.config.load import load
from worker.config.settings import SettingsError
from worker.services.poll import next_poll as poll_plan
from worker.services.price import at_current_price, steer
from worker.store import feeds, poll_price

Make = Callable[..., Service]

BUDGET = PriceGoal("budget", 100)


def look(service: Service, goal: PriceGoal | None) -> float:
    """Adjust the price once, and return it."""
    steer(service.store, goal, now=service.now())
    return at_current_price(service.store, replace(service.settings.polling, price=-1.0), goal).price


def polled(service: Service, times: int) -> None:
    """Count more polls of each feed."""
    for feed in service.read("feeds", "id", "polls"):
        service.change("feeds", {"polls": feed["polls"] + times, "rate": 0.001}, id=feed["id"])


def test_the_price_of_a_poll_is_not_adjusted_without_a_goal_or_feeds(service: Service) -> None:
    assert look(service, None) == -1.0
    assert look(service, BUDGET) == -1.0


def test_more_polls_than_the_budget_raise_the_price(service: Service) -> None:
    service.subscribe("http://a.example/feed", "http://b.example/feed")
    polled(service, 1)
    begun = look(service, BUDGET)
    for _ in range(6):
        service.later(minutes=10)
        polled(service, 20)
        dearer = look(service, BUDGET)
    assert 0 < begun < dearer
    with service.store.begin() as db:
        steering = poll_price.steering(db)
    assert steering
    assert (steering.goal, steering.price) == ("budget 100", dearer)
    assert steering.spent
    assert steering.spent > 100


def test_entries_that_wait_too_long_lower_the_price(service: Service) -> None:
    wanted = PriceGoal("delay", 60)
    service.subscribe("http://a.example/feed")
    polled(service, 1)
    begun = look(service, wanted)
    service.later(minutes=10)
    service.change("feeds", {"timed": 100, "waited": 60000})
    assert look(service, wanted) < begun
    with service.store.begin() as db:
        steering = poll_price.steering(db)
    assert steering
    assert steering.waited
    assert steering.waited > 60


def test_a_changed_goal_starts_over_and_a_removed_goal_ends_the_adjustment(service: Service) -> None:
    service.subscribe("http://a.example/feed")
    polled(service, 1)
    first = look(service, BUDGET)
    assert look(service, PriceGoal("delay", 5)) != first
    assert look(service, None) == -1.0


def test_polls_of_unsubscribed_feeds_are_not_credited_to_the_budget(service: Service) -> None:
    (gone, _) = service.subscribe("http://a.example/feed", "http://b.example/feed")
    polled(service, 500)
    look(service, BUDGET)
    with service.store.begin() as db:
        assert feeds.remove(db, gone, now=service.now())
    service.later(minutes=10)
    assert look(service, BUDGET) > 0


def item(service: Service, name: str, *, age: timedelta) -> str:
    """Return an item that was published that long ago."""
    date = format_datetime(service.now() - age)
    return f"<item><guid>{name}</guid><title>{name}</title><pubDate>{date}</pubDate></item>"


def document(*items: str) -> str:
    return f"<rss version='2.0'><channel><title>T</title>{''.join(items)}</channel></rss>"


def test_a_poll_tells_the_rate_of_its_feed_and_how_long_new_entries_waited(
    service: Service, site: Site
) -> None:
    host = site.host()
    old = item(service, "old", age=timedelta(hours=3))
    service.subscribe(host.put("/feed.xml", document(old), "application/rss+xml"))
    service.work()
    service.later(days=1)
    host.put(
        "/feed.xml",
        document(
            item(service, "new", age=timedelta(minutes=30)), item(service, "late", age=timedelta(days=9)), old
        ),
        "application/rss+xml",
    )
    service.work()
    (row,) = service.read("feeds", "timed", "waited", "rate")
    assert row["timed"] == 2
    # An entry that its feed showed late could have waited since the last poll, a day ago.
    assert row["waited"] == pytest.approx(1800 + 86400, rel=0.01)
    assert row["rate"] == pytest.approx(1.5 / 86400, rel=0.5)


def test_the_feeds_of_one_host_share_what_it_bears(make_service: Make, site: Site) -> None:
    service = make_service(poll_host_per_hour=1, poll_price_seconds=0.1)
    host = site.host()
    for name in "abc":
        service.subscribe(host.put(f"/{name}.xml", document(), "application/rss+xml"))
    service.work()
    waits = [row["due_at"] - row["last_polled_at"] for row in service.read("feeds")]
    assert len(waits) == 3
    assert all(timedelta(hours=3) <= wait < timedelta(hours=3.1) for wait in waits)


def test_a_busier_feed_gets_more_of_what_its_host_bears() -> None:
    busy, quiet = poll_plan.bearable(0.8, 10), poll_plan.bearable(0.2, 10)
    assert timedelta(hours=1) / busy + timedelta(hours=1) / quiet == pytest.approx(10)
    assert poll_plan.bearable(None, 10) == poll_plan.bearable(0.5, None) == timedelta(0)


@pytest.mark.parametrize(("wait", "most"), [(timedelta(minutes=5), 15), (timedelta(hours=6), 60)])
def test_polls_are_spread_by_a_part_of_their_wait(wait: timedelta, most: float) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert poll_plan.jittered(now + wait, now=now, jitter=0.0) == now + wait
    assert poll_plan.jittered(now + wait, now=now, jitter=1.0) == now + wait + timedelta(seconds=most)


def test_a_budget_or_a_delay_is_wanted_or_neither_but_not_both() -> None:
    def goal(**wanted: int) -> PriceGoal | None:
        return load(wanted, environ={}).settings.price_goal

    assert goal() is None
    assert goal(poll_budget_per_day=9) == PriceGoal("budget", 9)
    assert goal(poll_delay_seconds=9) == PriceGoal("delay", 9)
    with pytest.raises(SettingsError, match="both set; keep one"):
        goal(poll_budget_per_day=9, poll_delay_seconds=9)

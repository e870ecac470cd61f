"""What polls teach about a feed: its week, its hour, how late its entries show, whether it is busy now."""

from datetime import datetime, timedelta

import pytest

from tests.feeds.cadences import DAY, HOUR, MINUTE, MONDAY, every, irregular, wait, watched
from worker.feeds.cadence import plan
from worker.feeds.cadence.estimates import Lag, Tide
from worker.feeds.cadence.seasonality import Minutes, Week

SECOND = timedelta(seconds=1)


def office_hours(after: datetime) -> datetime:
    """Publish every 20 minutes and a bit, from nine to five on weekdays."""
    at = after + 20 * MINUTE + 11 * SECOND
    while at.weekday() > 4 or not 9 <= at.hour < 17:
        at += HOUR
    return at


def at_the_full_hour(after: datetime) -> datetime:
    """Publish 20 seconds after each hour."""
    return after.replace(minute=0, second=20, microsecond=0) + HOUR


def test_a_feed_with_office_hours_is_polled_twice_as_often_during_them() -> None:
    state = watched(office_hours, weeks=6)
    morning = wait(state, now=MONDAY + 10 * HOUR, price=300)
    night = wait(state, now=MONDAY + DAY - 2 * HOUR, price=300)
    weekend = wait(state, now=MONDAY + 5 * DAY + 10 * HOUR, price=300)
    assert 2 * morning < min(night, weekend)


def test_after_a_quiet_night_the_feed_is_polled_in_the_morning() -> None:
    state = watched(office_hours, weeks=6)
    due = MONDAY + 17 * HOUR + wait(state, now=MONDAY + 17 * HOUR, price=1e5)
    assert due < MONDAY + DAY + 13 * HOUR


def test_a_new_feed_is_taken_to_publish_evenly_over_the_week() -> None:
    new = Week(since=MONDAY.timestamp(), epoch=MONDAY.timestamp())
    assert new.factor(5, MONDAY.timestamp()) == 1.0
    one = new.after([MONDAY.timestamp()], MONDAY.timestamp())
    after = (MONDAY + 7 * DAY).timestamp()
    factors = [one.factor(hour, after) for hour in range(168)]
    assert min(factors) > 0.3
    assert max(factors) < 6


def test_hours_that_were_never_watched_do_not_count_as_quiet() -> None:
    since = MONDAY.timestamp()
    state = Week(since, since).after([since + 600 * number for number in range(12)], since + 7200)
    hour = int(since // 3600)
    assert state.factor(hour, since + 7200) == pytest.approx(1, abs=0.3)
    assert state.factor(hour + 12, since + 7200) > 0.7


def test_a_feed_that_moves_its_hour_is_followed_as_old_weeks_fade() -> None:
    since = MONDAY.timestamp()
    week = Week(since, since)
    for day in range(200):
        at = since + day * 86400 + (3600 * 6 if day < 100 else 3600 * 18)
        week = week.after([at], at)
    now = since + 200 * 86400
    hour = int(now // 3600)
    assert week.factor(hour + 18, now) > 3 * week.factor(hour + 6, now)
    assert week.total < 200


def test_a_feed_that_publishes_on_the_hour_is_polled_just_after_it() -> None:
    state = watched(at_the_full_hour, weeks=6)
    for minute in (5, 20, 40):
        now = MONDAY + 10 * HOUR + minute * MINUTE
        due = now + wait(state, now=now, price=1200)
        assert due.minute in range(1, 6)


@pytest.mark.parametrize(("late", "least", "most"), [(0, 0, 45), (120, 80, 200), (600, 400, 900)])
def test_the_lag_is_learned_from_entries_that_an_earlier_poll_should_have_shown(
    late: int, least: int, most: int
) -> None:
    state = watched(every(13 * MINUTE + SECOND), weeks=3, lag=timedelta(seconds=late))
    assert least <= state.lag.mean <= most


def test_dates_of_long_ago_and_of_the_future_do_not_count_as_lag() -> None:
    now = MONDAY.timestamp()
    assert Lag().after([now - 90000, now + 90000], since=now - 600, now=now) == Lag()


def test_an_entry_counts_for_the_minutes_in_which_it_may_have_appeared() -> None:
    now = MONDAY.timestamp() + 600
    found = Minutes(now).after([now - 590], since=now - 120, now=now, lag=60.0)
    assert [minute for minute, counted in enumerate(found.counts) if counted] == [8, 9]
    assert sum(found.counts) == pytest.approx(1, abs=0.01)


def test_a_feed_without_preferred_minutes_has_no_profile_of_the_hour() -> None:
    assert Minutes(0.0).shares() is None
    assert Minutes(0.0, (3.0,) * 60).shares() is None
    shares = Minutes(0.0, (300.0, *(0.0,) * 59)).shares()
    assert shares is not None
    assert shares[0] == 0.0
    assert shares[60] == pytest.approx(1.0)
    assert shares[1] > 0.8


def test_a_wave_of_news_raises_what_is_expected_next_and_fades() -> None:
    tide = Tide().after(40, lambda _: 1 / 3600, since=0.0, now=3600.0)
    assert tide.height > 3
    assert tide.ahead(0) > tide.ahead(6 * 3600) > tide.ahead(24 * 3600) > 1
    calm = Tide().after(0, lambda _: 20 / 3600, since=0.0, now=3600.0)
    assert calm.height < 0.5


def test_a_feed_is_polled_sooner_during_a_busy_hour() -> None:
    state = watched(irregular(30 * MINUTE))
    wave = [MONDAY + MINUTE * number for number in range(1, 20)]
    busy, _ = plan(state, now=MONDAY + 20 * MINUTE, seen=wave, price=900, floor=MINUTE, cap=DAY)
    later = MONDAY + 21 * MINUTE
    assert wait(busy, now=later) < 0.8 * wait(state, now=later)

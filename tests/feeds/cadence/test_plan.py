"""When a feed is polled next: between floor and cap, by its price and what its polls have taught."""

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds.cadences import DAY, HOUR, MINUTE, MONDAY, WEEK, Habit, every, irregular, wait, watched
from worker.feeds.cadence import State, from_json, plan, to_json

INSTANTS = st.timedeltas(-36 * 365 * DAY, 74 * 365 * DAY).map(MONDAY.__add__)
RECENT = st.timedeltas(-30 * DAY, DAY).map(MONDAY.__add__)
WAITS = st.timedeltas(timedelta(seconds=1), timedelta(days=30))
POLLS = st.lists(st.tuples(INSTANTS, st.lists(INSTANTS | RECENT, max_size=5)), min_size=1, max_size=6)


@given(POLLS, st.floats(0, 1e12), WAITS | st.just(timedelta(0)), WAITS)
def test_the_next_poll_is_between_floor_and_cap_whatever_was_seen(
    polls: list[tuple[datetime, list[datetime]]], price: float, floor: timedelta, cap: timedelta
) -> None:
    state = None
    for now, seen in polls:
        state, due = plan(state, now=now, seen=seen, price=price, floor=floor, cap=cap)
        assert now + floor <= due <= now + max(floor, cap)
        assert from_json(json.loads(json.dumps(to_json(state)))) == state


@given(st.lists(RECENT, max_size=40), st.floats(0, 1e5), st.floats(1, 10))
def test_a_higher_price_never_polls_sooner(seen: list[datetime], price: float, times: float) -> None:
    assert wait(None, seen, price=price) <= wait(None, seen, price=price * times)


@pytest.mark.parametrize("habit", [every(31 * MINUTE), irregular(9 * MINUTE), every(6 * HOUR)])
def test_a_higher_price_never_polls_a_feed_with_known_habits_sooner(habit: Habit) -> None:
    state = watched(habit)
    for hour in (0, 9, 60, 130):
        now = MONDAY + hour * HOUR + 7 * MINUTE
        waits = [wait(state, now=now, price=5 * 1.5**step) for step in range(20)]
        assert waits == sorted(waits)
        assert waits[0] < waits[-1]


@pytest.mark.parametrize("gap", [10 * MINUTE, HOUR, 6 * HOUR])
def test_the_interval_is_the_square_root_of_twice_the_price_over_the_rate(gap: timedelta) -> None:
    best = timedelta(seconds=(2 * 900 * gap.total_seconds()) ** 0.5)
    assert wait(watched(irregular(gap))) == pytest.approx(best, rel=0.3)


def test_dearer_polls_come_later_and_busier_feeds_are_polled_sooner() -> None:
    busy, quiet = watched(every(11 * MINUTE)), watched(every(6 * HOUR))
    assert wait(busy, price=100) < wait(busy, price=1000)
    assert wait(busy) < wait(quiet)


def test_the_dates_in_the_first_document_set_the_first_interval() -> None:
    hourly = [MONDAY - HOUR * number for number in range(20)]
    weekly = [MONDAY - 3 * DAY - WEEK * number for number in range(20)]
    assert wait(None, hourly) < wait(None) < wait(None, weekly)


def test_a_feed_that_falls_silent_is_polled_less_and_less() -> None:
    state, waits = watched(every(10 * MINUTE)), []
    for week in range(1, 5):
        now = MONDAY + week * WEEK
        state, due = plan(state, now=now, seen=[], price=900, floor=MINUTE, cap=DAY)
        waits.append(due - now)
    assert waits == sorted(waits)
    assert waits[0] > 1.5 * wait(watched(every(10 * MINUTE)))


def test_an_archive_that_shows_up_again_does_not_hasten_the_polls() -> None:
    quiet = watched(every(6 * HOUR))
    archive = [MONDAY - timedelta(days=365 + number) for number in range(500)]
    assert wait(quiet, archive) == pytest.approx(wait(quiet), rel=0.01)


def test_the_document_does_not_fill_up_between_two_polls_at_any_price() -> None:
    ten_minutes = watched(every(11 * MINUTE))
    shown = [MONDAY - 11 * MINUTE * number for number in range(20)]
    state, _ = plan(ten_minutes, now=MONDAY, seen=shown, price=900, floor=MINUTE, cap=DAY)
    assert wait(state, now=MONDAY + MINUTE, price=1e9) < 20 * 11 * MINUTE / 2


def test_a_state_stored_by_the_first_version_can_be_read() -> None:
    kept = from_json({"entries": 40.0, "seconds": 864000.0, "at": (MONDAY - HOUR).timestamp()})
    assert MINUTE < wait(kept) < DAY


def test_a_clock_that_is_set_back_loses_no_state_and_keeps_the_bounds() -> None:
    state = watched(every(HOUR))
    after, due = plan(state, now=MONDAY - DAY, seen=[], price=900, floor=MINUTE, cap=DAY)
    assert after.rate == state.rate
    assert MINUTE <= due - (MONDAY - DAY) <= DAY


def test_the_stored_state_of_a_feed_is_under_two_kilobytes() -> None:
    state: State = watched(every(7 * MINUTE), weeks=6)
    assert len(json.dumps(to_json(state))) < 2048

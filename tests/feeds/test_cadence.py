"""When a feed is polled next."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.cadence import State, from_json, plan, to_json

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INSTANTS = st.timedeltas(-36 * 365 * DAY, 74 * 365 * DAY).map(NOW.__add__)
WAITS = st.timedeltas(timedelta(seconds=1), timedelta(days=30))


def interval(
    state: State | None, seen: list[datetime], *, now: datetime = NOW, price: float = 900
) -> timedelta:
    return plan(state, now=now, seen=seen, price=price, floor=MINUTE, cap=DAY)[1] - now


def watched(gap: timedelta, days: int = 28) -> State:
    """What is known of a feed that has published every `gap` for so long, polled hourly."""
    state, now, last = None, NOW - timedelta(days=days), NOW - timedelta(days=days)
    while now < NOW:
        seen = [last + gap * number for number in range(1, int((now - last) / gap) + 1)]
        state, _ = plan(state, now=now, seen=seen, price=900, floor=MINUTE, cap=DAY)
        last, now = (seen or [last])[-1], now + HOUR
    assert state
    return state


@given(
    st.lists(st.tuples(INSTANTS, st.lists(INSTANTS, max_size=5)), min_size=1, max_size=6),
    st.floats(0, 1e12),
    WAITS,
    WAITS,
)
def test_the_next_poll_is_between_floor_and_cap_whatever_was_seen(
    polls: list[tuple[datetime, list[datetime]]], price: float, floor: timedelta, cap: timedelta
) -> None:
    state = None
    for now, seen in polls:
        state, due = plan(state, now=now, seen=seen, price=price, floor=floor, cap=cap)
        assert now + floor <= due <= now + max(floor, cap)
        assert from_json(json.loads(json.dumps(to_json(state)))) == state


@pytest.mark.parametrize("gap", [10 * MINUTE, HOUR, 6 * HOUR])
def test_the_interval_is_the_square_root_of_twice_the_price_over_the_rate(gap: timedelta) -> None:
    best = timedelta(seconds=(2 * 900 * gap.total_seconds()) ** 0.5)
    assert interval(watched(gap), []) == pytest.approx(best, rel=0.15)


def test_a_higher_price_polls_less_and_a_busier_feed_more() -> None:
    busy, quiet = watched(10 * MINUTE), watched(6 * HOUR)
    assert interval(busy, [], price=100) < interval(busy, [], price=1000)
    assert interval(busy, []) < interval(quiet, [])


def test_the_first_document_tells_the_pace_of_a_feed() -> None:
    hourly = [NOW - HOUR * number for number in range(20)]
    daily = [NOW - DAY * number for number in range(20)]
    assert interval(None, hourly) < interval(None, []) < interval(None, daily)


def test_a_feed_that_falls_silent_is_polled_ever_less() -> None:
    state, waits = watched(10 * MINUTE), []
    for week in range(1, 5):
        now = NOW + timedelta(days=7 * week)
        state, due = plan(state, now=now, seen=[], price=900, floor=MINUTE, cap=DAY)
        waits.append(due - now)
    assert waits == sorted(waits)
    assert waits[-1] > 2 * waits[0]


def test_an_archive_brought_up_again_does_not_hasten_the_polls() -> None:
    quiet = watched(6 * HOUR)
    archive = [NOW - timedelta(days=365 + number) for number in range(500)]
    assert interval(quiet, archive) == pytest.approx(interval(quiet, []), rel=0.01)


def test_a_plan_costs_at_most_a_fifth_of_a_millisecond() -> None:
    state, seen = watched(HOUR), [NOW - HOUR * number for number in range(20)]
    start = time.perf_counter()
    for _ in range(1000):
        plan(state, now=NOW, seen=seen, price=900, floor=MINUTE, cap=DAY)
    assert (time.perf_counter() - start) / 1000 < 0.2e-3

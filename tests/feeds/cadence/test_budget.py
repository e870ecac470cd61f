"""The price of a request is set so that a budget is spent or a delay is kept."""

import json
from collections.abc import Callable
from math import sin, sqrt, tau

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.cadence.budget import (
    Control,
    begin,
    begin_for_delay,
    from_json,
    steer,
    steer_to_delay,
    to_json,
)

DAY = 86400.0
START = 1772409600.0
TURN = 600.0


def spent(
    days: int,
    budget: float,
    *,
    demand: Callable[[float], float] = lambda day: 1.0,
    pull: Callable[[float], float] = lambda day: 1.0,
    allowed: Callable[[float], float] | None = None,
) -> tuple[list[float], Control]:
    """Polls of each day, when `demand` times as many come as forecast; `allowed`: a budget that changes."""
    control = begin(now=START, pull=pull(0), budget=budget)
    polls, left = [0.0] * days, 0.0
    for turn in range(int(days * DAY / TURN)):
        day = turn * TURN / DAY
        left += demand(day) * pull(day) * TURN / sqrt(control.price)
        whole = int(left)
        left -= whole
        polls[int(day)] += whole
        now = START + (turn + 1) * TURN
        wanted = allowed(day) if allowed else budget
        control = steer(control, now=now, polls=whole, pull=pull(day), budget=wanted)
    return polls, control


def off(polls: list[float], budget: float) -> float:
    return sum(polls) / len(polls) / budget - 1


def test_the_first_price_is_the_one_at_which_the_forecast_spends_the_budget() -> None:
    assert begin(now=START, pull=2.0, budget=DAY).price == pytest.approx(4.0)


def test_a_forecast_that_is_wrong_by_half_is_corrected_within_the_first_week() -> None:
    polls, control = spent(21, 2400, demand=lambda day: 1.5)
    assert abs(off(polls[:7], 2400)) < 0.1
    assert abs(off(polls[7:14], 2400)) < 0.03
    assert control.price == pytest.approx((1.5 * DAY / 2400) ** 2, rel=0.05)


def test_nights_and_weekends_are_learned_and_do_not_change_the_weeks_total() -> None:
    def demand(day: float) -> float:
        return (1 + 0.7 * sin(tau * day)) * (0.5 if day % 7 >= 5 else 1.0)

    polls, _ = spent(42, 2400, demand=demand)
    for first in range(14, 35):
        assert abs(off(polls[first : first + 7], 2400)) < 0.03


def test_new_feeds_change_the_price_at_once() -> None:
    polls, _ = spent(28, 2400, pull=lambda day: 1.0 if day < 15 else 3.0)
    assert abs(off(polls[15:22], 2400)) < 0.03


def test_a_changed_budget_is_spent_from_then_on() -> None:
    polls, _ = spent(28, 2400, allowed=lambda day: 2400 if day < 14 else 4800)
    assert abs(off(polls[16:23], 4800)) < 0.03


def test_after_a_pause_only_a_part_of_the_missed_polls_is_caught_up() -> None:
    _, control = spent(14, 2400)
    late = steer(control, now=control.at + 5 * DAY, polls=0, pull=1.0, budget=2400)
    assert control.price / 2.6 < late.price < control.price


def test_spent_is_the_number_of_polls_a_day() -> None:
    _, control = spent(10, 2400)
    assert control.spent == pytest.approx(2400, rel=0.05)
    assert begin(now=START, pull=1.0, budget=1).spent == 0


@pytest.mark.parametrize("part", [0.6, 1.0, 1.5])
def test_the_price_follows_a_wanted_delay_by_how_long_entries_really_wait(part: float) -> None:
    pull, rate, delay = 0.5, 0.02, 600.0
    control = begin_for_delay(now=START, pull=pull, rate=rate, delay=delay)
    waits = 0.0
    for turn in range(2000):
        waits = part * sqrt(control.price) * pull / rate
        control = steer_to_delay(
            control,
            now=START + turn * TURN,
            entries=12,
            waited=12 * waits,
            pull=pull,
            rate=rate,
            delay=delay,
        )
    assert waits == pytest.approx(delay, rel=0.02)
    assert control.waited == pytest.approx(part, rel=0.02)


AMOUNTS = st.floats(0, 1e9)


@given(
    st.lists(st.tuples(st.floats(-1e6, 1e7), st.integers(0, 10**9), AMOUNTS), max_size=8),
    st.floats(1e-3, 1e9),
)
def test_any_history_gives_a_price_within_bounds_and_a_control_that_can_be_stored(
    looks: list[tuple[float, int, float]], budget: float
) -> None:
    control = begin(now=START, pull=1.0, budget=budget)
    slow = begin_for_delay(now=START, pull=0.0, rate=0.0, delay=budget)
    for passed, polls, pull in looks:
        now = control.at + passed
        control = steer(
            from_json(json.loads(json.dumps(to_json(control)))),
            now=now,
            polls=polls,
            pull=pull,
            budget=budget,
        )
        slow = steer_to_delay(slow, now=now, entries=polls, waited=pull, pull=pull, rate=pull, delay=budget)
        assert 0 < control.price <= 1e9
        assert 0 < slow.price <= 1e9

"""The delay of a host grows with its errors, shrinks with its answers, and stays within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.pace import SLOWEST, Pace, after_answer, after_error, after_trouble

USUAL = Pace(usual=0.2)


def test_trouble_doubles_the_delay_and_good_answers_reduce_it() -> None:
    pace = after_trouble(after_trouble(USUAL))
    assert pace.delay(1.0, cap=30.0) == 4.0
    delays = []
    for _ in range(20):
        pace = after_answer(pace, 0.2)
        delays.append(pace.delay(1.0, cap=30.0))
    assert delays == sorted(delays, reverse=True)
    assert delays[-1] == 1.0


def test_a_host_that_gets_slower_than_usual_is_requested_less_often() -> None:
    assert after_answer(USUAL, 1.5).factor == 1.5
    # Neither a host that always takes long nor one that is quick enough is in trouble.
    assert after_answer(Pace(usual=1.4), 1.5).factor == 1.0
    assert after_answer(USUAL, 0.9).factor == 1.0


def test_the_usual_time_follows_changes_slowly() -> None:
    pace = Pace()
    for seconds in (0.2, 2.0, 0.2, 0.2):
        pace = after_answer(pace, seconds)
    assert pace.usual == pytest.approx(0.2, abs=0.2)


def test_a_5xx_slows_down_less_than_a_429() -> None:
    assert after_error(USUAL).factor < after_trouble(USUAL).factor


def test_the_delay_is_capped_but_never_below_the_configured_one() -> None:
    worst = Pace(SLOWEST)
    assert worst.delay(1.0, cap=30.0) == 30.0
    assert worst.delay(45.0, cap=30.0) == 45.0
    assert worst.delay(0.0, cap=30.0) == 0.0


EVENTS = st.lists(st.one_of(st.none(), st.just("error"), st.floats(0, 100)), max_size=60)


@given(EVENTS, st.floats(0, 10), st.floats(0.1, 60))
def test_the_delay_always_stays_within_its_bounds(
    events: list[float | str | None], base: float, cap: float
) -> None:
    pace = Pace()
    for event in events:
        if event is None:
            pace = after_trouble(pace)
        else:
            pace = after_error(pace) if isinstance(event, str) else after_answer(pace, event)
        assert base <= pace.delay(base, cap=cap) <= max(base, cap)

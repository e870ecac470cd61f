"""The delay of a host grows with its troubles, shrinks with its answers, and stays within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.pace import SLOWEST, Pace, after_answer, after_error, after_trouble

USUAL = Pace(usual=0.2)


def test_trouble_doubles_the_delay_and_good_answers_bring_it_back() -> None:
    pace = after_trouble(after_trouble(USUAL))
    assert pace.delay(1.0, cap=30.0) == 4.0
    delays = []
    for _ in range(20):
        pace = after_answer(pace, 0.2)
        delays.append(pace.delay(1.0, cap=30.0))
    assert delays == sorted(delays, reverse=True)
    assert delays[-1] == 1.0


def test_a_host_that_gets_slow_is_asked_less_often_by_its_own_measure() -> None:
    assert after_answer(USUAL, 1.5).factor == 1.5
    # What always takes long is no sign of trouble, and what is quick enough is none either.
    assert after_answer(Pace(usual=1.4), 1.5).factor == 1.0
    assert after_answer(USUAL, 0.9).factor == 1.0


def test_what_is_usual_follows_slowly() -> None:
    pace = Pace()
    for seconds in (0.2, 2.0, 0.2, 0.2):
        pace = after_answer(pace, seconds)
    assert pace.usual == pytest.approx(0.2, abs=0.2)


def test_an_error_of_the_host_slows_less_than_its_wish_to_rest() -> None:
    assert after_error(USUAL).factor < after_trouble(USUAL).factor


def test_the_delay_has_a_cap_which_is_no_lower_than_what_is_set() -> None:
    worst = Pace(SLOWEST)
    assert worst.delay(1.0, cap=30.0) == 30.0
    assert worst.delay(45.0, cap=30.0) == 45.0
    assert worst.delay(0.0, cap=30.0) == 0.0


EVENTS = st.lists(st.one_of(st.none(), st.just("error"), st.floats(0, 100)), max_size=60)


@given(EVENTS, st.floats(0, 10), st.floats(0.1, 60))
def test_whatever_happens_the_delay_is_within_its_bounds(
    events: list[float | str | None], base: float, cap: float
) -> None:
    pace = Pace()
    for event in events:
        if event is None:
            pace = after_trouble(pace)
        else:
            pace = after_error(pace) if isinstance(event, str) else after_answer(pace, event)
        assert base <= pace.delay(base, cap=cap) <= max(base, cap)

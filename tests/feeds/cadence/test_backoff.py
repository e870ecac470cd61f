"""How long to wait after failures, and how jitter separates what was planned for one moment."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.cadence.backoff import add_jitter, backoff

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
WAITS = st.timedeltas(min_value=SECOND, max_value=timedelta(days=365))
JITTERS = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("errors", "minutes"), [(0, 1), (1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (10_000, 60)]
)
def test_the_wait_doubles_up_to_the_ceiling(errors: int, minutes: int) -> None:
    wait = backoff(errors, base=timedelta(minutes=1), cap=timedelta(hours=1), jitter=0)
    assert wait == timedelta(minutes=minutes)


@given(st.integers(0, 10_000), WAITS, WAITS, JITTERS)
def test_a_wait_is_never_above_the_ceiling_nor_below_half_the_base(
    errors: int, base: timedelta, cap: timedelta, jitter: float
) -> None:
    tick = timedelta(microseconds=1)
    assert min(base, cap) / 2 - tick <= backoff(errors, base=base, cap=cap, jitter=jitter) <= cap


@given(st.integers(1, 100), JITTERS)
def test_one_more_error_never_shortens_the_wait(errors: int, jitter: float) -> None:
    one, more = (backoff(number, base=SECOND, cap=DAY, jitter=jitter) for number in (errors, errors + 1))
    assert one <= more


def test_clients_that_failed_together_come_back_at_different_times() -> None:
    waits = [backoff(5, base=SECOND, cap=DAY, jitter=number / 10) for number in range(10)]
    assert len(set(waits)) == 10
    assert max(waits) == 16 * SECOND


@pytest.mark.parametrize(
    ("wait", "jitter", "longer"),
    [(MINUTE, 0.0, 0), (MINUTE, 1.0, 6), (timedelta(hours=1), 0.5, 30), (DAY, 1.0, 60)],
)
def test_jitter_adds_up_to_a_tenth_of_the_wait_and_at_most_a_minute(
    wait: timedelta, jitter: float, longer: int
) -> None:
    assert add_jitter(wait, jitter=jitter) - wait == timedelta(seconds=longer)


@given(st.timedeltas(timedelta(0), timedelta(days=30)), st.floats(0, 1))
def test_jitter_never_shortens_a_wait(wait: timedelta, jitter: float) -> None:
    assert wait <= add_jitter(wait, jitter=jitter) <= wait + MINUTE

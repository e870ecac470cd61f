"""What is planned for one moment is spread over the time after it, never before."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.cadence.spread import spread

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wait", "jitter", "longer"),
    [(MINUTE, 0.0, 0), (MINUTE, 1.0, 6), (timedelta(hours=1), 0.5, 30), (timedelta(days=1), 1.0, 60)],
)
def test_it_is_longer_by_a_part_of_a_tenth_and_of_a_minute(
    wait: timedelta, jitter: float, longer: int
) -> None:
    assert spread(wait, jitter=jitter) - wait == timedelta(seconds=longer)


@given(st.timedeltas(timedelta(0), timedelta(days=30)), st.floats(0, 1))
def test_it_is_never_shorter_and_little_longer(wait: timedelta, jitter: float) -> None:
    assert wait <= spread(wait, jitter=jitter) <= wait + MINUTE

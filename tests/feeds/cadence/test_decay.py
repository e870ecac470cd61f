"""What was counted fades to a half in each half-life."""

import pytest

from worker.feeds.cadence.decay import decay, watched


def test_a_half_is_left_after_a_half_life_and_a_quarter_after_two():
    assert [decay(seconds, 10.0) for seconds in (0, 10, 20)] == [1, 0.5, 0.25]


def test_a_short_time_counts_whole_and_a_long_one_as_what_has_not_faded():
    assert watched(1.0, 1e6) == pytest.approx(1.0, rel=1e-3)
    assert watched(1e6, 10.0) == pytest.approx(2 * watched(10.0, 10.0))

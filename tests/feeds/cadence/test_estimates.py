"""Counts are halved with each half-life."""

import pytest

from worker.feeds.cadence.estimates import decay, decayed_length


def test_half_is_left_after_one_half_life_and_a_quarter_after_two():
    assert [decay(seconds, 10.0) for seconds in (0, 10, 20)] == [1, 0.5, 0.25]


def test_a_short_time_counts_in_full_and_a_long_one_by_what_has_not_decayed():
    assert decayed_length(1.0, 1e6) == pytest.approx(1.0, rel=1e-3)
    assert decayed_length(1e6, 10.0) == pytest.approx(2 * decayed_length(10.0, 10.0))

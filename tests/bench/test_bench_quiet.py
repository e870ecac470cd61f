"""A stopped feed is distinguished from a resting one on the publication times of real feeds."""

from math import inf
from statistics import median

from tests.bench.bench_quiet import measure
from tests.corpus import needs_corpus


@needs_corpus
def test_fewer_than_one_false_alarm_in_a_hundred_weeks_and_a_dead_newsroom_is_found_within_a_day() -> None:
    found = measure()
    assert found.weeks > 400
    assert found.false_share < 0.01
    assert median(found.delays[20.0]) < 24
    assert median(found.delays[5.0]) < 72
    assert median(found.delays[1.0]) < inf

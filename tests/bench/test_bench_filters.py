"""The bench of filters works, and its data has what it means to measure."""

from tests.bench.bench_filters import FILTERS, filled, measure
from worker.filters import parse_text
from worker.filters.conditions import CONDITIONS


def test_every_condition_is_measured_and_most_filters_find_something() -> None:
    measured = {term.name for text in FILTERS for term in parse_text(text).terms}
    assert measured == set(CONDITIONS)
    with filled(2000) as store:
        found = {
            one.filter_: one for one in measure(store, ("", "language=de", "label=sea", "changed=title"))
        }
    assert all(one.newest > 0 and one.follow > 0 and one.found > 0 for one in found.values())

"""The bench of the list of feeds works, and each of its filters finds what it means to measure."""

from tests.bench.bench_feed_list import FILTERS, filled, measure

EMPTY = {"unknown", "nowhere"}
"""The label and the word that no feed has."""


def test_every_filter_is_measured_and_finds_feeds_unless_it_is_meant_to_find_none() -> None:
    with filled(6000) as store:
        found = list(measure(store, 6000))
    assert [one.filter_ for one in found] == list(FILTERS)
    assert all(one.first > 0 and one.middle > 0 for one in found)
    expected = {one for one in FILTERS if not {one.label, one.q} & EMPTY and not one.publisher}
    assert {one.filter_ for one in found if one.found} >= expected

"""The bench stays alive."""

from tests.bench.bench_fetch import WAYS, measure


def test_every_way_is_measured() -> None:
    measured = measure(gets=40, hosts=4)
    assert measured.keys() == WAYS.keys()
    assert all(rate > 0 for rate, _ in measured.values())

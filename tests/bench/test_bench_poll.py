"""The bench of polling works, and sees what it means to measure."""

from tests.bench.bench_poll import figures


def test_every_kind_of_poll_is_measured() -> None:
    found = figures(3, say=lambda _: None)
    assert set(found) == {"not-modified", "same", "new", "feedparser"}
    assert all(milliseconds > 0 for milliseconds in found.values())

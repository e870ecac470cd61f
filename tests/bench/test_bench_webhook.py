"""The benchmark of webhooks runs, and finds every article."""

from tests.bench.bench_webhook import measure


def test_every_article_arrives_within_some_ticks(database_url: str) -> None:
    delays = measure(database_url, articles=10, rate=100.0, tick_seconds=0.05)
    assert len(delays.seconds) == 10
    assert 0 <= delays.median <= delays.p95

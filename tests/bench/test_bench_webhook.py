"""The benchmark of webhooks runs, and finds every article."""

from pathlib import Path

import pytest

from tests.bench.bench_webhook import measure
from worker.embedded.redis import Redis

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]


def test_every_article_arrives(tmp_path: Path, database_url: str, own_redis: Redis) -> None:
    delays = measure(tmp_path, database_url=database_url, broker=own_redis, articles=10, rate=50.0)
    assert len(delays.seconds) == 10
    assert 0 <= delays.median <= delays.p95

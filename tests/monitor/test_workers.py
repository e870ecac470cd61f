"""Workers report themselves; long silent ones are not shown."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from worker.monitor import workers
from worker.monitor.workers import WorkerSeen

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(params=[False, True], ids=["bytes", "text"])
def broker(redis_url: str, request: pytest.FixtureRequest) -> Iterator[Redis]:
    with Redis.from_url(redis_url, decode_responses=request.param) as client:
        yield client


def test_reported_workers_are_listed_by_name(broker: Redis) -> None:
    workers.report(broker, "two", queues=["poll", "fetch"], last_done=None, now=NOW, stuck=True)
    workers.report(broker, "one", queues=["extract"], last_done=NOW, now=NOW)
    assert workers.listing(broker, NOW) == [
        WorkerSeen("one", ("extract",), NOW, NOW, False),
        WorkerSeen("two", ("poll", "fetch"), None, NOW, True),
    ]


def test_stopped_and_long_silent_workers_are_not_listed(broker: Redis) -> None:
    workers.report(broker, "stopped", queues=[], last_done=None, now=NOW)
    workers.report(broker, "silent", queues=[], last_done=None, now=NOW - timedelta(minutes=11))
    workers.forget(broker, "stopped")
    assert workers.listing(broker, NOW) == []


def test_reports_older_than_a_day_are_deleted(broker: Redis) -> None:
    workers.report(broker, "old", queues=[], last_done=None, now=NOW - timedelta(days=2))
    workers.report(broker, "new", queues=[], last_done=None, now=NOW)
    assert len(broker.hkeys(workers.KEY)) == 1


WITHOUT_ZONE = '{"queues": [], "last_done": null, "seen_at": "2026-05-04", "stuck": false}'


@pytest.mark.parametrize("said", ["no json", "{}", "[]", WITHOUT_ZONE])
def test_an_invalid_report_is_left_out(broker: Redis, said: str) -> None:
    broker.hset(workers.KEY, "broken", said)
    assert workers.listing(broker, NOW) == []


@pytest.mark.parametrize(
    ("silent", "waiting", "stuck"),
    [(10, 60, False), (60, 10, False), (60, 60, True)],
    ids=["it reports", "its work is done by another", "nobody does its work"],
)
def test_a_silent_worker_with_old_messages_is_stuck(
    broker: Redis, silent: int, waiting: int, stuck: bool
) -> None:
    workers.report(broker, "one", queues=["poll"], last_done=None, now=NOW - timedelta(seconds=silent))
    sent_at = (NOW - timedelta(seconds=waiting)).isoformat()
    broker.lpush("poll", json.dumps({"headers": {"sent_at": sent_at}}))
    assert [worker.stuck for worker in workers.listing(broker, NOW)] == [stuck]

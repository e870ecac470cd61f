"""The depth of a queue and the age of its oldest message, read from Celery's lists in the broker."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from worker.monitor import queues

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(params=[False, True], ids=["bytes", "text"])
def broker(redis_url: str, request: pytest.FixtureRequest) -> Iterator[Redis]:
    with Redis.from_url(redis_url, decode_responses=request.param) as client:
        yield client


def send(broker: Redis, queue: str, headers: dict[str, str]) -> None:
    broker.lpush(queue, json.dumps({"body": "", "headers": headers}))


def test_depths_count_the_waiting_messages_of_each_queue(broker: Redis) -> None:
    send(broker, "poll", {})
    send(broker, "poll", {})
    assert queues.depths(broker, ["poll", "fetch"]) == {"poll": 2, "fetch": 0}


def test_the_age_of_a_queue_is_that_of_the_message_sent_first(broker: Redis) -> None:
    for minutes in (5, 1):
        send(broker, "poll", {"sent_at": (NOW - timedelta(minutes=minutes)).isoformat()})
    assert queues.oldest(broker, "poll", NOW) == 300


def test_a_senders_clock_ahead_of_ours_gives_no_negative_age(broker: Redis) -> None:
    send(broker, "poll", {"sent_at": (NOW + timedelta(seconds=3)).isoformat()})
    assert queues.oldest(broker, "poll", NOW) == 0


@pytest.mark.parametrize(
    "message",
    [None, "{}", "no json", "[]", '{"headers": null}', '{"headers": {"sent_at": "2026-05-04T12:00"}}'],
)
def test_a_message_without_a_valid_sent_at_has_no_age(broker: Redis, message: str | None) -> None:
    if message is not None:
        broker.lpush("poll", message)
    assert queues.oldest(broker, "poll", NOW) is None

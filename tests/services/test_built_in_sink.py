"""The built-in stream as a sink among others: claimed by the tick, listed with its lag."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import redis

from tests.services.service import Service
from tests.store.rows import stored_article
from worker.deliver import SinkUnavailable
from worker.deliver.stream import KEY, RedisStream
from worker.rows.sinks import SinkClaim
from worker.services.queue import Claim
from worker.services.sinks.turn import deliver_claims
from worker.store import sinks


@pytest.fixture
def stream_service(service: Service) -> Service:
    """A service whose built-in stream is active."""
    with service.store.begin() as db:
        sinks.resume(db, "redis-stream", now=service.now())
    return service


def deliver(service: Service, client: "redis.Redis") -> int:
    """Tick, and deliver what was claimed; the number of claims."""
    service.tick()
    found = [each for stage, each in service.queue.messages if stage == "deliver"]
    claims: Sequence[Claim] = [claim for each in found for claim in each]
    service.queue.messages.clear()
    deliver_claims(
        service.store,
        [SinkClaim(*claim) for claim in claims],
        clock=service.now,
        agent="tests",
        own=lambda: [RedisStream(client, length=100)],
    )
    return len(claims)


def shown(service: Service) -> dict[str, object]:
    with service.store.begin() as db:
        found = sinks.show(db, "redis-stream")
    assert found is not None
    return found


def test_the_tick_claims_it_and_its_cursor_and_lag_are_noted(
    stream_service: Service, broker: "redis.Redis"
) -> None:
    with stream_service.store.begin() as db:
        stored_article(db)
    assert shown(stream_service)["lag_lines"] == 1
    assert deliver(stream_service, broker) == 1
    assert broker.xlen(KEY) == 1
    found = shown(stream_service)
    assert (found["cursor"], found["lag_lines"], found["reason"]) == (1, 0, None)
    assert found["delivered_at"] is not None
    assert deliver(stream_service, broker) == 0, "there is nothing new"


def test_the_first_line_of_a_new_service_is_delivered_by_the_next_tick(
    stream_service: Service, broker: "redis.Redis"
) -> None:
    deliver(stream_service, broker)
    with stream_service.store.begin() as db:
        stored_article(db)
    assert deliver(stream_service, broker) == 1
    assert broker.xlen(KEY) == 1


def test_it_is_looked_at_now_and_then_so_that_a_lost_stream_is_filled_again(
    stream_service: Service, broker: "redis.Redis"
) -> None:
    with stream_service.store.begin() as db:
        stored_article(db)
    deliver(stream_service, broker)
    broker.flushall()
    stream_service.later(seconds=sinks.CHECK_SECONDS + 1)
    deliver(stream_service, broker)
    assert broker.xlen(KEY) == 1


def test_while_its_redis_is_away_it_is_tried_again_each_second_and_says_why(
    stream_service: Service, broker: "redis.Redis"
) -> None:
    with stream_service.store.begin() as db:
        stored_article(db)
    with redis.Redis(port=1) as nobody, pytest.raises(SinkUnavailable):
        deliver(stream_service, nobody)
    assert shown(stream_service)["reason"] == "sink-away"
    stream_service.ahead += timedelta(seconds=2)
    deliver(stream_service, broker)
    assert (shown(stream_service)["reason"], broker.xlen(KEY)) == (None, 1)

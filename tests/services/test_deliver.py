"""Delivery: the Redis stream gets each change once and in order, whatever happens to either side."""

from collections.abc import Iterator, Sequence
from threading import Barrier

import pytest
import redis
from structlog.testing import capture_logs

from tests.services.service import Service
from tests.store.racing import at_once
from tests.store.rows import NOW, stored_article
from worker.deliver import Line, SinkUnavailable
from worker.deliver.position import LogState, Mark, SinkPosition
from worker.deliver.stream import FIELDS, KEY, RedisStream
from worker.model import ChangeKind
from worker.services.deliver import deliver, deliver_to_all
from worker.store import changes
from worker.store.changes import Change


def changed(service: Service, count: int) -> None:
    """Make `count` changes of one article."""
    with service.store.begin() as db:
        changes.append(db, [Change(1, ChangeKind.REVISED, n) for n in range(count)], now=NOW)


def stream(broker: "redis.Redis") -> list[str]:
    return [entry["id"] for _, entry in broker.xrange(KEY)]


def test_each_change_is_in_the_stream_once_and_in_order(service: Service, broker: "redis.Redis") -> None:
    with service.store.begin() as db:
        stored_article(db, title="Ferry", url="https://n.example/a")
    changed(service, 3)
    sink = RedisStream(broker, length=100)

    assert deliver(service.store, sink) == 4
    assert deliver(service.store, sink) == 0

    assert stream(broker) == ["1", "2", "3", "4"]
    (entry_id, first), *_ = broker.xrange(KEY)
    assert entry_id == "1-0"
    assert tuple(first) == FIELDS
    assert (first["kind"], first["title"], first["url"], first["language"]) == (
        "created",
        "Ferry",
        "https://n.example/a",
        "en",
    )


def test_two_deliveries_at_once_add_no_change_twice(service: Service, broker: "redis.Redis") -> None:
    with service.store.begin() as db:
        stored_article(db)
    changed(service, 1200)

    def deliverer(barrier: Barrier) -> int:
        barrier.wait()
        return deliver(service.store, RedisStream(broker, length=5000))

    at_once(deliverer, deliverer)

    assert stream(broker) == [str(n) for n in range(1, 1202)]


def test_a_lost_stream_is_filled_again(service: Service, broker: "redis.Redis") -> None:
    with service.store.begin() as db:
        stored_article(db)
    changed(service, 9)
    sink = RedisStream(broker, length=100)
    deliver(service.store, sink)
    broker.flushall()
    assert deliver(service.store, sink) == 10
    assert len(stream(broker)) == 10


def test_a_new_stream_begins_with_the_newest_changes_that_it_has_room_for(
    service: Service, broker: "redis.Redis"
) -> None:
    with service.store.begin() as db:
        stored_article(db)
    changed(service, 29)
    deliver(service.store, RedisStream(broker, length=10))
    assert stream(broker) == [str(n) for n in range(21, 31)]


def test_the_stream_is_trimmed_by_length(service: Service, broker: "redis.Redis") -> None:
    with service.store.begin() as db:
        stored_article(db)
    sink = RedisStream(broker, length=100)
    for _ in range(5):
        changed(service, 200)
        deliver(service.store, sink)
    # Redis trims whole nodes of a hundred entries or so.
    assert 100 <= len(stream(broker)) <= 300
    assert stream(broker)[-1] == "1001"


def test_a_sink_that_is_away_is_brought_up_to_date_when_it_is_back(
    service: Service, broker: "redis.Redis"
) -> None:
    with service.store.begin() as db:
        stored_article(db)
    with redis.Redis(port=1) as nobody, pytest.raises(SinkUnavailable):
        deliver(service.store, RedisStream(nobody, length=100))
    assert deliver(service.store, RedisStream(broker, length=100)) == 1


def test_a_delivery_emits_one_event_unless_there_was_nothing_to_deliver(
    service: Service, broker: "redis.Redis"
) -> None:
    with service.store.begin() as db:
        stored_article(db)
    with capture_logs() as lines:
        deliver(service.store, RedisStream(broker, length=100))
        deliver(service.store, RedisStream(broker, length=100))
    assert [(line["event"], line["count"], line["cursor"]) for line in lines] == [("changes delivered", 1, 1)]


class AwaySink:
    """A sink that cannot be reached."""

    name = "away"
    keeps = 100

    def position(self) -> SinkPosition | None:
        raise SinkUnavailable("no route")

    def newest_first(self) -> Iterator[Sequence[Mark]]:
        raise SinkUnavailable("no route")

    def deliver(self, lines: Sequence[Line], log: LogState) -> None:
        raise SinkUnavailable("no route")

    def emptying(self) -> str:
        return ""


def test_a_sink_that_is_away_does_not_hold_up_the_others(service: Service, broker: "redis.Redis") -> None:
    with service.store.begin() as db:
        stored_article(db)

    with pytest.raises(SinkUnavailable, match="away: no route"):
        deliver_to_all(service.store, [AwaySink(), RedisStream(broker, length=100)])

    assert stream(broker) == ["1"]

"""Streams in other Redis servers, and exchanges of message brokers."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import kombu
import pytest
import redis

from tests.services.service import Service
from tests.services.test_webhooks import articles, revised, state, work
from worker.deliver import exchange
from worker.deliver.stream import FIELDS
from worker.embedded.redis import Redis
from worker.model import ChangeKind, SinkContent, SinkKind
from worker.rows.sinks import SinkOptions
from worker.services.sinks.new import BadSink, new_sink
from worker.store import changes, sinks
from worker.store.changes import Change

Bus: Any = kombu


def add(service: Service, url: str, *, name: str = "hook", **options: Any) -> SinkKind:
    """Add a sink that begins with the first line; its kind."""
    made = new_sink(name, url, SinkOptions(**options), filter="", secret=None, cursor=0)
    with service.store.begin() as db:
        assert sinks.add(db, made)
    return made.kind


def entries(client: "redis.Redis", key: str = "wiredesk:changes") -> list[tuple[str, dict[str, str]]]:
    found: Any = client.xrange(key)
    return list(found)


def test_a_stream_in_another_redis_has_each_line_in_order_with_the_fields_of_the_built_in_one(
    service: Service, broker: "redis.Redis", redis_url: str
) -> None:
    articles(service, 3)
    assert add(service, redis_url, key="news", content=SinkContent.SUMMARY) is SinkKind.REDIS
    work(service)
    found = entries(broker, "news")
    assert [entry_id for entry_id, _ in found] == ["1-0", "2-0", "3-0"]
    assert tuple(found[0][1]) == (*FIELDS, "article")
    assert json.loads(found[0][1]["article"])["title"] == "Number 0"
    assert state(service)["lag_lines"] == 0


def test_a_replay_fills_a_lost_stream_and_adds_nothing_to_one_that_is_there(
    service: Service, broker: "redis.Redis", redis_url: str
) -> None:
    articles(service, 4)
    add(service, redis_url)
    work(service)
    for lost in (False, True):
        if lost:
            broker.flushall()
        with service.store.begin() as db:
            sinks.rewind(db, "hook", to=1)
        work(service)
        assert [entry_id for entry_id, _ in entries(broker)] == ["1-0", "2-0", "3-0", "4-0"]


def test_a_redis_that_is_down_loses_nothing(service: Service, own_redis: Redis) -> None:
    ids = articles(service, 3)
    add(service, own_redis.url)
    work(service)
    own_redis.stop()
    revised(service, *ids)
    work(service)
    assert (state(service)["cursor"], state(service)["reason"]) == (3, "redis-away")
    own_redis.start()
    service.change("sinks", {"url": own_redis.url}, name="hook")
    service.later(minutes=1)
    work(service, 2)
    with redis.Redis.from_url(own_redis.url, decode_responses=True) as client:
        assert [entry_id for entry_id, _ in entries(client)] == [f"{n}-0" for n in range(1, 7)]


def test_a_reset_is_an_entry_of_the_stream(service: Service, broker: "redis.Redis", redis_url: str) -> None:
    articles(service, 3)
    add(service, redis_url)
    work(service)
    with service.store.begin() as db:
        changes.begin_epoch(db, void_after=2, past=3)
    work(service, 3)
    assert [values["kind"] for _, values in entries(broker)] == ["created"] * 3 + ["reset", "created"]


def received(url: str, queue: str, count: int) -> list[tuple[str, dict[str, Any]]]:
    """Take `count` messages from a queue: their routing keys and bodies."""
    found: list[tuple[str, dict[str, Any]]] = []

    def take(body: Any, message: Any) -> None:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        found.append((message.delivery_info["routing_key"], json.loads(text)))
        message.ack()

    with Bus.Connection(url) as connection, connection.Consumer(Bus.Queue(queue), callbacks=[take]):
        while len(found) < count:
            connection.drain_events(timeout=10)
    return found


def check_exchange(service: Service, url: str) -> None:
    """Deliver to an exchange with a queue, and read what arrives there."""
    first, *_ = articles(service, 3)
    assert add(service, url, exchange="news", queue="all", content=SinkContent.SUMMARY) is SinkKind.EXCHANGE
    work(service)
    with service.store.begin() as db:
        changes.append(db, [Change(first, ChangeKind.REMOVED, 1)], now=service.now())
    work(service)
    found = received(url, "all", 4)
    assert [key for key, _ in found] == ["created.en"] * 3 + ["removed.en"]
    assert [body["data"]["id"] for _, body in found] == [1, 2, 3, 4]
    assert found[0][1]["data"]["article"]["title"] == "Number 0"
    assert (state(service)["lag_lines"], state(service)["reason"]) == (0, None)


def test_an_exchange_over_a_redis_transport_gets_each_line_with_its_routing_key(
    service: Service, redis_url: str
) -> None:
    check_exchange(service, redis_url)


def test_a_broker_that_is_away_loses_nothing(service: Service, own_redis: Redis) -> None:
    articles(service, 2)
    url = own_redis.url
    own_redis.stop()
    add(service, url, exchange="news", queue="all")
    began = time.monotonic()
    work(service)
    assert time.monotonic() - began < 20
    assert (state(service)["cursor"], state(service)["reason"]) == (0, "broker-away")
    own_redis.start()
    service.change("sinks", {"url": own_redis.url}, name="hook")
    service.later(minutes=1)
    work(service, 3)
    assert [body["data"]["id"] for _, body in received(own_redis.url, "all", 2)] == [1, 2]


@pytest.fixture
def rabbit(tmp_path: Path) -> Iterator[str]:
    """The URL of a RabbitMQ, Debian's; skips without one."""
    program = shutil.which("rabbitmq-server") or shutil.which("/usr/sbin/rabbitmq-server")
    if program is None:
        pytest.skip("rabbitmq-server is not installed")
    port = 35672
    environment = {
        "PATH": f"/usr/sbin:/usr/bin:/bin:{Path(program).parent}",
        "HOME": str(tmp_path),
        "RABBITMQ_NODENAME": "wiredesk-test@localhost",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_DIST_PORT": str(port + 1),
        "ERL_EPMD_PORT": str(port + 2),
        "RABBITMQ_MNESIA_BASE": str(tmp_path / "mnesia"),
        "RABBITMQ_LOG_BASE": str(tmp_path / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(tmp_path / "plugins"),
        "RABBITMQ_PID_FILE": str(tmp_path / "pid"),
    }
    url = f"amqp://guest:guest@127.0.0.1:{port}//"
    with subprocess.Popen([program], env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            with closing(Bus.Connection(url, connect_timeout=1)) as connection:
                connection.ensure_connection(max_retries=90, interval_start=1, interval_step=0)
            yield url
        finally:
            server.terminate()
            server.wait(30)
            # Erlang's name server outlives the node that has started it.
            subprocess.run(["epmd", "-kill"], env=environment, stdout=subprocess.DEVNULL, check=False)


def test_an_exchange_of_rabbitmq_gets_each_line_confirmed(service: Service, rabbit: str) -> None:
    check_exchange(service, rabbit)


@pytest.mark.parametrize(
    ("url", "options", "said"),
    [
        ("news.example/hook", {}, "needs a scheme"),
        ("gopher://n.example/", {}, "nothing is known to speak gopher://"),
        ("http://127.0.0.1/hook", {}, "allow private permits"),
        ("http://localhost/hook", {}, "allow private permits"),
        ("https://n.example:25/", {}, "port 25"),
        ("https://n.example/", {"queue": "q"}, "queue does not apply to the kind webhook"),
        ("redis://n.example/", {"batch": 9}, "batch does not apply to the kind redis"),
        ("amqp://n.example/", {"allow_private": True}, "allow private does not apply"),
        ("https://n.example/", {"preset": "teams"}, "there is no preset teams"),
        ("https://n.example/", {"batch": 0}, "batch must be from 1 to 500"),
    ],
)
def test_a_mistake_in_a_new_sink_is_reported_in_one_line(
    url: str, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadSink, match=said):
        new_sink("hook", url, SinkOptions(**options), filter="", secret=None, cursor=0)


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_broker_that_accepts_and_never_answers_ends_its_turn_in_bounded_time(
    service: Service, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "CONNECT_SECONDS", 1)
    monkeypatch.setattr(exchange, "CONFIRM_SECONDS", 1)
    articles(service, 3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        add(service, f"{scheme}://guest:s3cret@127.0.0.1:{silent.getsockname()[1]}//", exchange="news")
        began = time.monotonic()
        work(service)
    assert time.monotonic() - began < 8
    found = state(service)
    assert (found["cursor"], found["reason"]) == (0, "broker-away")
    assert "s3cret" not in found["detail"]

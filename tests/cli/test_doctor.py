"""The doctor names what is wrong and the command that fixes it."""

import json
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis

from tests.cli.terminal import Said, wiredesk
from tests.servers import serve
from tests.services.hubs import callback
from tests.store.rows import polled
from worker.deliver.stream import KEY, ORIGIN
from worker.embedded import DataDirectory
from worker.monitor import queues, workers
from worker.outcome import Reason
from worker.store import Store, feeds


def wrong(said: Said) -> dict[str, str]:
    return {finding["step"]: finding["mend"] for finding in said.json if not finding["well"]}


@pytest.fixture
def working(broker: str) -> None:
    """A worker serves all queues."""
    with redis.Redis.from_url(broker) as client:
        now = datetime.now(UTC)
        workers.report(client, "all", queues=queues.QUEUES, last_done=now, now=now)


@pytest.mark.usefixtures("database", "working")
def test_a_working_service_passes_every_check() -> None:
    said = wiredesk("doctor")
    assert said.code == 0
    steps = [line.split()[1] for line in said.out.splitlines()]
    assert steps == [
        *("permissions", "disk", "contact", "hosts", "broker"),
        *("store", "clock", "migrations", "feeds", "workers", "progress", "delivery"),
    ]


def test_an_empty_directory_passes_with_the_embedded_servers() -> None:
    said = wiredesk("doctor")
    assert said.code == 0
    assert said.out.count("(embedded)") == 2
    assert "note   workers      nothing runs with data" in said.out

    held = DataDirectory(Path("data"), is_run=True)
    assert "start  workers      a run is starting its servers" in wiredesk("doctor").out
    held.release()


def test_both_servers_are_reported_when_they_do_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://127.0.0.1:1/0")
    said = wiredesk("doctor")
    assert said.code == 1
    assert said.out.count("WRONG") == 2
    assert "to fix it: systemctl start postgresql" in said.out


@pytest.mark.usefixtures("working")
def test_a_callback_of_another_server_is_reported(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with callback(database) as ours, serve({}) as foreign:
        monkeypatch.setenv("WIREDESK_WEBSUB_CALLBACK_URL", ours)
        assert wiredesk("doctor").code == 0
        monkeypatch.setenv("WIREDESK_WEBSUB_CALLBACK_URL", foreign)
        said = wiredesk("doctor")
        assert "is not Wiredesk's web server: status 404" in said.out
        assert "forward /websub/ to `wiredesk web`" in said.out
    monkeypatch.setenv("WIREDESK_WEBSUB_CALLBACK_URL", "http://127.0.0.1:1")
    assert "cannot be reached from here" in wiredesk("doctor").out


@pytest.mark.usefixtures("working")
def test_a_database_without_a_schema_is_reported_until_db_upgrade(
    fresh_database: Callable[..., AbstractContextManager[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_database(migrated=False) as url:
        monkeypatch.setenv("WIREDESK_DATABASE_URL", url)
        assert wrong(wiredesk("doctor", "--json")) == {"migrations": "wiredesk db upgrade"}
        assert "wiredesk db upgrade" in wiredesk("status").err
        assert wiredesk("db", "current").code == 1

        assert wiredesk("db", "upgrade").code == 0

        assert wiredesk("db", "current", "--json").json["current"]
        assert wrong(wiredesk("doctor", "--json")) == {}


@pytest.mark.usefixtures("database")
def test_a_broker_that_may_evict_messages_is_reported(broker: str, working: None) -> None:
    with redis.Redis.from_url(broker) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            assert "noeviction" in wrong(wiredesk("doctor", "--json"))["broker"]
        finally:
            client.config_set("maxmemory-policy", "noeviction")


@pytest.mark.usefixtures("database")
def test_queues_without_a_worker_are_reported(broker: str) -> None:
    with redis.Redis.from_url(broker) as client:
        now = datetime.now(UTC)
        workers.report(client, "some", queues=("poll", "schedule", "deliver"), last_done=now, now=now)
    assert wrong(wiredesk("doctor", "--json"))["workers"] == "wiredesk worker --queues fetch,extract"


def test_a_servers_file_that_others_can_read_is_reported(home: Path) -> None:
    exposed = home / "data" / "run" / "servers.json"
    exposed.parent.mkdir(parents=True)
    exposed.write_text("{}")
    exposed.chmod(0o644)
    assert wrong(wiredesk("doctor", "--json"))["permissions"] == "chmod 600 data/run/servers.json"


def test_an_error_in_the_hosts_file_is_reported(home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "hosts.toml").write_text('["example.org"]\ndelay = 5\n')
    said = wiredesk("doctor", "--json")
    (finding,) = [one for one in said.json if one["step"] == "hosts"]
    assert "[example.org] unknown key delay; did you mean delay_seconds?" in finding["words"]
    assert finding["mend"]


@pytest.mark.usefixtures("working")
def test_feeds_that_fail_are_a_note_with_the_command_that_helps(store: Store) -> None:
    wiredesk("feeds", "add", "https://one.example/feed")
    with store.begin() as db:
        number = feeds.find(db, "https://one.example/feed")
        assert number is not None
        polled(db, number, new=0, ok=False, errors=4, reason=Reason.HTTP_GONE)
    said = wiredesk("doctor")
    assert said.code == 0
    assert "1 fails or is gone: https://one.example/feed (http-gone)" in said.out
    assert "this helps: wiredesk feeds list --failing" in said.out
    with store.begin() as db:
        feeds.offer(db, number, "https://one.example/new")
    assert f"this helps: wiredesk feeds move {number}" in wiredesk("doctor").out


def test_a_run_whose_workers_have_not_reported_yet_is_starting(
    home: Path, database_url: str, redis_url: str
) -> None:
    servers = home / "data" / "run" / "servers.json"
    servers.parent.mkdir(parents=True)
    servers.touch(mode=0o600)
    servers.write_text(json.dumps({"database_url": database_url, "redis_url": redis_url}))
    said = wiredesk("doctor")
    assert said.code == 0
    assert "start  workers      starting" in said.out

    long_ago = time.time() - 600
    os.utime(servers, (long_ago, long_ago))
    assert wiredesk("doctor").code == 1


@pytest.mark.usefixtures("working")
def test_a_stream_of_another_service_is_reported_with_the_command_that_deletes_it(
    database: str, broker: str
) -> None:
    with redis.Redis.from_url(broker) as client:
        client.xadd(KEY, {"id": "1"}, id="1-0")
        client.hset(ORIGIN, mapping={"log": "another", "epoch": "another"})
    assert wrong(wiredesk("doctor", "--json")) == {"delivery": f"redis-cli del {KEY} {ORIGIN}"}

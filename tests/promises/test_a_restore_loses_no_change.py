"""A restore of the database loses no change for any consumer, and no id is handed out a second time."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
from structlog.testing import capture_logs

from tests.services.service import Service
from tests.site import Site
from tests.store.rows import NOW, stored_article
from tests.web.conftest import Web, serve
from worker.deliver import ForeignSink
from worker.deliver.stream import KEY, ORIGIN, RedisStream
from worker.embedded.binaries import postgres_binaries
from worker.embedded.postgres import Postgres
from worker.model import ChangeKind
from worker.services.deliver import deliver
from worker.store import Store, changes, migrate
from worker.store.changes import Change

__all__ = ["serve"]


@pytest.fixture
def dump(database_url: str, tmp_path: Path) -> "Dump":
    """Dumps of the database by the real programs."""
    return Dump(database_url.replace("postgresql+psycopg://", "postgresql://"), tmp_path / "dump")


class Dump:
    """A dump of one database, as docs/operations.md makes and restores it."""

    def __init__(self, url: str, path: Path) -> None:
        self._url, self._path = url, path

    def take(self) -> None:
        self._run("pg_dump", "--format", "custom", "--file", str(self._path), "--dbname", self._url)

    def restore(self) -> None:
        options = ("--clean", "--if-exists", "--exit-on-error")
        self._run("pg_restore", *options, "--dbname", self._url, str(self._path))

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([postgres_binaries().directory / program, *arguments], check=True)


def change(store: Store, count: int) -> list[int]:
    """Write `count` changes of one article; return their ids."""
    with store.begin() as db:
        before = changes.newest(db)
        article_id = stored_article(db) if not before else 1
        # The article's own line is the first.
        left = count if before else count - 1
        changes.append(
            db, [Change(article_id, ChangeKind.REVISED, n) for n in range(left)], now=datetime.now(UTC)
        )
        return [line["id"] for line in changes.after(db, before, limit=1000) if line["kind"] != "reset"]


def stream(broker: "redis.Redis", after: int = 0) -> list[dict[str, Any]]:
    found: Any = broker.xrange(KEY, min=f"({after}")
    return [entry for _, entry in found]


def test_changes_after_a_restored_dump_reach_the_stream_and_reuse_no_id(
    service: Service, broker: "redis.Redis", dump: Dump
) -> None:
    sink = RedisStream(broker, length=1000)
    change(service.store, 600)
    dump.take()
    change(service.store, 49)
    deliver(service.store, sink)

    service.store.close()
    dump.restore()
    written = change(service.store, 60)
    with capture_logs() as lines:
        deliver(service.store, sink)

    reset, *fresh = stream(broker, after=649)
    assert reset["kind"] == "reset"
    assert reset["void_after"] == "600"
    assert [int(entry["id"]) for entry in fresh] == written
    assert min(written) > int(reset["id"]) > 649
    assert [line["outcome"] for line in lines] == ["reset", "done"]
    assert deliver(service.store, sink) == 0, "it is mended once"


def test_articles_after_a_restore_get_ids_that_no_consumer_has_seen(
    service: Service, dump: Dump, site: Site
) -> None:
    host = site.host()
    feed = host.feed(articles=1)
    service.subscribe(feed.url)
    service.work()
    dump.take()
    feed.add(host.article(title="Void"))
    service.later(days=1)
    service.work()
    seen = {row["id"] for row in service.read("articles")}
    assert len(seen) == 2

    service.store.close()
    dump.restore()
    feed.add(host.article(title="Fresh"))
    service.work()

    assert min(row["id"] for row in service.read("articles")[1:]) > max(seen)


def test_a_stream_ahead_of_a_log_whose_files_were_restored_is_noticed_whatever_was_written_since(
    own_postgres: Postgres, tmp_path: Path, broker: "redis.Redis"
) -> None:
    cluster = own_postgres.directory / "cluster"
    migrate.upgrade(own_postgres.url)
    store, sink = Store(own_postgres.url), RedisStream(broker, length=1000)
    change(store, 20)
    store.close()
    own_postgres.stop()
    copy = tmp_path / "copy"
    subprocess.run(["cp", "--archive", cluster, copy], check=True)

    own_postgres.start()
    change(store, 10)
    deliver(store, sink)
    store.close()
    own_postgres.stop()
    shutil.rmtree(cluster)
    copy.rename(cluster)
    own_postgres.start()
    # The log grows beyond the stream's position under ids that were handed out before.
    change(store, 15)
    deliver(store, sink)

    reset, *fresh = stream(broker, after=30)
    with store.begin() as db:
        log = [line["id"] for line in changes.after(db, 20, limit=100)]
    assert (reset["kind"], reset["void_after"]) == ("reset", "20")
    assert [int(entry["id"]) for entry in (reset, *fresh)] == log
    assert len(fresh) == 15
    store.close()


def test_a_cursor_beyond_the_newest_change_is_answered_410_with_the_newest(
    service: Service, serve: Any, redis_url: str, database_url: str, dump: Dump
) -> None:
    web: Web = serve(database_url, redis_url)
    change(service.store, 3)
    dump.take()
    seen = change(service.store, 2)[-1]
    epoch = web.get("/api/v1/changes").json()["epoch"]

    service.store.close()
    web.store.close()
    dump.restore()

    for path in ("/api/v1/changes", "/api/v1/articles"):
        answer = web.get(path, after=seen)
        assert answer.status_code == 410
        error = answer.json()["error"]
        assert (error["newest"], error["epoch"]) == (3, epoch)
        assert error["message"].endswith("Go on with after=3")
    (written,) = change(service.store, 1)
    page = web.get("/api/v1/changes", after=3).json()
    assert [(line["kind"], line["void_after"]) for line in page["changes"]] == [
        ("reset", 3),
        ("revised", None),
    ]
    assert page["epoch"] == page["changes"][0]["epoch"] != epoch
    assert page["next"] == written
    articles = web.get("/api/v1/articles", after=seen).json()
    assert [reset["void_after"] for reset in articles["resets"]] == [3]
    assert (articles["next"], articles["more"]) == (written, False)


def test_a_consumer_of_articles_reads_past_a_reset_that_nothing_follows(
    service: Service, serve: Any, redis_url: str, database_url: str, dump: Dump, broker: "redis.Redis"
) -> None:
    web: Web = serve(database_url, redis_url)
    change(service.store, 3)
    dump.take()
    service.store.close()
    web.store.close()
    dump.restore()
    deliver(service.store, RedisStream(broker, length=10))
    page = web.get("/api/v1/articles", after=3).json()
    assert (page["articles"], len(page["resets"]), page["more"]) == ([], 1, False)
    assert web.get("/api/v1/articles", after=page["next"]).json()["resets"] == []


def test_a_redis_that_was_restored_or_flushed_is_filled_from_the_log(
    service: Service, broker: "redis.Redis"
) -> None:
    sink = RedisStream(broker, length=1000)
    change(service.store, 5)
    deliver(service.store, sink)
    older: Any = broker.dump(KEY)
    change(service.store, 5)
    deliver(service.store, sink)
    broker.restore(KEY, 0, older, replace=True)
    assert deliver(service.store, sink) == 5
    broker.flushall()
    assert deliver(service.store, sink) == 10
    assert [entry["kind"] for entry in stream(broker)].count("reset") == 0


@pytest.mark.parametrize("named", [True, False], ids=["by its name", "by its changes"])
def test_the_stream_of_another_service_is_left_alone_and_reported(
    service: Service, broker: "redis.Redis", fresh_database: Any, named: bool
) -> None:
    sink = RedisStream(broker, length=1000)
    change(service.store, 5)
    deliver(service.store, sink)
    if not named:
        broker.delete(ORIGIN)
    before = stream(broker)
    with fresh_database() as url:
        other = Store(url)
        with other.begin() as db:
            stored_article(db, now=NOW.replace(year=2025))
        with pytest.raises(ForeignSink, match=r"another service.*redis-cli del wiredesk:changes"):
            deliver(other, sink)
        other.close()
    assert stream(broker) == before


def test_a_stream_of_an_earlier_version_is_taken_over(service: Service, broker: "redis.Redis") -> None:
    sink = RedisStream(broker, length=1000)
    change(service.store, 5)
    deliver(service.store, sink)
    broker.delete(ORIGIN)
    assert deliver(service.store, sink) == 0
    assert broker.hget(ORIGIN, "log")

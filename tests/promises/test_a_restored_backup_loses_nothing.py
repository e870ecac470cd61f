"""After `wiredesk restore` every consumer gets a reset, misses no change, and no id means two things."""

from pathlib import Path
from typing import Any

import redis

from tests.services.receivers import receiver
from tests.services.service import Service
from tests.services.test_restores import Consumer
from tests.services.test_webhooks import add, work
from tests.store.rows import stored_article
from tests.web.conftest import Web, serve
from worker.deliver.stream import KEY, RedisStream
from worker.services.backup.file import BackupFile
from worker.services.backup.make import make_backup
from worker.services.backup.restore import restore_backup
from worker.services.deliver import deliver
from worker.store import changes

__all__ = ["serve"]


def write(service: Service, name: str, count: int) -> None:
    """Store new articles, each with its line."""
    for number in range(count):
        with service.store.begin() as db:
            stored_article(db, url=f"https://n.example/{name}/{number}", title=f"{name} {number}")


def test_stream_webhook_and_cursor_get_a_reset_and_end_with_the_changes_of_the_log(
    service: Service, serve: Any, database_url: str, redis_url: str, broker: "redis.Redis", tmp_path: Path
) -> None:
    web: Web = serve(database_url, redis_url)
    sink = RedisStream(broker, length=1000)
    by_stream, by_cursor, by_hook = Consumer(), Consumer(), Consumer()

    def consume() -> None:
        deliver(service.store, sink)
        work(service, 3)
        found: Any = broker.xrange(KEY, min=f"({by_stream.cursor}")
        by_stream.read([entry for _, entry in found])
        page = web.get("/api/v1/changes", after=by_cursor.cursor).json()
        by_cursor.read([{**line, "revision": str(line["revision"])} for line in page["changes"]])
        lines = [{**line, "revision": str(line["revision"])} for one in got.taken for line in one.lines]
        by_hook.read([line for line in lines if int(line["id"]) > by_hook.cursor])

    with receiver() as got:
        add(service, got.url)
        write(service, "kept", 3)
        consume()
        made = make_backup(service.store, database_url, tmp_path, keep=None, moved=lambda _: None)
        write(service, "void", 5)
        consume()
        seen = by_hook.cursor

        service.store.close()
        web.store.close()
        restore_backup(service.store, database_url, BackupFile(made.path), replace=True, moved=lambda _: None)
        write(service, "new", 4)
        consume()

    with service.store.begin() as db:
        log = changes.after(db, 0, limit=100)
    (reset,) = (line for line in log if line["kind"] == "reset")
    assert (reset["void_after"], reset["id"] > seen) == (made.manifest.log.newest, True)
    held = {line["id"]: str(line["revision"]) for line in log if line["kind"] != "reset"}
    assert len(held) == 7
    assert by_stream.held == by_cursor.held == by_hook.held == held

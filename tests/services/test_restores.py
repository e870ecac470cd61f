"""Whatever is restored: consumers end with the changes of the log, and no id has two meanings."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.store.rows import stored_article
from worker.deliver.stream import KEY, RedisStream
from worker.model import ChangeKind
from worker.services.deliver import deliver
from worker.store import Store, changes
from worker.store.changes import Change
from worker.store.db import rows

STEPS = st.lists(
    st.sampled_from(
        [
            *("write", "write", "deliver", "read", "back up"),
            *("restore dump", "restore files", "restore files and write", "flush redis"),
        ]
    ),
    max_size=25,
)


@dataclass
class Consumer:
    """A program that follows the log as docs/consuming.md says."""

    cursor: int = 0
    held: dict[int, Any] = field(default_factory=dict)

    def read(self, lines: list[dict[str, Any]]) -> None:
        for line in lines:
            number = int(line["id"])
            if line["kind"] == "reset":
                void = range(int(line["void_after"]) + 1, number)
                self.held = {id: what for id, what in self.held.items() if id not in void}
            else:
                assert self.held.get(number, line["revision"]) == line["revision"], "an id has two meanings"
                self.held[number] = line["revision"]
            self.cursor = number


class World:
    """A store and a Redis with a backup of the log, and a consumer of each."""

    def __init__(self, store: Store, broker: "redis.Redis") -> None:
        self.store, self.broker = store, broker
        self.sink = RedisStream(broker, length=10_000)
        self.by_http, self.by_stream = Consumer(), Consumer()
        self.written = 0
        with store.begin() as db:
            self.article = stored_article(db)
        self.backup = self._rows()

    def step(self, name: str) -> None:
        getattr(self, "_" + name.replace(" ", "_"))()

    def _write(self) -> None:
        self.written += 1
        with self.store.begin() as db:
            changes.append(
                db,
                [Change(self.article, ChangeKind.REVISED, self.written)] * 2,
                now=datetime.now(UTC),
            )

    def _deliver(self) -> None:
        deliver(self.store, self.sink)
        found: Any = self.broker.xrange(KEY, min=f"({self.by_stream.cursor}")
        self.by_stream.read([{**entry, "revision": int(entry["revision"])} for _, entry in found])

    def _read(self) -> None:
        # A delivery follows each write within a second. What is read before it, and lost in a restore of the
        # files in the same second, nobody remembers.
        self._deliver()
        with self.store.begin() as db:
            newest = changes.newest(db)
            # What an answer of 410 tells.
            self.by_http.cursor = min(self.by_http.cursor, newest)
            self.by_http.read(changes.after(db, self.by_http.cursor, limit=10_000))

    def _back_up(self) -> None:
        self.backup = self._rows()

    def _restore_dump(self) -> None:
        self._restore()
        with self.store.begin() as db:
            db.execute(text("UPDATE epochs SET place = 'elsewhere'"))

    def _restore_files(self) -> None:
        self._restore()
        # A delivery follows within a second, before any consumer asks again.
        self._deliver()

    def _restore_files_and_write(self) -> None:
        self._restore()
        self._write()
        self._write()
        self._deliver()

    def _restore(self) -> None:
        lines, epochs, last = self.backup
        with self.store.begin() as db:
            db.execute(text("DELETE FROM changes"))
            db.execute(text("DELETE FROM epochs"))
            for table, found in (("changes", lines), ("epochs", epochs)):
                for row in found:
                    names = ", ".join(row)
                    values = ", ".join(f":{name}" for name in row)
                    db.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
            db.execute(text("SELECT setval(pg_get_serial_sequence('changes', 'id'), :last)"), {"last": last})

    def _flush_redis(self) -> None:
        # First what it holds is delivered: when both go at once, nothing remembers.
        self._deliver()
        self.broker.flushall()
        self._deliver()

    def _rows(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
        with self.store.begin() as db:
            lines = rows(db, "SELECT * FROM changes ORDER BY id")
            epochs = rows(db, "SELECT * FROM epochs ORDER BY id")
            (last,) = rows(db, "SELECT last_value FROM changes_id_seq")
        return lines, epochs, last["last_value"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_consumers_end_with_the_changes_of_the_log_whatever_is_restored(
    fresh_database: Callable[..., AbstractContextManager[str]], redis_url: str, steps: list[str]
) -> None:
    with redis.Redis.from_url(redis_url, decode_responses=True) as broker, fresh_database() as url:
        broker.flushall()
        store = Store(url, pool_size=1)
        world = World(store, broker)
        for step in (*steps, "write", "deliver", "read"):
            world.step(step)
        with store.begin() as db:
            log = {
                line["id"]: line["revision"]
                for line in changes.after(db, 0, limit=10_000)
                if line["kind"] != "reset"
            }
        store.close()
    assert world.by_stream.held == log
    assert world.by_http.held == log

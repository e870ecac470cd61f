"""Two transactions at once, on real connections, ordered by barriers and locks and never by sleeping."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import TypeVar

from tests.waiting import wait_until
from worker.store import Store
from worker.store.db import value

T = TypeVar("T")

WAITING = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""


def at_once(*works: Callable[[Barrier], T]) -> list[T]:
    """Run each work in a separate thread and return the results; the barrier lets them wait for all."""
    barrier = Barrier(len(works), timeout=10)
    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(30) for future in [pool.submit(work, barrier) for work in works]]


@contextmanager
def begun(work: Callable[[], T], store: Store) -> Iterator["Future[T]"]:
    """`work` in another thread, which now waits for a lock that the caller's open transaction holds."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        wait_until(lambda: future.done() or waiting(store))
        assert not future.done(), "it did not wait"
        yield future


def waiting(store: Store) -> int:
    """How many sessions wait for a lock."""
    with store.begin() as db:
        return int(value(db, WAITING))

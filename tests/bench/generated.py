"""A store that a bench fills with generated rows, and the time of what it reads from it."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TypeVar

from sqlalchemy import create_engine, text

from worker.embedded.postgres import Postgres
from worker.store import Connection, Store, migrate

T = TypeVar("T")

RUNS = 5


@contextmanager
def filled_store(name: str, fill: Callable[[Store], None]) -> Iterator[Store]:
    """A migrated store on a separate server, after `fill`; `name` begins the name of its directory."""
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as directory:
        server = Postgres(Path(directory) / "postgres", durable=False)
        server.start()
        try:
            migrate.upgrade(server.url)
            store = Store(server.url)
            fill(store)
            vacuum(server.url)
            yield store
            store.close()
        finally:
            server.stop()


def vacuum(url: str) -> None:
    """Leave the tables as autovacuum does: without visibility maps PostgreSQL cannot read indexes alone."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def timed(store: Store, read: Callable[[Connection], T]) -> tuple[T, float]:
    """Return what was read, and the median of its milliseconds in `RUNS` runs after one to warm up."""
    took = []
    for _ in range(RUNS + 1):
        with store.begin() as db:
            begun = time.perf_counter()
            found = read(db)
            took.append(1000 * (time.perf_counter() - begun))
    return found, median(took[1:])

"""A store that a bench fills with generated rows, and the time of what it reads from it.

With `--data DIR` a filled store stays in the directory and the next run reuses it; `--only-build` ends after
filling it. So a store that takes long to fill is built on a busy machine and measured on a quiet one.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

from sqlalchemy import create_engine, text

from worker.embedded.postgres import Postgres
from worker.store import Connection, Store, migrate

T = TypeVar("T")

RUNS = 5
STOP_SECONDS = 120.0
"""A guess: the shutdown checkpoint of several gigabytes on a busy disk."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bench has its store: in a directory that stays, or in a temporary one."""

    directory: Path | None = None
    only_build: bool = False
    """Measure nothing."""

    @staticmethod
    def add_options(parser: argparse.ArgumentParser) -> None:
        """Add `--data` and `--only-build`."""
        parser.add_argument("--data", type=Path, metavar="DIR", help="keep the filled store, and reuse it")
        parser.add_argument("--only-build", action="store_true", help="fill the store in --data, and end")

    @classmethod
    def of(cls, parser: argparse.ArgumentParser, options: argparse.Namespace) -> "Place":
        """Return the place that the options name; end the program when they contradict each other."""
        if options.only_build and options.data is None:
            parser.error("--only-build needs --data DIR, where the store is kept")
        return cls(options.data, options.only_build)


TEMPORARY = Place()


@contextmanager
def filled_store(name: str, fill: Callable[[Store], None], place: Place = TEMPORARY) -> Iterator[Store]:
    """A migrated store on a separate server, after `fill`; see `filled_server`."""
    with filled_server(name, fill, place) as url, _store(url) as store:
        yield store


@contextmanager
def filled_server(name: str, fill: Callable[[Store], None], place: Place = TEMPORARY) -> Iterator[str]:
    """The URL of a separate server with a migrated store, after `fill`.

    `name` says what is in it, with every number that `fill` takes: a kept store of this name is reused.
    """
    if place.directory is None:
        with tempfile.TemporaryDirectory(prefix=f"{name}-") as directory, _server(Path(directory)) as url:
            _fill(url, fill)
            yield url
        return
    kept = place.directory.absolute() / name
    if not kept.exists():
        unfinished = kept.with_name(f"{name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        with _server(unfinished) as url:
            _fill(url, fill)
        unfinished.rename(kept)
    with _server(kept) as url:
        yield url


@contextmanager
def _server(directory: Path) -> Iterator[str]:
    server = Postgres(directory / "postgres", durable=False)
    server.start()
    try:
        migrate.upgrade(server.url)
        yield server.url
    finally:
        # Writing back what a large store has in memory takes longer than the usual grace.
        server.stop(STOP_SECONDS)


@contextmanager
def _store(url: str) -> Iterator[Store]:
    store = Store(url)
    try:
        yield store
    finally:
        store.close()


def _fill(url: str, fill: Callable[[Store], None]) -> None:
    with _store(url) as store:
        fill(store)
    vacuum(url)


@contextmanager
def rolled_back(store: Store) -> Iterator[Connection]:
    """A transaction of which nothing stays, so that a kept store is the same at the next measurement."""
    with suppress(_Undo), store.begin() as db:
        yield db
        raise _Undo


class _Undo(Exception):
    pass


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

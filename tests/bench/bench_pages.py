"""Each page over many rows: `make bench-pages`, or with fewer of them `ARGS='--feeds 1000 --entries 20000'`.

A real server answers over loopback. For each page the table has the median time of five rounds after one to
warm up, in milliseconds, the number of its queries, and the bytes of its answer. A round requests every page
once, so that what the server keeps for a second or two is read again in most rounds.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import requests
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.bench.page_rows import fill
from tests.bench.page_rows_sinks import ARTICLE_PAGES
from tests.web.conftest import PAGE, Web, serving
from worker.embedded.postgres import Postgres
from worker.embedded.redis import Redis
from worker.store import Store, migrate

DEFAULT_FEEDS = 100_000
DEFAULT_ENTRIES = 2_000_000
"""A large desk: three months of a hundred thousand feeds that publish little."""

ROUNDS = 5
MOST_MILLISECONDS = 100
"""What a page may take, warm: a person does not notice less."""

PAGES: tuple[str, ...] = (
    "/",
    "/feeds",
    "/feeds/7",
    *("/feeds?q=host77", "/feeds?state=paused", "/feeds?condition=any", "/feeds?label=unknown"),
    *("/feeds/7?state=refused", "/feeds/add", "/feeds/import"),
    "/articles",
    "/articles?q=w77",
    "/articles/7",
    "/docs",
    *ARTICLE_PAGES,
    *("/refusals", "/refusals?reason=timeout", "/refusals?host=7", "/hosts", "/hosts?kind=all&q=host7"),
    *("/hosts/7", "/gaps", "/gaps?fill=unfilled", "/queues", "/settings"),
    *("/find?q=w77", "/find?q=host77.example", "/find?q=https://host9.example/8", "/entries/7"),
)
"""The pages that are measured. Add a new page here, and each filter of it that needs another query."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds, queries and bytes of a page, and the status of its answer."""

    path: str
    milliseconds: float
    queries: int
    size: int
    status: int


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that this process sends to any database."""
    sent: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    yield sent
    event.remove(Engine, "before_cursor_execute", count)


@contextmanager
def filled(feeds: int, entries: int) -> Iterator[Web]:
    """A server over generated rows."""
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as directory:
        postgres = Postgres(Path(directory) / "postgres", durable=False)
        redis = Redis(Path(directory) / "redis", durable=False)
        postgres.start()
        redis.start()
        try:
            migrate.upgrade(postgres.url)
            store = Store(postgres.url)
            fill(store, feeds=feeds, entries=entries)
            store.close()
            with serving(postgres.url, redis.url) as web:
                yield web
        finally:
            redis.stop()
            postgres.stop()


def measure(web: Web, paths: Sequence[str] = PAGES, *, rounds: int = ROUNDS) -> list[Figures]:
    """Measure each page."""
    took: dict[str, list[float]] = {path: [] for path in paths}
    last: dict[str, tuple[int, int, int]] = {}
    with counted() as sent, requests.Session() as session:
        for _ in range(rounds + 1):
            for path in paths:
                before, begun = len(sent), time.perf_counter()
                answer = session.get(web.url + path, headers=PAGE, timeout=120)
                took[path].append(1000 * (time.perf_counter() - begun))
                # The most of all rounds: others find what the server keeps.
                queries = max(len(sent) - before, last.get(path, (0,))[0])
                last[path] = (queries, len(answer.content), answer.status_code)
    return [Figures(path, median(took[path][1:]), *last[path]) for path in paths]


def main() -> int:
    """Print the figures; return 1 if a page fails or takes longer than `MOST_MILLISECONDS`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=DEFAULT_FEEDS)
    parser.add_argument("--entries", type=int, default=DEFAULT_ENTRIES)
    parser.add_argument("--page", action="append", help="measure this path; may be repeated")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    with filled(arguments.feeds, arguments.entries) as web:
        print(f"{arguments.feeds:,} feeds, {arguments.entries:,} entries", end=" ")
        print(f"(made in {time.perf_counter() - begun:.0f} s)")
        print(f"{'ms':>8} {'queries':>7} {'bytes':>8} {'status':>6}  page")
        found = measure(web, arguments.page or PAGES)
    for one in found:
        print(f"{one.milliseconds:8.1f} {one.queries:7d} {one.size:8d} {one.status:6d}  {one.path}")
    bad = [one for one in found if one.status != 200 or one.milliseconds > MOST_MILLISECONDS]
    print(f"{len(bad)} of {len(found)} pages fail or take more than {MOST_MILLISECONDS} ms")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())

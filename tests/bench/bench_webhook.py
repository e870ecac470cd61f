"""From the storing of an article to its webhook: how long it takes, with real servers.

    make bench-webhook ARGS="--articles 500 --rate 20"

Beat and the worker of ticks and delivery run as in a deployment, and deliver to a receiver on loopback.
Articles are stored at a steady rate, each in its own transaction, as extraction does. Measured is the time
from its commit to the arrival of the message; most of it is the wait for the next tick.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web
from pydantic_core import from_json

from tests.faults.cluster import Cluster
from tests.servers import serve
from tests.store.rows import stored_article
from tests.waiting import wait_until
from worker.embedded.postgres import Postgres
from worker.embedded.redis import Redis
from worker.rows.sinks import SinkOptions
from worker.services.sinks.new import new_sink
from worker.store import migrate, sinks


@dataclass(frozen=True)
class Delays:
    """Seconds from commit to arrival."""

    seconds: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1]


def measure(
    directory: Path,
    *,
    database_url: str,
    broker: Redis,
    articles: int,
    rate: float,
    tick_seconds: float = 1.0,
) -> Delays:
    """Store `rate` articles a second, and wait for the message about each."""
    arrived, stored = dict[int, float](), dict[int, float]()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        line: dict[str, Any] = from_json(await request.read())["data"]
        arrived.setdefault(line["article_id"], time.monotonic())
        return web.Response()

    cluster = Cluster(directory, database_url=database_url, broker=broker, tick_seconds=tick_seconds)
    store = cluster.service.store
    with serve(handle) as url:
        options = SinkOptions(allow_private=True)
        with store.begin() as db:
            first = stored_article(db)
            sinks.add(db, new_sink("bench", url, options, filter="", secret=None, cursor=0))
        try:
            cluster.start("schedule", "beat")
            # Starting takes some seconds, which are not measured.
            wait_until(lambda: first in arrived, 60)
            for _ in range(articles):
                with store.begin() as db:
                    article_id = stored_article(db)
                stored[article_id] = time.monotonic()
                time.sleep(1 / rate)
            wait_until(lambda: stored.keys() <= arrived.keys(), 60)
        finally:
            cluster.stop()
    return Delays([arrived[one] - stored[one] for one in stored])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--rate", type=float, default=20.0, help="articles a second")
    given = parser.parse_args()
    with TemporaryDirectory() as temporary:
        directory = Path(temporary)
        database, broker = Postgres(directory / "postgres"), Redis(directory / "redis")
        database.start()
        broker.start()
        try:
            migrate.upgrade(database.url)
            delays = measure(
                directory,
                database_url=database.url,
                broker=broker,
                articles=given.articles,
                rate=given.rate,
            )
        finally:
            broker.stop()
            database.stop()
    print(f"{given.articles} articles, {given.rate:g} a second, a tick each second")
    print(f"from commit to arrival: median {delays.median:.2f} s, p95 {delays.p95:.2f} s")
    print(f"longest {max(delays.seconds):.2f} s")


if __name__ == "__main__":
    main()

"""From the storing of an article to its webhook: how long it takes, with real servers.

    make bench-webhook ARGS="--articles 500 --rate 20"

A claim and a turn each second deliver to a receiver on loopback. The queue between them is left out, which
adds some milliseconds. Articles are stored at a steady rate, each in its own transaction, as extraction does.
Measured is the time from its commit to the arrival of the message.
"""

import argparse
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic_core import from_json

from tests.servers import serve
from tests.store.rows import stored_article
from worker.rows.sinks import SinkClaim, SinkOptions
from worker.services.sinks.new import new_sink
from worker.services.sinks.turn import deliver_claims
from worker.store import Store, sinks


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


def measure(database_url: str, *, articles: int, rate: float, tick_seconds: float = 1.0) -> Delays:
    """Store articles and deliver them."""
    store, arrived, stored = Store(database_url), dict[int, float](), dict[int, float]()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        line: dict[str, Any] = from_json(await request.read())["data"]
        arrived.setdefault(line["article_id"], time.monotonic())
        return web.Response()

    done = threading.Event()
    with serve(handle) as url:
        options = SinkOptions(allow_private=True)
        with store.begin() as db:
            sinks.pause(db, "redis-stream")
            sinks.add(db, new_sink("bench", url, options, filter="", secret=None, cursor=0))
        ticking = threading.Thread(target=_tick, args=(database_url, tick_seconds, done), daemon=True)
        ticking.start()
        for _ in range(articles):
            with store.begin() as db:
                article_id = stored_article(db)
            stored[article_id] = time.monotonic()
            time.sleep(1 / rate)
        until = time.monotonic() + 60
        while len(arrived) < articles and time.monotonic() < until:
            time.sleep(0.01)
        done.set()
        ticking.join()
    store.close()
    if missing := stored.keys() - arrived.keys():
        raise AssertionError(f"{len(missing)} articles did not arrive")
    return Delays([arrived[one] - stored[one] for one in stored])


def _tick(database_url: str, tick_seconds: float, done: threading.Event) -> None:
    from datetime import UTC, datetime, timedelta

    store = Store(database_url)
    while not done.wait(tick_seconds):
        with store.begin() as db:
            found = sinks.claim(db, now=datetime.now(UTC), lease=timedelta(minutes=1), room=9, most=6)
        claims = [SinkClaim(one.id, one.lease) for one in found]
        deliver_claims(store, claims, clock=lambda: datetime.now(UTC), agent="bench", own=lambda: ())
    store.close()


def main() -> None:
    """Measure and print."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from worker.embedded.postgres import Postgres
    from worker.store import migrate

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--rate", type=float, default=20.0, help="articles a second")
    given = parser.parse_args()
    with TemporaryDirectory() as directory:
        server = Postgres(Path(directory) / "postgres")
        server.start()
        try:
            migrate.upgrade(server.url)
            delays = measure(server.url, articles=given.articles, rate=given.rate)
        finally:
            server.stop()
    print(f"{given.articles} articles, {given.rate:g} a second, a tick each second")
    print(f"from commit to arrival: median {delays.median:.2f} s, p95 {delays.p95:.2f} s")
    print(f"longest {max(delays.seconds):.2f} s")


if __name__ == "__main__":
    main()

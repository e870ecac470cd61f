"""Feeds polled and pages fetched a second over hosts that take 50 ms: the service compared with plain
aiohttp.

    python -m tests.bench.bench_latency [--hosts 200] [--latency 0.05] [--rounds 3]
    python -m tests.bench.bench_latency --soak 50000     # memory over 50,000 fetches

The service has the processes that it has by default (one that polls, two that fetch) and its PostgreSQL: from
the claim of what is due to the last row saved, with the guard, robots.txt and leases; every page's body goes
into the store. Plain aiohttp is one session that asks the same hosts for the same URLs, one request after the
other at each, and throws the answers away. Both take their turns within one run: the ratio is the result, the
figures are this machine's.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import aiohttp
import psutil

from tests.bench.slow_hosts import ITEMS, slow_hosts
from tests.services.service import Service
from worker.embedded.postgres import Postgres
from worker.fetch import run_async
from worker.monitor import logging
from worker.services.queue import Claim
from worker.store import migrate

FEEDS = 10
"""Feeds of each host that are polled."""

HOSTS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Rate:
    """Units a second of plain aiohttp and of the service, and CPU milliseconds of their processes each."""

    plain: float
    plain_cpu: float
    ours: float
    cpu: float

    @property
    def ratio(self) -> float:
        """How much of plain aiohttp's rate is left."""
        return self.ours / self.plain


def make(url: str) -> Service:
    """The service, without the politeness that would be all that is measured."""
    return Service(
        url,
        fetch_hosts_at_once=HOSTS_AT_ONCE,
        queue_limit=10_000,
        fetch_read_seconds=15.0,
        fetch_total_seconds=30.0,
        fetch_connect_seconds=10.0,
    )


class Workers:
    """Processes that do what the tick of `service`, in this one, hands out; 0: this one does it itself."""

    def __init__(self, service: Service, url: str, processes: int) -> None:
        self.service = service
        self._pool = (
            ProcessPoolExecutor(processes, get_context("spawn"), initializer=_begin, initargs=(url,))
            if processes
            else None
        )
        self._processes = max(1, processes)
        if self._pool is None:
            _begin(url)

    def do(self, stage: str, units: int) -> tuple[float, float]:
        """What is due in this stage, done: units a second, CPU milliseconds each."""
        service = self.service
        service.queue.messages.clear()
        began = time.perf_counter()
        service.tick()
        claims = [claim for name, batch in service.queue.messages if name == stage for claim in batch]
        parts = [claims[number :: self._processes] for number in range(self._processes)]
        at_once = self._pool.map if self._pool else map
        cpu = sum(at_once(_do, repeat(stage), parts, repeat(service.ahead)))
        return units / (time.perf_counter() - began), 1000 * cpu / units

    def close(self) -> None:
        """End them."""
        if self._pool:
            self._pool.shutdown()
        else:
            _service.store.close()


def _begin(url: str) -> None:
    global _service
    logging.configure(form="json", level="warning")
    _service = make(url)


def _do(stage: str, claims: list[Claim], ahead: timedelta) -> float:
    """CPU seconds that it took."""
    _service.ahead = ahead
    cpu = time.process_time()
    _service.do(stage, claims)
    _service.queue.messages.clear()
    return time.process_time() - cpu


_service: Service


@contextmanager
def serviced() -> Iterator[Service]:
    """A service on its own store."""
    with tempfile.TemporaryDirectory() as directory:
        server = Postgres(Path(directory) / "postgres")
        migrate.upgrade(server.start())
        service = make(server.url)
        yield service
        service.store.close()
        server.stop()


@contextmanager
def workers(service: Service, processes: int) -> Iterator[Workers]:
    """Processes that work for this service."""
    made = Workers(service, str(service.settings.database_url), processes)
    yield made
    made.close()


def plain(
    homes: Sequence[str], paths: Sequence[str], headers: dict[str, str], status: int
) -> tuple[float, float]:
    """Return requests a second when every path of each host is requested, and CPU milliseconds of each."""

    async def host(session: aiohttp.ClientSession, home: str) -> None:
        for path in paths:
            async with session.get(home + path) as response:
                await response.read()
                assert response.status == status

    async def main() -> None:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
            await asyncio.gather(*(host(session, home) for home in homes))

    units = len(homes) * len(paths)
    began, cpu = time.perf_counter(), time.process_time()
    run_async(main())
    return units / (time.perf_counter() - began), 1000 * (time.process_time() - cpu) / units


def polls(service: Service, homes: Sequence[str], rounds: int, processes: int = 1) -> Iterator[Rate]:
    """Rounds of feeds that have not changed."""
    paths = [f"/poll{number}.xml" for number in range(FEEDS)]
    service.subscribe(*(home + path for home in homes for path in paths))
    units = len(homes) * FEEDS
    with workers(service, processes) as working:
        working.do("poll", units)
        # A host that is due for both is claimed for either: the entries' pages are fetched out of the way.
        service.later(hours=1)
        working.do("fetch", units)
        extracted(service)
        for _ in range(rounds):
            service.later(days=2)
            unchanged = counted(service, "polls_unchanged")
            rate = plain(homes, paths, {"If-None-Match": '"1"'}, 304)
            yield Rate(*rate, *working.do("poll", units))
            assert counted(service, "polls_unchanged") - unchanged == units


def fetches(service: Service, homes: Sequence[str], rounds: int, processes: int = 2) -> Iterator[Rate]:
    """Rounds of pages that were not fetched before; the first, unmeasured, learns the hosts' robots.txt."""
    units = len(homes) * ITEMS
    with workers(service, processes) as working:
        for number in range(rounds + 1):
            service.later(hours=1)
            service.subscribe(*(f"{home}/fetch{number}.xml" for home in homes))
            working.do("poll", units)
            paths = [f"/fetch{number}/{item}.html" for item in range(ITEMS)]
            rate = plain(homes, paths, {}, 200) if number else (1.0, 1.0)
            fetched = stored(service)
            ours = Rate(*rate, *working.do("fetch", units))
            assert stored(service) - fetched == units
            extracted(service)
            if number:
                yield ours


def extracted(service: Service) -> None:
    """As if extraction had read all pages: else each tick would claim them, all that there are so far."""
    service.ask("UPDATE pages SET state = 'extracted', due_at = NULL WHERE due_at IS NOT NULL RETURNING id")


def counted(service: Service, column: str) -> int:
    """A sum over all feeds."""
    return int(str(service.ask(f"SELECT sum({column}) AS n FROM feeds")[0]["n"]))


def stored(service: Service) -> int:
    """Pages in the store."""
    return int(str(service.ask("SELECT count(*) AS n FROM pages")[0]["n"]))


def compare(hosts: int, latency: float, rounds: int) -> dict[str, list[Rate]]:
    """All rounds of both, polls first."""
    with slow_hosts(hosts, latency) as homes, serviced() as service:
        return {
            "304 polls": list(polls(service, homes, rounds)),
            "pages": list(fetches(service, homes, rounds)),
        }


def soak(
    service: Service, homes: Sequence[str], fetches: int, steps: int = 10
) -> Iterator[tuple[int, float]]:
    """Pages fetched by this process, and its resident MiB, after each step towards `fetches` pages."""
    done = told = 0
    while done < fetches:
        service.later(hours=1)
        service.subscribe(*(f"{home}/soak{done}.xml" for home in homes))
        for stage in ("poll", "fetch"):
            service.tick()
            claims = [claim for name, batch in service.queue.messages if name == stage for claim in batch]
            service.do(stage, claims)
            # The queues, which are a list here, and nothing else may grow.
            service.queue.messages.clear()
        # So that every step does the same work: else all feeds so far would be polled again.
        extracted(service)
        service.ask("UPDATE feeds SET state = 'paused', due_at = NULL WHERE due_at IS NOT NULL RETURNING id")
        done += len(homes) * ITEMS
        assert stored(service) == done
        if done - told >= fetches / steps or done >= fetches:
            told = done
            yield done, psutil.Process().memory_info().rss / 2**20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--soak", type=int, metavar="FETCHES")
    arguments = parser.parse_args()
    logging.configure(form="json", level="warning")
    if arguments.soak:
        with slow_hosts(arguments.hosts, 0.0) as homes, serviced() as service:
            for done, size in soak(service, homes, arguments.soak):
                print(f"  {done:8,} pages {size:7.1f} MiB", flush=True)
        return
    print(f"{arguments.hosts} hosts, {1000 * arguments.latency:.0f} ms, a second:")
    for name, rates in compare(arguments.hosts, arguments.latency, arguments.rounds).items():
        for rate in rates:
            words = f"plain {rate.plain:6,.0f} ({rate.plain_cpu:.2f} ms CPU)"
            print(f"  {name:10} {words}  ours {rate.ours:6,.0f} ({rate.cpu:.2f} ms)")
        print(f"  {name:10} {median(rate.ratio for rate in rates):.2f} of plain aiohttp")


if __name__ == "__main__":
    main()

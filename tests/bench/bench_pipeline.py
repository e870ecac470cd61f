"""End to end: captured pages served on loopback become articles in the store; compared with the same pages in
a bare loop of aiohttp and trafilatura, and in the naive service.

    python -m tests.bench.bench_pipeline [--copies 5] [--hosts 50] [--latency 0 0.05]

Two cores are enough. Each contender works on the same pages in turn, on the same machine, within one run: the
ratios are the result, the absolute figures are this machine's.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg
import redis as redis_client

from tests.bench import naive as naive_service
from tests.bench.measure import Meter, Usage
from tests.corpus import CORPUS
from tests.services.service import Service
from tests.site.corpus import replayed
from worker.embedded.postgres import Postgres
from worker.embedded.redis import Redis
from worker.feeds import parse
from worker.outcome import Refusal
from worker.services.sizing import measure_store
from worker.store import migrate

PARTS = {
    "schedule": ("schedule,deliver", "threads", 8),
    "poll": ("poll", "prefork", 1),
    "fetch": ("fetch", "prefork", 1),
    "extract": ("extract", "prefork", 2),
}


@dataclass
class Result:
    """What one contender did."""

    name: str
    pages: int
    done: int
    seconds: float
    usage: dict[str, Usage]

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.done / self.seconds

    @property
    def cpu(self) -> float:
        """CPU milliseconds a page."""
        return 1000 * sum(u.cpu for u in self.usage.values()) / max(1, self.done)


def wiredesk(feeds: Sequence[str], pages: int) -> Result:
    """The service as `wiredesk run` starts it, from the subscription to the last article."""
    with _servers() as (postgres, redis), tempfile.TemporaryDirectory() as directory:
        migrate.upgrade(postgres.url)
        environment = os.environ | {
            "WIREDESK_DATABASE_URL": postgres.url,
            "WIREDESK_REDIS_URL": redis.url,
            "WIREDESK_DATA_DIR": directory,
            "WIREDESK_FETCH_ALLOW_NETWORKS": '["127.0.0.0/8"]',
            "WIREDESK_FETCH_DELAY_SECONDS": "0",
            "WIREDESK_LOOK_AGAIN_SECONDS": "[]",
            "WIREDESK_LOG_LEVEL": "warning",
        }
        commands = {
            name: [
                "worker",
                "--name",
                name,
                "--queues",
                queues,
                "--pool",
                pool,
                "--concurrency",
                str(processes),
            ]
            for name, (queues, pool, processes) in PARTS.items()
        } | {"beat": ["beat"]}
        with ExitStack() as running:
            roots = {
                name: running.enter_context(_process(["-m", "worker.cli", *command], environment)).pid
                for name, command in commands.items()
            }
            _await_workers(redis.url)
            service = Service(postgres.url)
            with Meter({**roots, "postgres": postgres.pid or 0, "redis": redis.pid or 0}) as meter:
                began = time.perf_counter()
                service.subscribe(*feeds)
                seconds = _until_done(service, pages, began)
            identity = service.identity()
            print(f"  {identity}, holds: {identity.holds}, refused: {service.refusals()}")
            room(service)
            service.store.close()
        return Result("wiredesk", pages, identity.stored + identity.duplicate, seconds, meter.usage)


def room(service: Service) -> None:
    """Print what an article takes in the store, as `wiredesk sizing` does."""
    with service.store.begin() as db:
        found = measure_store(db, free=None, now=service.now())
    for table in found.tables[:7]:
        each = table.bytes / found.growth.articles
        print(f"  {table.table:14} {table.rows:7,} rows {each / 1024:7.1f} KiB for each article")
    print(f"  {'all tables':14} {'':12} {(found.bytes_per_article or 0) / 1024:7.1f} KiB for each article")


def bare(urls: Sequence[str]) -> Result:
    """Two processes of the bare loop."""
    halves = [urls[0::2], urls[1::2]]
    began = time.perf_counter()
    loops = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.bare_loop"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in halves
    ]
    with Meter({f"loop {n}": loop.pid for n, loop in enumerate(loops)}) as meter:
        for loop, half in zip(loops, halves, strict=True):
            assert loop.stdin is not None
            loop.stdin.write("\n".join(half))
            loop.stdin.close()
        done = sum(int(loop.stdout.read()) for loop in loops if loop.stdout)
        for loop in loops:
            loop.wait()
    return Result("bare loop", len(urls), done, time.perf_counter() - began, meter.usage)


def naive(urls: Sequence[str]) -> Result:
    """The naive service on its own Redis and PostgreSQL."""
    with _servers() as (postgres, redis):
        os.environ["NAIVE_REDIS"] = redis.url
        os.environ["NAIVE_DATABASE"] = postgres.url.replace("+psycopg", "")
        task = naive_service.make_app(redis.url).tasks["naive.fetch"]
        with psycopg.connect(os.environ["NAIVE_DATABASE"]) as db:
            db.execute(naive_service.TABLE)
        with _process(["-m", "tests.bench.naive", "worker"], dict(os.environ)) as worker:
            time.sleep(3)
            roots = {"worker": worker.pid, "postgres": postgres.pid or 0, "redis": redis.pid or 0}
            with Meter(roots) as meter, psycopg.connect(os.environ["NAIVE_DATABASE"], autocommit=True) as db:
                began = time.perf_counter()
                for url in urls:
                    task.delay(url)
                done = 0
                while done < len(urls) and time.perf_counter() - began < 600:
                    time.sleep(0.1)
                    done = db.execute("SELECT count(*) FROM naive").fetchall()[0][0]
                seconds = time.perf_counter() - began
        return Result("naive service", len(urls), done, seconds, meter.usage)


def page_urls(feeds: Sequence[str]) -> list[str]:
    """What the feeds list."""
    urls: list[str] = []
    for feed in feeds:
        with urlopen(feed) as answer:
            parsed = parse(answer.read(), url=feed)
        assert not isinstance(parsed, Refusal)
        urls += [entry.link for entry in parsed.entries if entry.link]
    return urls


def _until_done(service: Service, pages: int, began: float) -> float:
    while time.perf_counter() - began < 600:
        identity = service.identity()
        if identity.discovered >= pages and identity.waiting == 0:
            return time.perf_counter() - began
        time.sleep(0.1)
    raise SystemExit(f"not done after ten minutes: {service.identity()} {service.refusals()}")


def _await_workers(url: str) -> None:
    with redis_client.Redis.from_url(url) as client:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if int(client.hlen("wiredesk:workers")) >= len(PARTS):
                return
            time.sleep(0.2)
    raise SystemExit("the workers did not come up in a minute")


@contextmanager
def _servers() -> Iterator[tuple[Postgres, Redis]]:
    with tempfile.TemporaryDirectory() as directory:
        postgres, redis = Postgres(Path(directory) / "postgres"), Redis(Path(directory) / "redis")
        postgres.start()
        redis.start()
        try:
            yield postgres, redis
        finally:
            redis.stop()
            postgres.stop()


@contextmanager
def _process(arguments: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def table(results: Sequence[Result]) -> None:
    """Print the results, each against the bare loop."""
    base = next(r for r in results if r.name == "bare loop")
    print(f"  {'':14} {'articles/s':>10} {'of bare':>8} {'CPU ms/page':>12} {'largest MiB':>12}")
    for r in results:
        largest = max(u.largest for u in r.usage.values())
        print(f"  {r.name:14} {r.rate:10.1f} {r.rate / base.rate:8.2f} {r.cpu:12.1f} {largest:12.0f}")
    ours = next(r for r in results if r.name == "wiredesk")
    for name, usage in ours.usage.items():
        share = 1000 * usage.cpu / max(1, ours.done)
        print(f"    {name:12} {share:6.2f} ms CPU/page, {usage.largest:5.0f} MiB largest process")


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=5)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--limit", type=int, default=None, help="only so many of the captured pages")
    parser.add_argument("--latency", type=float, nargs="+", default=[0.0, 0.05])
    arguments = parser.parse_args()
    if CORPUS is None:
        raise SystemExit("no corpus of captured pages: set WIREDESK_CORPUS to its directory")
    for latency in arguments.latency:
        with replayed(
            hosts=arguments.hosts, copies=arguments.copies, latency=latency, limit=arguments.limit
        ) as feeds:
            urls = page_urls(feeds)
            print(f"{len(urls)} pages on {len(feeds)} hosts, latency {1000 * latency:.0f} ms", flush=True)
            table([wiredesk(feeds, len(urls)), bare(urls), naive(urls)])


if __name__ == "__main__":
    main()

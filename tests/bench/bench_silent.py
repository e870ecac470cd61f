"""The delay of good hosts while others accept connections and never answer.

    python -m tests.bench.bench_silent [--hosts 0 100 1000 10000] [--feeds 1] [--seconds 45]
        [--known] [--polls]

For each number of silent hosts there is a new deployment with two fetch processes, and with the time limits
that the service has by default; only polls, rests and pauses before retries are shortened, so that silent
hosts are tried all the time. Good hosts, which the service knows, publish steadily; their feeds are polled
every two seconds. When they begin, one feed (`--feeds`: several) lists a page on each of the silent hosts.
It measures the time from the publication of a page on a good host to the request for it. A page that
was never requested counts with the time for which it has waited.

One document makes pages on 100 unknown hosts due at once, the others later: `due` says how many pages of
silent hosts were due in the run, `asked` how many of the hosts got a connection. Where each of many feeds
lists at most 100 hosts, all of them are due at once.

`--polls`: the silent hosts have feeds instead of pages, all subscribed to when the good hosts begin.

Exit code 1 if the 95th percentile is more than twice that of the run without silent hosts, which is always
made. A run takes about a minute and a half.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from tests.bench.silent_process import Asked, silent_process
from tests.faults.cluster import Cluster
from tests.site import Site, SiteArticle, SiteFeed, SiteHost
from tests.waiting import wait_until
from worker.embedded import Postgres, Redis
from worker.model import HostLane
from worker.store import hosts, migrate

GOOD_HOSTS = 10
PUBLISH_SECONDS = 0.2
"""Between two pages, each on the next host: five pages a second, far below what two processes can fetch."""
WORST_RATIO = 2.0
"""Largest ratio of the 95th percentile to that of the run without silent hosts."""
PATIENCE_SECONDS = 30.0
"""How long the last pages are waited for: two time limits of a silent host."""
START_SECONDS = 60.0
"""How long the deployment may take to start, and to request the first page of each good host."""

SETTINGS: dict[str, object] = {
    "fetch_connect_seconds": 10.0,
    "fetch_read_seconds": 15.0,
    "fetch_total_seconds": 30.0,
    "fetch_rest_seconds": 5.0,
    "fetch_error_base_seconds": 5.0,
    "poll_concurrency": 2,
    "fetch_concurrency": 2,
    "poll_host_per_hour": 1_000_000,
    "turn_seconds": 30.0,
    "turn_lease_seconds": 180.0,
    "claim_lease_seconds": 180.0,
    "watchdog_seconds": 300.0,
    "standstill_seconds": 60.0,
    "extract_soft_seconds": 20.0,
    "extract_hard_seconds": 40.0,
    "attempts": 3,
    "rights_tdmrep": False,
    "log_level": "warning",
}
"""Default time limits and leases (the cluster of the tests has shorter ones). The budget of
polls of a host is large, since its feeds are polled every two seconds."""


DUE = """SELECT count(*) AS due FROM entries JOIN hosts ON hosts.id = host_id
WHERE hosts.key = ANY(:homes) AND (due_at <= :now OR entries.errors > 0 OR attempts > 0)"""
"""Pages of silent hosts that are due now, or were before and have been tried."""

DUE_FEEDS = """SELECT count(*) AS due FROM feeds JOIN hosts ON hosts.id = host_id
WHERE hosts.key = ANY(:homes) AND (due_at <= :now OR feeds.errors > 0 OR attempts > 0)"""
"""The same of feeds."""


@dataclass(frozen=True, slots=True)
class Result:
    """One run: seconds from publication to request, and what the silent hosts saw of the service."""

    listed: int
    delays: Sequence[float]
    missing: int
    due: int
    asked: Asked

    def percentile(self, share: float) -> float:
        """The delay that this share of the pages does not exceed (nearest rank)."""
        return sorted(self.delays)[max(0, ceil(share * len(self.delays)) - 1)]


@dataclass(frozen=True, slots=True)
class Published:
    """A page of a good host, and when it was published, in monotonic seconds."""

    article: SiteArticle
    at: float


class Web:
    """Good hosts with a feed each, and feeds that list pages of silent hosts once `lists` is called."""

    def __init__(self, site: Site, feeds: int) -> None:
        self._site = site
        self._good = [(host, host.feed(window=100)) for host in (site.host() for _ in range(GOOD_HOSTS))]
        self._listing = [site.host() for _ in range(feeds)]
        self.lists([])
        self.feeds = [feed.url for _, feed in self._good] + [
            f"{host.home}/list.xml" for host in self._listing
        ]
        self.pages: list[Published] = []

    def lists(self, homes: Sequence[str]) -> None:
        """List a page of each silent host, in equal parts in the feeds for it."""
        for number, host in enumerate(self._listing):
            items = "".join(
                f"<item><title>Page of {home}</title><link>{home}/page.html</link></item>"
                for home in homes[number :: len(self._listing)]
            )
            text = f"<rss version='2.0'><channel><title>List {number}</title>{items}</channel></rss>"
            host.put("/list.xml", text, "application/rss+xml")

    def publish(self) -> None:
        """Publish a page on the next good host."""
        host, feed = self._good[len(self.pages) % GOOD_HOSTS]
        self.pages.append(_publish(host, feed, f"Page {len(self.pages)}"))

    def waiting(self) -> list[Published]:
        """The pages that nobody has requested."""
        requested = self._requested()
        return [page for page in self.pages if page.article.url not in requested]

    def delays(self) -> list[float]:
        """Seconds from the publication of each page to its first request, or until now."""
        requested, now = self._requested(), time.monotonic()
        return [requested.get(page.article.url, now) - page.at for page in self.pages]

    def _requested(self) -> dict[str, float]:
        first: dict[str, float] = {}
        for hit in self._site.hits():
            first.setdefault(hit.url, hit.began)
        return first


def _publish(host: SiteHost, feed: SiteFeed, title: str) -> Published:
    article = host.article(title)
    feed.add(article)
    return Published(article, time.monotonic())


def measure(
    listed: int, *, feeds: int = 1, seconds: float = 45.0, known: bool = False, polls: bool = False
) -> Result:
    """Run a deployment with `listed` silent hosts, and stop it.

    `known`: they answered until now. `polls`: they have feeds instead of pages.
    """
    site = Site()
    site.start()
    try:
        with silent_process() as silent, tempfile.TemporaryDirectory() as directory:
            web = Web(site, feeds)
            with deployment(Path(directory)) as cluster:
                due = _run(cluster, web, silent.homes(listed), seconds, known=known, polls=polls)
            delays, missing = web.delays(), len(web.waiting())
    finally:
        site.stop()
    return Result(listed, delays, missing, due, silent.asked)


def _run(
    cluster: Cluster, web: Web, homes: Sequence[str], seconds: float, *, known: bool, polls: bool
) -> int:
    """Publish for `seconds` while hosts keep silent; return how many of their pages were due."""
    # The service knows the good hosts before anything is measured.
    for _ in range(GOOD_HOSTS):
        web.publish()
    cluster.service.subscribe(*web.feeds)
    cluster.await_stored(GOOD_HOSTS, START_SECONDS)
    if known and homes:
        with cluster.service.store.begin() as db:
            hosts.ensure(db, homes)
        cluster.service.change("hosts", {"lane": HostLane.ANSWERING.value}, lane=HostLane.NEW.value)
    web.pages.clear()
    if polls:
        cluster.service.subscribe(*(f"{home}/feed.xml" for home in homes))
    else:
        web.lists(homes)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        web.publish()
        time.sleep(PUBLISH_SECONDS)
    with suppress(AssertionError):
        wait_until(lambda: not web.waiting(), PATIENCE_SECONDS, pause=0.2)
    (row,) = cluster.service.ask(DUE_FEEDS if polls else DUE, homes=list(homes), now=cluster.service.now())
    return int(row["due"])


@contextmanager
def deployment(directory: Path) -> Iterator[Cluster]:
    """A running deployment with separate servers."""
    postgres, broker = Postgres(directory / "postgres"), Redis(directory / "redis")
    try:
        migrate.upgrade(postgres.start())
        broker.start()
        cluster = Cluster(directory / "data", database_url=postgres.url, broker=broker, **SETTINGS)
        try:
            yield cluster.start()
        finally:
            cluster.stop()
    finally:
        broker.stop()
        postgres.stop()


def table(results: Sequence[Result]) -> Iterator[str]:
    """The lines to print; the first result is the run without silent hosts."""
    yield f"  {'silent':>7} {'due':>7} {'asked':>7} {'at once':>7}   {'pages':>5} {'missing':>7} " + (
        f"{'p50':>7} {'p95':>7} {'max':>7}  p95 to none"
    )
    for result in results:
        p50, p95, most = (result.percentile(share) for share in (0.5, 0.95, 1.0))
        yield (
            f"  {result.listed:7,} {result.due:7,} {result.asked.hosts:7,} {result.asked.most_open:7,}"
            f"   {len(result.delays):5,} {result.missing:7,} {p50:6.2f}s {p95:6.2f}s {most:6.2f}s  "
            f"{ratio(results[0], result):.2f}"
        )


def ratio(none: Result, result: Result) -> float:
    """How many times as long the 95th percentile is as without silent hosts."""
    return result.percentile(0.95) / none.percentile(0.95)


def is_delayed(none: Result, result: Result) -> bool:
    """Whether silent hosts delay the good ones by more than is allowed, or keep a page from its request."""
    return result.missing > 0 or ratio(none, result) > WORST_RATIO


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hosts", type=int, nargs="+", default=[0, 100, 1_000, 10_000])
    parser.add_argument(
        "--feeds", type=int, default=1, help="feeds that list the silent hosts, in equal parts"
    )
    parser.add_argument("--seconds", type=float, default=45.0, help="how long the good hosts publish")
    parser.add_argument("--known", action="store_true", help="the silent hosts answered until now")
    parser.add_argument("--polls", action="store_true", help="the silent hosts have feeds instead of pages")
    options = parser.parse_args(arguments)
    results: list[Result] = []
    for listed in [0, *(listed for listed in options.hosts if listed)]:
        results.append(
            measure(
                listed,
                feeds=options.feeds,
                seconds=options.seconds,
                known=options.known,
                polls=options.polls,
            )
        )
        lines = list(table(results))
        print("\n".join(lines if len(lines) == 2 else lines[-1:]), flush=True)
    return 1 if any(is_delayed(results[0], result) for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Random faults against a whole `wiredesk run`, and what must hold afterwards.

    python -m tests.bench.bench_chaos [--minutes 10] [--seed 1] [--pages 300]

A run with its own servers reads the feeds of a built-in web that publishes, edits, redirects and fails, while
random processes of it (workers, their children, guards, PostgreSQL, Redis) are killed (SIGKILL) or stopped
for a while (SIGSTOP), and now and then the whole run is killed and started again. All choices come from the
seed; which process has the chosen name at that moment is up to the machine. Then everything heals, the run
works on until it is done, and the checks are made. Exit code 1 if one does not hold.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import psutil
import redis

from tests.cli.running import Running
from tests.embedded.processes import alive
from tests.services.test_machine import NO_SUCH_THING
from tests.site import Site, SiteArticle, SiteFeed, faults
from tests.site.host import START
from tests.site.prose import prose
from tests.waiting import wait_until
from worker.deliver.stream import KEY
from worker.model import ChangeKind
from worker.store import Store, StoreUnavailable, changes, stats
from worker.store.db import rows

HOSTS = 12
"""As many as the tests of faults have: enough that turns of several hosts are always under way."""
FAULT_SECONDS = 6.0
"""Mean time between two faults: some hundred in ten minutes."""
RUN_SECONDS = 150.0
"""Time between two kills of the whole run: four in ten minutes."""
STOP_SHARE = 0.22
"""Share of the faults that stop a process instead of killing it."""
LONGEST_STOP = 8.0
"""Seconds: longer than the leases, so that others take the work of a stopped process."""
PUBLISHING = 0.6
"""Share of the time in which pages appear; edits go on until the end."""
EDITS_A_PAGE = 5
"""At most, below the number from which the service puts further edits off for a day."""
START_SECONDS = 180.0
"""For a start after a kill: 28 seconds at a load of 16 on two cores, and once more than 60."""
SETTLE_SECONDS = 300.0
"""Longest wait for the end of all work: pauses before restarts and retries grow to some 30 s each."""

QUICK = {
    "WIREDESK_FETCH_CONNECT_SECONDS": "1",
    "WIREDESK_FETCH_READ_SECONDS": "1",
    "WIREDESK_FETCH_TOTAL_SECONDS": "1.5",
    "WIREDESK_FETCH_REST_SECONDS": "1",
    "WIREDESK_FETCH_ERROR_BASE_SECONDS": "1",
    "WIREDESK_FETCH_TRIES": "50",
    "WIREDESK_POLL_ERROR_BASE_SECONDS": "1",
    "WIREDESK_POLL_ERROR_CAP_SECONDS": "4",
    "WIREDESK_FETCH_ERROR_CAP_SECONDS": "4",
    "WIREDESK_TURN_SECONDS": "1.5",
    "WIREDESK_TURN_LEASE_SECONDS": "6",
    "WIREDESK_CLAIM_LEASE_SECONDS": "4",
    "WIREDESK_EXTRACT_SOFT_SECONDS": "2",
    "WIREDESK_EXTRACT_HARD_SECONDS": "5",
    "WIREDESK_WATCHDOG_SECONDS": "20",
    "WIREDESK_TICK_SECONDS": "0.5",
    "WIREDESK_ATTEMPTS": "1000",
    "WIREDESK_LOOK_AGAIN_SECONDS": "[]",
    "WIREDESK_RIGHTS_TDMREP": "false",
}
"""Seconds as few as the rules of the settings and a loaded machine allow; it may need 20 to start a worker.
`attempts` and `fetch_tries` are many: no page is to blame for a kill."""


@dataclass(slots=True)
class Published:
    """A page of the web; `refused`: it answers 404 for good."""

    article: SiteArticle
    feed: SiteFeed
    link: str
    refused: bool
    edits: int = 0


class Web:
    """The built-in web: what it publishes and edits, and so what a right store must hold in the end."""

    def __init__(self, site: Site, rng: Random) -> None:
        self.site, self._rng = site, rng
        self.pages: list[Published] = []
        self.edits = 0
        self.kinds: Counter[str] = Counter()
        self._feeds = [site.host(f"Outlet {n}").feed(format="atom", window=1000) for n in range(HOSTS)]

    def publish(self) -> None:
        """Put another page online: plain, behind a redirect, failing at first, or missing."""
        number, rng = len(self.pages), self._rng
        at = number % HOSTS
        host, feed = self.site.hosts[at], self._feeds[at]
        article = host.article(f"Page {number}", path=f"/page/{number}")
        link = article.url
        kind = rng.choices(["plain", "redirect", "other host", "failing", "missing"], [68, 10, 5, 12, 5])[0]
        if kind == "redirect":
            link = host.put(f"/go/{number}", "")
            host.fault(link, faults.moved(article.url, permanently=rng.random() < 0.5))
        elif kind == "other host":
            other = self.site.hosts[(at + 1) % HOSTS]
            link = other.put(f"/go/{number}", "")
            other.fault(link, faults.moved(article.url))
        elif kind == "failing":
            fault = rng.choice(
                [
                    faults.status(500),
                    faults.status(503, retry_after=1),
                    faults.truncated(),
                    faults.disconnected(),
                    faults.slow(3.0),
                ]
            )
            host.fault(article.url, faults.first(rng.randint(1, 3), fault))
        elif kind == "missing":
            host.fault(article.url, faults.status(404))
        self.kinds[kind] += 1
        feed.add(article, link=link, guid=link)
        self.pages.append(Published(article, feed, link, refused=kind == "missing"))

    def edit(self) -> None:
        """Add a paragraph to a page, and say so in its feed."""
        page = self._rng.choice(self.pages)
        if page.refused or page.edits >= EDITS_A_PAGE:
            return
        page.edits += 1
        self.edits += 1
        # Later than all before: it is the feed's Last-Modified, too, by which a poll is answered 304.
        modified = START + timedelta(days=1, seconds=self.edits)
        added = prose(f"{page.link} {page.edits}", paragraphs=1)
        page.article.edit(text=f"{page.article.text}\n\n{added}", modified=modified)
        at = next(n for n, item in enumerate(page.feed.items) if item.link == page.link)
        page.feed.items[at] = replace(page.feed.items[at], updated=modified)

    @property
    def wanted(self) -> dict[str, str]:
        """The text of each page that must be an article in the end, by its URL."""
        return {page.article.url: page.article.text for page in self.pages if not page.refused}


@dataclass(slots=True)
class Done:
    """What was done to the run."""

    kills: Counter[str] = field(default_factory=Counter)
    stops: Counter[str] = field(default_factory=Counter)
    runs_killed: int = 0
    ended_by_itself: list[str] = field(default_factory=list)


class Victim:
    """A `wiredesk run` that is started again whenever it was killed."""

    def __init__(self, home: Path, feeds: Sequence[str], rng: Random, tell: Callable[[str], None]) -> None:
        self._home, self._rng, self._tell = home, rng, tell
        self.done = Done()
        self._stopped: list[tuple[float, psutil.Process]] = []
        self._seen: list[psutil.Process] = []
        (home / "feeds.txt").write_text("\n".join(feeds))
        self.run = self._start()

    def _start(self) -> Running:
        """Start the run and wait until its servers are up; a lock of the killed one may still be held."""
        servers = self._home / "data/run/servers.json"
        servers.unlink(missing_ok=True)
        until = time.monotonic() + START_SECONDS
        while True:
            run = Running(self._home, "run", "--plain", "--feeds", "feeds.txt", variables=QUICK)
            with suppress(AssertionError):
                wait_until(lambda run=run: servers.exists() or run.process.poll() is not None, START_SECONDS)
            if run.process.poll() is None and servers.exists():
                self.addresses: dict[str, str] = json.loads(servers.read_text())
                return run
            if time.monotonic() > until:
                run.close()
                raise AssertionError(f"the run does not start:\n{run.output[-2000:]}")
            time.sleep(0.5)

    def breaks(self) -> None:
        """Kill or stop one process, chosen by its name and by chance."""
        self.look()
        by_name: dict[str, list[psutil.Process]] = {}
        for process in self._living():
            with suppress(psutil.Error):
                by_name.setdefault(name_of(process), []).append(process)
        if not by_name:
            return
        name = self._rng.choice(sorted(by_name))
        process = by_name[name][self._rng.randrange(1000) % len(by_name[name])]
        stops = self._rng.random() < STOP_SHARE
        seconds = self._rng.uniform(1.0, LONGEST_STOP)
        with suppress(psutil.Error):
            if stops:
                process.suspend()
                self._stopped.append((time.monotonic() + seconds, process))
                self.done.stops[name] += 1
                self._tell(f"stop {name} for {seconds:.1f} s")
            else:
                process.kill()
                self.done.kills[name] += 1
                self._tell(f"kill {name}")

    def kill_run(self) -> None:
        """Kill the process that an operator started: all its parts have to follow it."""
        self.look()
        self.done.runs_killed += 1
        self._tell("kill the whole run")
        self.run.process.send_signal(signal.SIGKILL)
        self.run.process.wait()
        self.wake(all_of_them=True)
        self.run = self._start()

    def wake(self, *, all_of_them: bool = False) -> None:
        """Continue stopped processes whose time is up."""
        due = [one for one in self._stopped if all_of_them or one[0] <= time.monotonic()]
        self._stopped = [one for one in self._stopped if one not in due]
        for _, process in due:
            with suppress(psutil.Error):
                process.resume()

    def look(self) -> None:
        """Notice a run that has ended by itself, and start it again."""
        if self.run.process.poll() is not None:
            self.done.ended_by_itself.append(self.run.output[-1000:])
            self._tell(f"the run has ended by itself with {self.run.process.returncode}")
            self.run = self._start()
        self._seen = alive([*self._seen, *self._living()])

    def close(self) -> list[psutil.Process]:
        """Stop the run as an operator does; return the processes that are left."""
        self.wake(all_of_them=True)
        self.look()
        self.run.process.send_signal(signal.SIGINT)
        with suppress(Exception):
            self.run.process.wait(60)
        self.run.close()
        with suppress(Exception):
            wait_until(lambda: not alive(self._seen), 20.0)
        return alive(self._seen)

    def _living(self) -> list[psutil.Process]:
        with suppress(psutil.Error):
            return self.run.process_seen().children(recursive=True)
        return []


def name_of(process: psutil.Process) -> str:
    """Return the role of a process of the run: the part that it belongs to, and whether it is its guard."""
    line = process.cmdline()
    words = " ".join(line)
    if words.startswith("wiredesk "):
        # Forked: the title is all that is left of the command line.
        *guard, name = words.split()[1:]
        return f"{name} guard" if guard == ["guard"] else name
    if "postgres" in process.name():
        main = words.endswith("postgres") or " -D " in words
        return "postgres" if main else "postgres child"
    what = "redis" if "redis" in process.name() else ""
    if not what:
        what = line[line.index("--name") + 1] if "--name" in line else ""
    if not what:
        what = next((word for word in ("beat", "web") if word in line), process.name())
    return f"{what} guard" if "guarded.py" in words else what


class Follower:
    """A consumer of the change log that remembers its cursor, through all outages."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def follow(self, store: Store) -> None:
        """Read on."""
        with suppress(StoreUnavailable), store.begin() as db:
            while found := changes.after(db, self.lines[-1]["id"] if self.lines else 0, limit=500):
                self.lines += found


@contextmanager
def web(seed: int) -> Iterator[Web]:
    """A built-in web without pages, served meanwhile."""
    site = Site()
    site.start()
    try:
        yield Web(site, Random(f"web {seed}"))
    finally:
        site.stop()


def chaos(seconds: float, *, seed: int, pages: int, tell: Callable[[str], None] = print) -> bool:
    """Break a run for `seconds`, let it finish, and check it; return whether all checks hold."""
    rng = Random(f"faults {seed}")
    with web(seed) as published, tempfile.TemporaryDirectory() as directory:
        # PostgreSQL runs as another user where the bench runs as root.
        Path(directory).chmod(0o755)
        for _ in range(min(HOSTS, pages)):
            published.publish()
        began = time.monotonic()
        victim = Victim(
            Path(directory), published.site.feeds, rng, lambda what: tell(f"{_at(began)}  {what}")
        )
        store = Store(victim.addresses["database_url"])
        follower = Follower()
        try:
            began = time.monotonic()
            break_for(seconds, victim, published, follower, store, rng, pages=pages)
            victim.wake(all_of_them=True)
            tell(f"{_at(began)}  no more faults; waiting for the end of the work")
            settled = _settles(victim, published, store)
            follower.follow(store)
            results = checks(store, published, follower, victim, settled=settled)
        finally:
            store.close()
            left = victim.close()
    results["no process is left"] = [str(process) for process in left]
    report(seed, seconds, published, victim.done, results, tell)
    return not any(results.values())


def break_for(
    seconds: float,
    victim: Victim,
    published: Web,
    follower: Follower,
    store: Store,
    rng: Random,
    *,
    pages: int,
) -> None:
    """Publish, edit, kill and stop until `seconds` have passed."""
    began = time.monotonic()
    now = 0.0
    step = seconds * PUBLISHING / max(1, pages - len(published.pages))
    next_page, next_edit, next_fault = step, 4 * step, rng.expovariate(1 / FAULT_SECONDS)
    next_run_kill = min(RUN_SECONDS, seconds) * 0.7
    while now < seconds:
        victim.wake()
        victim.look()
        follower.follow(store)
        while now >= next_page and len(published.pages) < pages:
            published.publish()
            next_page += step
        if now >= next_edit:
            published.edit()
            next_edit = now + 2 * step
        if now >= next_run_kill:
            victim.kill_run()
            next_run_kill = now + RUN_SECONDS
        elif now >= next_fault:
            victim.breaks()
            next_fault = now + rng.expovariate(1 / FAULT_SECONDS)
        time.sleep(0.1)
        now = time.monotonic() - began
    while len(published.pages) < pages:
        published.publish()


def _settles(victim: Victim, published: Web, store: Store) -> bool:
    """Wait until the store holds what the web shows, for at most `SETTLE_SECONDS`."""
    wanted = len(published.pages)

    def done() -> bool:
        victim.look()
        with suppress(StoreUnavailable), store.begin() as db:
            found = stats.identity(db)
            if found.waiting or found.discovered < wanted:
                return False
            return texts(db) == published.wanted
        return False

    with suppress(AssertionError, TimeoutError):
        wait_until(done, SETTLE_SECONDS, pause=0.5)
        return True
    return False


def texts(db: Any) -> dict[str, str]:
    """The text of each live article, by its URL."""
    return {
        row["url"]: row["text"] for row in rows(db, "SELECT url, text FROM articles WHERE state = 'live'")
    }


def checks(
    store: Store, published: Web, follower: Follower, victim: Victim, *, settled: bool
) -> dict[str, list[str]]:
    """Return each check with what speaks against it."""
    with store.begin() as db:
        identity = stats.identity(db)
        found = texts(db)
        entries = rows(db, "SELECT url, state, reason FROM entries")
        log = rows(db, "SELECT id, article_id, kind, revision FROM changes ORDER BY id")
        articles = {row["id"]: row for row in rows(db, "SELECT id, url, state, revision FROM articles")}
        (orphans,) = rows(db, NO_SUCH_THING)
        unread = rows(db, "SELECT id FROM pages WHERE state = 'fetched'")
        doubles = rows(db, "SELECT url FROM articles GROUP BY url HAVING count(*) > 1")
    wanted = published.wanted
    states = {row["url"]: row["state"] for row in entries}
    expected = {page.link: "refused" if page.refused else "stored" for page in published.pages}
    return {
        "all work came to an end": [] if settled else [f"not in {SETTLE_SECONDS:.0f} s: {identity}"],
        "the run never ended by itself": victim.done.ended_by_itself,
        "every page once": [
            *(f"missing: {url}" for url in wanted.keys() - found.keys()),
            *(f"not a page: {url}" for url in found.keys() - wanted.keys()),
        ],
        "every entry has the right end": [
            f"{url}: {states.get(url)} instead of {state}"
            for url, state in expected.items()
            if states.get(url) != state
        ],
        "every article has the last text of its page": [
            f"{url}: {len(found[url])} characters instead of {len(text)}"
            for url, text in wanted.items()
            if url in found and found[url] != text
        ],
        "no double": [row["url"] for row in doubles]
        + ([] if len(entries) == len(states) else ["entries with one URL"]),
        "no orphan row": [f"{count} {what}" for what, count in orphans.items() if count]
        + [f"page {row['id']} unread" for row in unread],
        "the identity holds": [] if identity.holds else [str(identity)],
        "the change log, replayed, is the store": replayed_differently(log, articles),
        "a consumer of the log missed nothing": []
        if [line["id"] for line in follower.lines] == [line["id"] for line in log]
        else [f"it has {len(follower.lines)} of {len(log)} lines"],
        "the Redis stream is the log": stream_differences(victim, log),
    }


def replayed_differently(log: Sequence[dict[str, Any]], articles: dict[int, dict[str, Any]]) -> list[str]:
    """Replay the log; return how its end differs from the stored articles."""
    replayed: dict[int, tuple[str, int]] = {}
    wrong = []
    for line in log:
        known = replayed.get(line["article_id"])
        kind = line["kind"]
        right = {
            ChangeKind.CREATED: known is None and line["revision"] == 1,
            ChangeKind.REVISED: known is not None and line["revision"] == known[1] + 1,
            ChangeKind.REFRESHED: known is not None and line["revision"] == known[1],
            ChangeKind.STORY: known is not None and line["revision"] == known[1],
            ChangeKind.REMOVED: known is not None and known[0] == "live" and line["revision"] == known[1],
            ChangeKind.RESTORED: known is not None and known[0] == "removed" and line["revision"] == known[1],
        }.get(kind, False)
        if not right:
            wrong.append(f"change {line['id']}: {kind} {line['revision']} after {known}")
        state = "removed" if kind == ChangeKind.REMOVED else "live"
        if known and kind in (ChangeKind.REFRESHED, ChangeKind.STORY):
            state = known[0]
        replayed[line["article_id"]] = (state, line["revision"])
    stored = {article_id: (row["state"], row["revision"]) for article_id, row in articles.items()}
    return wrong + [
        f"article {article_id}: {replayed.get(article_id)} in the log, {stored.get(article_id)} in the store"
        for article_id in replayed.keys() | stored.keys()
        if replayed.get(article_id) != stored.get(article_id)
    ]


def stream_differences(victim: Victim, log: Sequence[dict[str, Any]]) -> list[str]:
    """Compare the stream, once it is up to date, with the log."""
    ids = [str(line["id"]) for line in log]

    def streamed() -> list[str]:
        with suppress(redis.RedisError), redis.Redis.from_url(victim.addresses["redis_url"]) as client:
            found: Any = client.xrange(KEY)
            return [key.decode().partition("-")[0] for key, _ in found]
        return []

    with suppress(AssertionError, TimeoutError):
        wait_until(lambda: streamed() == ids, 30.0, pause=0.5)
        return []
    return [f"{len(streamed())} entries for {len(ids)} lines"]


def report(
    seed: int,
    seconds: float,
    published: Web,
    done: Done,
    results: dict[str, list[str]],
    tell: Callable[[str], None],
) -> None:
    """Print what was done, and each check."""
    tell("")
    tell(f"seed {seed}, {seconds:.0f} s, {len(published.pages)} pages ({_counts(published.kinds)})")
    tell(f"{published.edits} edits, {len(published.site.log)} requests")
    tell(f"{done.kills.total()} kills ({_counts(done.kills)})")
    tell(f"{done.stops.total()} stops ({_counts(done.stops)})")
    tell(f"{done.runs_killed} kills of the whole run")
    for check, against in results.items():
        tell(f"{'NO' if against else 'ok'}  {check}")
        for line in against[:10]:
            tell(f"      {line}")


def _counts(counted: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counted.items()))


def _at(began: float) -> str:
    return f"{time.monotonic() - began:6.1f} s"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="of all choices; default: the time"
    )
    parser.add_argument("--pages", type=int, default=300)
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}", flush=True)
    held = chaos(
        60 * options.minutes,
        seed=options.seed,
        pages=options.pages,
        tell=lambda line: print(line, flush=True),
    )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())

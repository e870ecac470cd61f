"""The whole pipeline in one process: the real services on a real store, with a queue that is a list.

What Celery and Redis do between the stages is done here by `Service.work`, so that a test can stop between
two steps, repeat a message or lose one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from tests.store import tables
from worker.config.hosts_file import load_hosts
from worker.config.rule_files import load_rules
from worker.config.settings import Settings
from worker.rows.feeds import Subscription
from worker.rows.hosts import HostClaim
from worker.rows.pages import PageClaim
from worker.rows.pushes import PushClaim
from worker.rows.sinks import SinkClaim
from worker.services import schedule
from worker.services.extract import run as extract
from worker.services.fetch import turn as fetch
from worker.services.poll import turn as poll
from worker.services.queue import Claim
from worker.services.sinks import turn
from worker.services.websub import push
from worker.store import Store, feeds, hosts, pages, publishers, stats
from worker.store.db import rows
from worker.urls import host_key

LOOPBACK = (ip_network("127.0.0.0/8"),)


@dataclass
class ListQueue:
    """A queue of messages, each a stage and its claims."""

    messages: list[tuple[str, list[Claim]]] = field(default_factory=list)

    def depth(self, stage: str) -> int:
        return sum(1 for name, _ in self.messages if name == stage)

    def send(self, stage: str, claims: Sequence[Claim]) -> None:
        self.messages.append((stage, list(claims)))


class Service:
    """A service on `database_url` whose clock the test moves."""

    def __init__(self, database_url: str, **settings: object) -> None:
        quick = {
            "database_url": database_url,
            "fetch_allow_networks": LOOPBACK,
            "fetch_delay_seconds": 0.0,
            "fetch_connect_seconds": 1.0,
            "fetch_read_seconds": 1.0,
            "fetch_total_seconds": 2.0,
            "look_again_seconds": (),
            "rights_tdmrep": False,
        }
        self.settings = Settings(**(quick | settings))  # type: ignore[arg-type]
        self.store = Store(database_url)
        self.hosts = load_hosts(self.settings)
        self.queue = ListQueue()
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the real time, moved ahead by the time that the test has let pass."""
        return datetime.now(UTC) + self.ahead

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(**span)

    def subscribe(self, *urls: str) -> list[int]:
        with self.store.begin() as db:
            ids = hosts.ensure(db, [host_key(url) for url in urls])
            sites = publishers.ensure(db, [f"site-{ids[host_key(url)]}" for url in urls])
            wanted = [
                Subscription(url, ids[host_key(url)], sites[f"site-{ids[host_key(url)]}"], None)
                for url in urls
            ]
            return feeds.add(db, wanted, now=self.now())

    def tick(self) -> None:
        """Claim and send due work once."""
        schedule.tick(self.store, self.queue, now=self.now(), policy=self.settings.schedule)

    def do(self, stage: str, claims: Sequence[Claim]) -> None:
        """Do what a worker does with one message."""
        if stage == "poll":
            held = [HostClaim(*claim) for claim in claims]
            poll.poll_hosts(self.store, held, clock=self.now, policy=self.settings.polling, book=self.hosts)
        elif stage == "push":
            pushed = [PushClaim(*claim) for claim in claims]
            push.read_pushes(self.store, pushed, clock=self.now, policy=self.settings.polling)
        elif stage == "fetch":
            held = [HostClaim(*claim) for claim in claims]
            fetch.fetch_hosts(
                self.store, self.queue, held, clock=self.now, policy=self.settings.fetching, book=self.hosts
            )
        elif stage == "deliver":
            turn.deliver_claims(
                self.store,
                [SinkClaim(*claim) for claim in claims],
                clock=self.now,
                agent=self.settings.user_agent,
                own=lambda: (),
                jitter=lambda: 0.5,
            )
        else:
            held_pages = [PageClaim(*claim) for claim in claims]
            extract.extract_pages(
                self.store,
                held_pages,
                now=self.now(),
                policy=self.settings.extraction,
                rules=load_rules(self.settings),
            )

    def work(self, rounds: int = 20) -> None:
        """Tick and work until nothing is due."""
        for _ in range(rounds):
            self.tick()
            if not self.queue.messages:
                return
            while self.queue.messages:
                self.do(*self.queue.messages.pop(0))
        raise AssertionError(f"work is left after {rounds} rounds: {self.queue.messages[:3]}")

    def reextract(self) -> None:
        """Read all kept pages again, as `wiredesk reextract --all` does."""
        with self.store.begin() as db:
            pages.requeue(db, now=self.now())
        self.work()

    def identity(self) -> stats.Identity:
        """Return the counts of entries by state."""
        with self.store.begin() as db:
            return stats.identity(db)

    def refusals(self) -> dict[str, int]:
        """Return the number of refused entries by reason."""
        with self.store.begin() as db:
            return stats.refusals(db)

    def change_kinds(self) -> list[str]:
        """Return the kinds of all lines of the change log."""
        return [str(row["kind"]) for row in self.read("changes", "kind")]

    def read(self, table: str, *columns: str, **where: object) -> list[dict[str, Any]]:
        """Return rows of a table, by their primary key."""
        with self.store.begin() as db:
            return tables.read(db, table, *columns, **where)

    def count(self, table: str, **where: object) -> int:
        """Return the number of rows of a table."""
        with self.store.begin() as db:
            return tables.count(db, table, **where)

    def change(self, table: str, values: dict[str, object], **where: object) -> None:
        """Set values in rows of a table, as no part of the service would."""
        with self.store.begin() as db:
            tables.change(db, table, values, **where)

    def ask(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Return the rows of a query that `read` and `count` cannot express."""
        with self.store.begin() as db:
            return rows(db, sql, **values)

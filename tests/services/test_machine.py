"""Nothing is lost and nothing is done twice, in whatever order things happen.

Hypothesis plays the world: feeds announce entries, ticks claim, messages arrive late, twice or never, turns
and extractions finish well or badly or die in the middle, leases run out, operators put things back. All of
it moves real rows in PostgreSQL by the functions that the service itself uses; only the network and the
reading of pages are played. After every step the laws are asked of the database.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from structlog.testing import capture_logs

from tests.services.service import ListQueue
from tests.site.prose import prose
from tests.store.rows import added_feed, host_of, item, polled
from worker.config.settings import Settings
from worker.extract import Article
from worker.extract.types import Block
from worker.fetch.reply import Elsewhere, Failure, Reply
from worker.outcome import Reason, Refusal
from worker.rows.entries import Entry
from worker.rows.hosts import Host, HostClaim, TurnEnd
from worker.rows.pages import Page, PageClaim
from worker.services import schedule
from worker.services.extract.decide import ReadPage
from worker.services.extract.run import oldest_of_each_entry
from worker.services.extract.save import save_pages
from worker.services.fetch.decide import decide_fetch, known_failure
from worker.services.fetch.save import Fetched, Saver
from worker.services.queue import Claim
from worker.store import Store, entries, hosts, kept_counts, pages, stats
from worker.store.db import rows, run
from worker.urls import host_key

START = datetime(2100, 1, 1, tzinfo=UTC)
NEVER = START + timedelta(days=3650)
LEASE = timedelta(minutes=3)
SETTINGS = Settings(
    claim_lease_seconds=LEASE.total_seconds(),
    queue_limit=50,
    batch_hosts=2,
    batch_pages=3,
    page_retention_days=30,
    fetch_tries=3,
    attempts=3,
    fetch_error_base_seconds=60.0,
    fetch_error_cap_seconds=3600.0,
    look_again_seconds=(3600.0,),
)

NO_SUCH_THING = """
SELECT
    (SELECT count(*) FROM entries e WHERE state = 'fetched'
        AND NOT EXISTS (SELECT FROM pages p WHERE p.entry_id = e.id AND p.state = 'fetched')
    ) AS fetched_entries_without_a_page_to_read,
    (SELECT count(*) FROM hosts h, LATERAL (SELECT min(due_at) AS due FROM entries WHERE host_id = h.id) AS e
        WHERE e.due IS NOT NULL AND coalesce(h.fetch_due_at, 'infinity') > greatest(e.due, h.rest_until)
    ) AS hosts_that_forgot_their_work,
    (SELECT count(*) FROM articles a
        WHERE (SELECT count(*) FROM entries e WHERE e.article_id = a.id AND e.state = 'stored') <> 1
    ) AS articles_without_their_one_entry,
    (SELECT count(*) FROM articles a
        WHERE (SELECT count(*) FROM changes c WHERE c.article_id = a.id AND kind = 'created') <> 1
    ) AS articles_not_announced_once,
    (SELECT count(*) FROM articles a
        WHERE revision <> (SELECT count(*) FROM revisions r WHERE r.article_id = a.id)
    ) AS articles_with_a_revision_missing,
    (SELECT count(*) FROM entries
        WHERE (hop_url IS NULL) <> (home_host_id IS NULL) OR (hop_url IS NULL) <> (hops = 0)
            OR (hop_url IS NOT NULL AND due_at IS NULL)
    ) AS entries_lost_on_their_way_from_host_to_host
"""

picks = st.integers(0, 99)
numbers = st.lists(st.integers(0, 15), min_size=1, max_size=4, unique=True)
fates = st.lists(
    st.sampled_from(["arrives", "arrives", "arrives", "twice", "late", "lost"]), min_size=5, max_size=5
)
answers = st.sampled_from(["page", "page", "edited", "busy", "gone", "moved", "not come to"])
readings = st.sampled_from(["article", "article", "edited", "refused"])


class World(RuleBasedStateMachine):
    """`turns` and `readings` are what workers hold in their hands: they are lost when the worker dies.

    A rule for which there is nothing to do does nothing. It has no precondition: the store may give rows that
    are due at the same time in any order, and hypothesis repeats only what depends on nothing but itself.
    """

    store: ClassVar[Store]

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.queue = ListQueue()
        self.saver = Saver(
            self.store,
            self.queue,
            lambda: self.now,
            replace(SETTINGS.fetching, batch=16),
        )
        self.turns: list[tuple[Host, list[Entry]]] = []
        self.reading: list[list[Page]] = []
        with self.store.begin() as db:
            tables = "feeds, hosts, publishers, entries, pages, articles, stories, changes"
            run(db, f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
            hosts.ensure(db, [host_key(url_of(number)) for number in range(3)])
            self.feeds = [added_feed(db, f"https://feeds{n}.example/feed", now=NEVER) for n in range(2)]

    @initialize()
    def there_is_something_to_do(self) -> None:
        self.a_poll_finds_entries(0, [0, 1, 2, 3, 12])
        self.time_passes_until_a_tick(0)
        self.messages_arrive(["arrives"])

    @rule(feed=st.integers(0, 1), found=numbers)
    def a_poll_finds_entries(self, feed: int, found: list[int]) -> None:
        with self.store.begin() as db:
            items = [replace(item(url_of(n)), host_id=host_of(db, url_of(n))) for n in found]
            hosts.lock(db, {one.host_id for one in items if one.host_id})
            ids = entries.insert(db, self.feeds[feed], items, now=self.now)
            polled(db, self.feeds[feed], new=len(ids), now=self.now, due_at=NEVER)
            hosts.wake(db, {one.host_id for one in items if one.host_id})

    @rule(minutes=st.sampled_from([0, 1, 4, 4, 70]))
    def time_passes_until_a_tick(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        schedule.tick(self.store, self.queue, now=self.now, policy=SETTINGS.schedule)

    @rule(fates=fates)
    def messages_arrive(self, fates: list[str]) -> None:
        sent = self.queue.messages[:]
        self.queue.messages.clear()
        for (stage, claims), fate in zip(sent, cycle(fates), strict=False):
            if fate == "late":
                self.queue.messages.append((stage, claims))
            for _ in range({"arrives": 1, "twice": 2}.get(fate, 0)):
                self._take(stage, claims)

    @rule(pick=picks, got=st.lists(answers, min_size=3, max_size=3), rests=st.booleans())
    def a_turn_ends(self, pick: int, got: list[str], rests: bool) -> None:
        if not self.turns:
            return
        host, taken = self.turns.pop(pick % len(self.turns))
        with self.store.begin() as db:
            held = bool(
                rows(db, "SELECT FROM hosts WHERE id = :id AND lease = :lease", id=host.id, lease=host.lease)
            )
            before = self._everything()

        self.saver.save(
            [self._fetched(host, e, a) for e, a in zip(taken, got, strict=False) if a != "not come to"]
        )
        rest = self.now + timedelta(hours=2) if rests else None
        free = rest or self.now + timedelta(seconds=1)
        with self.store.begin() as db:
            if hosts.holds(db, host.id, host.lease):
                left = [e.id for e, a in zip(taken, got, strict=False) if a == "not come to"]
                entries.give_back(db, left, now=self.now)
            end = TurnEnd(host.id, host.lease, free, rest, 0, None, None, requests=1)
            assert bool(hosts.release(db, [end], now=self.now)) is held

        assert held or self._everything() == before, "a turn whose lease was another's has changed something"

    @rule(pick=picks, became=st.lists(readings, min_size=3, max_size=3))
    def pages_are_read(self, pick: int, became: list[str]) -> None:
        if not self.reading:
            return
        taken = self.reading.pop(pick % len(self.reading))
        chosen = oldest_of_each_entry(taken)
        reads = [ReadPage(page, result_of(page, how), 0.0) for page, how in zip(chosen, became, strict=False)]
        done = {read.page.id for read in reads}
        with self.store.begin() as db:
            leases = {row["id"]: row["lease"] for row in rows(db, "SELECT id, lease FROM pages")}
            held = {page.id for page in taken if leases[page.id] == page.lease}
            pages.give_back(db, [PageClaim(p.id, p.lease) for p in taken if p.id not in done], now=self.now)
            saved = save_pages(db, reads, now=self.now, look_again=SETTINGS.extraction.look_again)
        with self.store.begin() as db:
            hosts.wake(db, {p.host_id for p in taken if p.host_id})
        assert {s.read.page.id for s in saved if s.outcome != "lost"} == held & done

    @rule(pick=picks)
    def a_worker_dies(self, pick: int) -> None:
        if not (self.turns or self.reading):
            return
        hands: list[Any] = self.turns if not self.reading or (self.turns and pick % 2) else self.reading
        hands.pop(pick % len(hands))

    @rule()
    def a_worker_is_so_slow_that_another_gets_its_work(self) -> None:
        if not (self.turns or self.reading):
            return
        self.time_passes_until_a_tick(4)
        self.messages_arrive(["arrives"])

    @rule()
    def refused_entries_are_put_back(self) -> None:
        with self.store.begin() as db:
            entries.requeue(db, now=self.now)

    @rule()
    def kept_pages_are_read_again(self) -> None:
        with self.store.begin() as db:
            pages.requeue(db, now=self.now)

    @invariant()
    def the_identity_holds(self) -> None:
        with self.store.begin() as db:
            assert stats.identity(db).holds

    @invariant()
    def there_is_no_such_thing(self) -> None:
        with self.store.begin() as db:
            (found,) = rows(db, NO_SUCH_THING)
        assert not any(found.values()), found

    def teardown(self) -> None:
        """Whatever has happened: let the leases run out, work on, and everything comes to an end."""
        self.turns.clear()
        self.reading.clear()
        for _ in range(40):
            self.time_passes_until_a_tick(7 * 60)
            while self.queue.messages:
                self.messages_arrive(["arrives"])
                while self.turns:
                    self.a_turn_ends(0, ["page"] * 3, rests=False)
                while self.reading:
                    self.pages_are_read(0, ["article"] * 3)
            with self.store.begin() as db:
                if not set(kept_counts.read(db).by_state.get("entries", {})) & {"waiting", "fetched"}:
                    break
        else:
            raise AssertionError("work is left")
        self.the_identity_holds()
        self.there_is_no_such_thing()

    def _take(self, stage: str, claims: Sequence[Claim]) -> None:
        with self.store.begin() as db:
            if stage == "fetch":
                for host in hosts.take(db, [HostClaim(*c) for c in claims], now=self.now, lease=LEASE):
                    due = entries.take_due(db, [host.id], now=self.now, lease=LEASE, limit=3)
                    self.turns.append((host, due))
            elif found := pages.take(db, [PageClaim(*c) for c in claims], now=self.now, lease=LEASE):
                self.reading.append(found)

    def _fetched(self, host: Host, entry: Entry, answer: str) -> Fetched:
        reply = known_failure(entry, full_text=True, attempts=3) or answer_of(entry, answer)
        decision = decide_fetch(entry, reply, now=self.now, jitter=0.5, policy=SETTINGS.fetching)
        return Fetched(host.id, host.lease, entry, decision, reply.status, 0.0)

    def _everything(self) -> list[Any]:
        with self.store.begin() as db:
            tables = ("hosts", "entries", "pages", "articles", "changes")
            return [rows(db, f"SELECT * FROM {table} ORDER BY id") for table in tables]


def url_of(number: int) -> str:
    """Three hosts; the pages 12 and up declare the address of an earlier one as theirs."""
    return f"https://h{number % 3}.example/{number}"


def answer_of(entry: Entry, answer: str) -> Reply | Failure | Elsewhere:
    if answer == "moved":
        number = int(entry.url.rpartition("/")[2]) + entry.hops + 1
        return Elsewhere(url=f"https://h{number % 3}.example/{number}", status=302)
    if answer in ("page", "edited"):
        return Reply(url=entry.url, status=200, body=answer.encode(), size=6)
    status, reason = (404, Reason.HTTP_GONE) if answer == "gone" else (500, Reason.HTTP_SERVER_ERROR)
    return Failure(refusal=Refusal(reason), retryable=answer == "busy", url=entry.url, status=status)


def result_of(page: Page, how: str) -> Article | Refusal:
    number = int(page.url.rpartition("/")[2])
    if how == "refused":
        return Refusal(Reason.TOO_SHORT)
    own = number if number < 12 else number - 12
    text = prose(f"{own}{how}" if how == "edited" else str(own), paragraphs=2)
    return Article(
        title=f"Article {own}", blocks=(Block("paragraph", text),), canonical_url=url_of(own), word_count=99
    )


@pytest.fixture
def world(database_url: str) -> Iterator[type[World]]:
    """The machine on its own store."""
    store = Store(database_url)
    yield type("World", (World,), {"store": store})
    store.close()


@pytest.mark.timeout(600)
def test_nothing_is_lost_and_nothing_is_done_twice(world: type[World]) -> None:
    chosen = settings(
        max_examples=25,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    with capture_logs():
        run_state_machine_as_test(world, settings=chosen)

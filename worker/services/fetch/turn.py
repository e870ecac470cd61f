"""Fetching: the pages of waiting entries, and of stored ones that are looked at again.

take the hosts whose claims still hold; side by side, in each host's turn:
    read the host's robots.txt, if the copy at hand is too old      (manners)
    take its due entries; for each, in order, spaced by the host's delay:
        ask for the page; decide what the answer means             (fetch_plan: pure)
        a redirect to another host: the entry is due there, in that host's turn
        hand the decision to the saver, which saves those of all turns in batches, under the hosts'
        leases, and puts the pages into the queue of extraction at once (fetch_save)
    what the turn did not come to is due again at once
    end the turn, once all its decisions are saved
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from random import random

from worker.config.groups import FetchPolicy
from worker.fetch.host_book import HostBook
from worker.fetch.loop import run_async
from worker.fetch.reply import Elsewhere, Failure, Reply
from worker.fetch.reservations import Reservations
from worker.fetch.turn import NotAsked
from worker.rows.entries import Entry
from worker.rows.hosts import HostClaim
from worker.services.engine.batch import Batch, limit_backlog
from worker.services.engine.robots_refresh import refresh_robots
from worker.services.engine.turns import Clock, Stopping, Turn, by_host, never, take_turns
from worker.services.fetch import decide as fetch_plan
from worker.services.fetch.decide import Decision
from worker.services.fetch.save import Fetched, Saver
from worker.services.queue import Queue
from worker.store import Connection, Store, entries

SAVED_AT_ONCE = 32
"""Decisions in one transaction at most. Their bodies are in memory, and some are as large as they may be."""


def fetch_hosts(
    store: Store,
    queue: Queue,
    claims: Sequence[HostClaim],
    *,
    clock: Clock,
    policy: FetchPolicy,
    book: HostBook,
    stopping: Stopping = never,
) -> None:
    """Fetch the due pages of the claimed hosts. Raises `StoreUnavailable`."""
    saver = Saver(
        store,
        queue,
        clock,
        retention=policy.page_retention,
        lease=policy.claim_lease,
        queue_limit=policy.queue_limit,
        message=policy.batch,
    )

    def load(db: Connection, host_ids: Sequence[int], now: datetime) -> dict[int, list[Entry]]:
        due = entries.take_due(db, host_ids, now=now, lease=policy.turn.lease, limit=policy.pages)
        return by_host(host_ids, due)

    async def fetch_all() -> None:
        async with Batch(saver.save, size=SAVED_AT_ONCE) as saves:
            await take_turns(
                store,
                claims,
                "fetch",
                load,
                lambda turn, due: _fetch_host(turn, due, saves, policy),
                clock=clock,
                policy=policy.turn,
                book=book,
                obey_robots=policy.turn.robots,
                stopping=stopping,
            )

    run_async(fetch_all())


async def _fetch_host(
    turn: Turn, due: Sequence[Entry], saves: Batch[Fetched, bool], policy: FetchPolicy
) -> None:
    rules = await _rules(turn, due, policy)
    saved: list[asyncio.Future[bool]] = []
    left = list(due)
    while left and not isinstance(rules, NotAsked):
        entry = left[0]
        started = time.perf_counter()
        answer = fetch_plan.poison_failure(entry, attempts=policy.attempts) or await _ask(turn, entry, rules)
        if isinstance(answer, NotAsked):
            break
        reserved = rules.of(answer.url or entry.url) if isinstance(rules, Reservations) else None
        decision = fetch_plan.decide(
            entry, answer, now=turn.clock(), jitter=random(), policy=policy, reserved=reserved
        )
        saved.append(saves.put(_fetched(turn, entry, decision, answer.status, started)))
        left.pop(0)
        await limit_backlog(saved)
        if isinstance(rules, Failure) and rules.retryable:
            # Without the host's rules nothing may be asked: one entry tells why, the others stay due.
            break
    await asyncio.gather(*saved)
    if left:
        ids = [entry.id for entry in left]
        await turn.while_held(lambda db: entries.give_back(db, ids, now=turn.clock()))


async def _rules(turn: Turn, due: Sequence[Entry], policy: FetchPolicy) -> Reservations | Failure | NotAsked:
    """The host's rules, where they are obeyed and anything will be asked for."""
    if due and policy.turn.robots and turn.settings.robots and turn.settings.full_text:
        return await refresh_robots(turn, policy.turn)
    return Reservations(b"", (), ())


async def _ask(
    turn: Turn, entry: Entry, rules: Reservations | Failure
) -> Reply | Failure | Elsewhere | NotAsked:
    if not turn.settings.full_text:
        return fetch_plan.feed_only(entry)
    if isinstance(rules, Failure):
        return rules
    url = entry.hop_url or entry.url
    if entry.errors:
        # It was gone when it was last looked at: "as it was" would not bring its article back.
        return await turn.http.page(url)
    return await turn.http.page(url, etag=entry.etag, last_modified=entry.last_modified)


def _fetched(turn: Turn, entry: Entry, decision: Decision, status: int | None, started: float) -> Fetched:
    return Fetched(turn.host.id, turn.host.lease, entry, decision, status, time.perf_counter() - started)

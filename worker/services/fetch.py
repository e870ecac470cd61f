"""Fetching: the pages of waiting entries, and of stored ones that are looked at again.

take the hosts whose claims still hold; side by side, in each host's turn:
    read the host's robots.txt, if the copy at hand is too old
    take its due entries; for each, in order, spaced by the host's delay:
        ask for the page; decide what the answer means             (fetch_plan: pure)
        hand the decision to the saver, which saves those of all turns in batches, under the hosts'
        leases, and puts the pages into the queue of extraction at once (fetch_save)
    what the turn did not come to is due again at once
    end the turn, once all its decisions are saved
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random

from worker.fetch.reply import Failure
from worker.fetch.robots_copy import RobotsCopy
from worker.fetch.turn import NotAsked
from worker.services import fetch_plan
from worker.services.batch import Batch
from worker.services.fetch_plan import Decision, FetchLimits
from worker.services.fetch_save import Fetched, Saver
from worker.services.queue import Queue
from worker.services.turns import (
    Clock,
    Stopping,
    Turn,
    TurnPolicy,
    in_thread,
    never,
    robots_at_hand,
    take_turns,
    while_held,
)
from worker.store import Connection, Store, entries, hosts
from worker.store.entries import Entry
from worker.store.hosts import HostClaim


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How pages are fetched."""

    turn: TurnPolicy
    pages: int
    batch: int
    tries: int
    attempts: int
    error_base: timedelta
    error_cap: timedelta
    look_again: tuple[timedelta, ...]
    page_retention: timedelta
    claim_lease: timedelta
    queue_limit: int

    @property
    def limits(self) -> FetchLimits:
        """How long an entry is tried."""
        return FetchLimits(self.tries, self.attempts, self.error_base, self.error_cap, self.look_again)


def fetch_hosts(
    store: Store,
    queue: Queue,
    claims: Sequence[HostClaim],
    *,
    clock: Clock,
    policy: FetchPolicy,
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
    )
    saves = Batch(saver.save, size=policy.batch)

    def load(db: Connection, host_ids: Sequence[int], now: datetime) -> Sequence[Entry]:
        return entries.take_due(db, host_ids, now=now, lease=policy.turn.lease, limit=policy.pages)

    async def work(turn: Turn, due: Sequence[Entry]) -> None:
        await _fetch_host(store, saves, turn, due, clock, policy)

    take_turns(
        store,
        claims,
        "fetch",
        load,
        work,
        clock=clock,
        policy=policy.turn,
        obey_robots=policy.turn.robots,
        stopping=stopping,
        asides=(saves.run,),
    )


async def _fetch_host(
    store: Store,
    saves: Batch[Fetched, bool],
    turn: Turn,
    due: Sequence[Entry],
    clock: Clock,
    policy: FetchPolicy,
) -> None:
    trouble = await _read_robots(store, turn, clock) if policy.turn.robots and due else None
    saved: list[asyncio.Future[bool]] = []
    left = list(due)
    while left and not isinstance(trouble, NotAsked):
        entry = left[0]
        started = time.perf_counter()
        answer = (
            fetch_plan.died(entry, attempts=policy.attempts)
            or trouble
            or await turn.http.get(entry.url, etag=entry.etag, last_modified=entry.last_modified)
        )
        if isinstance(answer, NotAsked):
            break
        decision = fetch_plan.decide(entry, answer, now=clock(), jitter=random(), limits=policy.limits)
        saved.append(saves.put(_fetched(turn, entry, decision, answer.status, started)))
        left.pop(0)
        if trouble and trouble.retryable:
            # Without the host's rules nothing may be asked: one entry tells why, the others stay due.
            break
    await asyncio.gather(*saved)
    if left:
        ids = [entry.id for entry in left]
        await while_held(store, turn.host, lambda db: entries.give_back(db, ids, now=clock()))


async def _read_robots(store: Store, turn: Turn, clock: Clock) -> Failure | NotAsked | None:
    """Learn the host's rules; what stands in the way of learning them, if anything does."""
    at_hand = robots_at_hand(turn.host)
    copy = await turn.http.robots(at_hand, now=clock())
    if not isinstance(copy, RobotsCopy):
        return copy
    if copy != at_hand:

        def keep() -> None:
            with store.begin() as db:
                hosts.save_robots(
                    db,
                    turn.host.id,
                    turn.host.lease,
                    body=copy.body,
                    status=copy.status,
                    expires_at=copy.expires_at,
                )

        await in_thread(keep)
    return None


def _fetched(turn: Turn, entry: Entry, decision: Decision, status: int | None, started: float) -> Fetched:
    return Fetched(turn.host.id, turn.host.lease, entry, decision, status, time.perf_counter() - started)

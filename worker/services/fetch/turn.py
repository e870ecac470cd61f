"""Fetching: the pages of waiting entries, and those of stored entries again, for edits.

take the hosts whose claims still hold, with their due entries
in each host's turn:
    refresh the host's robots.txt
    for each entry, fewest errors first, then newest, spaced by the host's delay:
        request the page, once for all entries that lead to it
        decide what the answer means                          (decide: pure)
        hand the decision to the saver, which saves those of all turns in batches   (save)
    give back the entries for which the turn had no time
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from random import random

from worker.config.groups import FetchPolicy
from worker.fetch.host_book import HostBook
from worker.fetch.loop import run_async
from worker.fetch.reply import Elsewhere, Failure, Reply
from worker.fetch.reservations import Reservations
from worker.fetch.turn import NotAsked
from worker.model import EntryState, LookState
from worker.rows.entries import Entry
from worker.rows.hosts import HostClaim
from worker.services.engine.batch import Batch, limit_backlog
from worker.services.engine.robots_refresh import refresh_robots
from worker.services.engine.turns import Clock, IsStopping, Turn, by_host, never, take_turns
from worker.services.fetch.decide import decide_fetch, known_failure, turn_order, wants_whole
from worker.services.fetch.save import Fetched, Saver
from worker.services.queue import Queue
from worker.store import Connection, Store, entries

SAVED_AT_ONCE = 32
"""Decisions in one transaction at most: their bodies are in memory, and each may be as large as the limit
allows. A guess."""


def fetch_hosts(
    store: Store,
    queue: Queue,
    claims: Sequence[HostClaim],
    *,
    clock: Clock,
    policy: FetchPolicy,
    book: HostBook,
    stopping: IsStopping = never,
) -> None:
    """Fetch the due pages of the claimed hosts. Raises `StoreUnavailable`."""
    saver = Saver(store, queue, clock, policy)

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
                refill=True,
            )

    run_async(fetch_all())


async def _fetch_host(
    turn: Turn, due: Sequence[Entry], saves: Batch[Fetched, bool], policy: FetchPolicy
) -> None:
    robots = await _robots(turn, due, policy)
    left = turn_order(due, host_errors=turn.host.errors)
    answers: dict[str, Reply | Failure | Elsewhere] = {}
    shared = {address for address, times in Counter(map(_plain_address, due)).items() if times > 1}
    saved: list[asyncio.Future[bool]] = []
    while left and not isinstance(robots, NotAsked):
        entry, started = left[0], time.perf_counter()
        refused = known_failure(entry, full_text=_wants_page(entry, turn), attempts=policy.attempts)
        address = _plain_address(entry)
        answer = (
            refused
            or answers.get(address or "")
            or await _request(turn, entry, robots, looks=len(policy.look_again))
        )
        if isinstance(answer, NotAsked):
            break
        if address in shared and address is not None and not refused:
            answers[address] = answer
        reserved = robots.of(answer.url or entry.url) if isinstance(robots, Reservations) else None
        decision = decide_fetch(
            entry, answer, now=turn.clock(), jitter=random(), policy=policy, reserved=reserved
        )
        seconds = time.perf_counter() - started
        saved.append(
            saves.put(Fetched(turn.host.id, turn.host.lease, entry, decision, answer.status, seconds))
        )
        turn.hold_body_until(saved[-1])
        left.pop(0)
        await limit_backlog(saved)
        if isinstance(robots, Failure) and robots.retryable:
            # No page may be requested without robots.txt: one entry records why, the others stay due.
            break
    await asyncio.gather(*saved)
    if left:
        ids = [entry.id for entry in left]
        await turn.while_held(lambda db: entries.give_back(db, ids, now=turn.clock()))


def _plain_address(entry: Entry) -> str | None:
    """The address that a waiting entry requests without validators, so that the answer suits others, too."""
    conditional = entry.state is not EntryState.WAITING or entry.etag or entry.last_modified
    return None if conditional else entry.hop_url or entry.url


async def _robots(turn: Turn, due: Sequence[Entry], policy: FetchPolicy) -> Reservations | Failure | NotAsked:
    """Refresh robots.txt if it is obeyed and any page will be requested."""
    if policy.turn.robots and turn.settings.robots and any(_wants_page(entry, turn) for entry in due):
        return await refresh_robots(turn, policy.turn)
    return Reservations(b"", (), ())


def _wants_page(entry: Entry, turn: Turn) -> bool:
    """Whether its page is fetched at all: as the operator set for its feed, else for its host."""
    return turn.settings.full_text if entry.full_text is None else entry.full_text


async def _request(
    turn: Turn, entry: Entry, robots: Reservations | Failure, *, looks: int
) -> Reply | Failure | Elsewhere | NotAsked:
    if isinstance(robots, Failure):
        return robots
    url = entry.hop_url or entry.url
    if entry.look is not LookState.GOOD:
        # What was wrong may have come from one connection, or from a cache.
        return await turn.http.page(url, fresh=True)
    if entry.errors or entry.text_from_feed or wants_whole(entry, looks=looks):
        # The page may have been gone the last time: a 304 would not bring its article back. Nor would it
        # bring an edit by the feed to an article whose page shows too little.
        return await turn.http.page(url)
    return await turn.http.page(url, etag=entry.etag, last_modified=entry.last_modified)

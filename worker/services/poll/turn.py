"""Polling: feeds are asked for what is new, and what is new becomes entries.

    take the hosts whose claims still hold; side by side, in each host's turn:
        take its due feeds; for each, in order, spaced by the host's delay:
            ask for it, with the validators of the last copy
            read the answer: unchanged, a document, or a failure        (poll_plan: pure)
            save what it means, if the host's lease is still ours       (poll_save: one transaction)
            say what became of it
        after a document: subscribe at the hubs that it names                    (websub)
        then its walks back through archives, for what was missed                      (walk)
        then, where it is a hub, what is to be asked of it                             (websub)
        end the turn: when may the next request be made?

robots.txt is not asked about feeds: a feed is published for programs, and the operator subscribed to it by
name. A Crawl-delay that is known is kept all the same. Listings are pages, and come last: by robots.txt.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import random

from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import NotAsked
from worker.monitor.events import FeedPolled, emit
from worker.outcome import Refusal
from worker.services.engine.batch import Batch, keep_up
from worker.services.engine.bounded_parse import Beside
from worker.services.engine.turns import (
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
from worker.services.poll import decide as poll_plan
from worker.services.poll import index as poll_index
from worker.services.poll import save as poll_save
from worker.services.poll.decide import Document, PollLimits
from worker.services.poll.save import Polled, Saved
from worker.services.walk.turn import WalkPolicy, obey_robots, walk
from worker.services.websub.ask import HubPolicy, ask_hub, look_after
from worker.store import Connection, Store, feeds, hub_asks, walks
from worker.store.feeds import Feed
from worker.store.hosts import HostClaim
from worker.store.hubs import HubSubscription
from worker.store.walks import Walk


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """How feeds are polled."""

    turn: TurnPolicy
    feeds: int
    floor: timedelta
    cap: timedelta
    price: float
    error_base: timedelta
    error_cap: timedelta
    attempts: int
    parse_seconds: float
    entries: int
    gap_pages: int
    walk: WalkPolicy
    hub: HubPolicy
    host_per_hour: float | None = None

    @property
    def limits(self) -> PollLimits:
        """What bounds the time between two polls."""
        return PollLimits(
            self.floor,
            self.cap,
            self.price,
            self.error_base,
            self.error_cap,
            self.gap_pages,
            self.hub.limits.polls if self.hub.limits else None,
            self.host_per_hour,
        )


def poll_hosts(
    store: Store,
    claims: Sequence[HostClaim],
    *,
    clock: Clock,
    policy: PollPolicy,
    stopping: Stopping = never,
) -> None:
    """Poll the due feeds of the claimed hosts. Raises `StoreUnavailable`."""
    quiet = Batch(partial(poll_save.save, store, limits=policy.limits), size=64)
    beside = Beside(policy.parse_seconds)

    def load(db: Connection, host_ids: Sequence[int], now: datetime) -> Sequence[Row]:
        return [
            *feeds.take_due(db, host_ids, now=now, lease=policy.turn.lease, limit=policy.feeds),
            *walks.take_due(db, host_ids, now=now, lease=policy.turn.lease),
            *hub_asks.take_due(db, host_ids, now=now, lease=policy.turn.lease, limit=policy.feeds),
        ]

    async def work(turn: Turn, due: Sequence[Row]) -> None:
        await _poll_host(
            store, quiet, turn, [one for one in due if isinstance(one, Feed)], clock, policy, beside
        )
        for one in due:
            if isinstance(one, Walk):
                await walk(store, turn, one, clock=clock, policy=policy.walk, beside=beside)
            elif isinstance(one, HubSubscription):
                await ask_hub(store, turn, one, clock=clock, policy=policy.hub)

    take_turns(
        store,
        claims,
        "poll",
        load,
        work,
        clock=clock,
        policy=policy.turn,
        obey_robots=False,
        stopping=stopping,
        asides=(quiet.run,),
    )


Row = Feed | Walk | HubSubscription
"""What a turn has to do."""


async def _poll_host(
    store: Store,
    quiet: Batch[Polled, Saved],
    turn: Turn,
    due: Sequence[Feed],
    clock: Clock,
    policy: PollPolicy,
    beside: Beside,
) -> None:
    copy = robots_at_hand(turn.host)
    if copy and copy.expires_at > (now := clock()):
        await turn.http.robots(copy, now=now)
    saves: list[asyncio.Future[None]] = []
    left = sorted(due, key=_is_a_page)
    trouble: Failure | NotAsked | None = None
    while left:
        if _is_a_page(left[0]) and not turn.http.obeys:
            trouble = await obey_robots(store, turn, clock, policy.walk)
        polled = await _ask(turn, left[0], trouble, clock, policy, beside)
        if polled is None:
            break
        # A document is saved by itself, since it may bring entries of any host; the next request does not
        # wait for it, unless several do already.
        saves.append(asyncio.ensure_future(_save(store, quiet, polled, policy)))
        left.pop(0)
        if polled.document is not None:
            await keep_up(saves)
    await asyncio.gather(*saves)
    if left:
        ids = [feed.id for feed in left]
        await while_held(store, turn.host, lambda db: feeds.give_back(db, ids, now=clock()))


def _is_a_page(feed: Feed) -> bool:
    """Whether it is a listing, which is made for people: robots.txt is obeyed."""
    return "listing" in feed.settings


async def _ask(
    turn: Turn,
    feed: Feed,
    trouble: Failure | NotAsked | None,
    clock: Clock,
    policy: PollPolicy,
    beside: Beside,
) -> Polled | None:
    """Ask for one feed and read the answer; None when the turn is over and it was not asked for."""
    started = time.perf_counter()
    answer = (
        poll_plan.died(feed, attempts=policy.attempts)
        or trouble
        or await turn.http.get(feed.url, etag=feed.etag, last_modified=feed.last_modified)
    )
    if isinstance(answer, NotAsked):
        return None
    document = await _read(feed, answer, policy, beside)
    if isinstance(document, Refusal) and isinstance(answer, Reply) and poll_index.is_index(answer):
        answer = await poll_index.gathered(turn, answer)
        if isinstance(answer, NotAsked):
            return None
        document = await _read(feed, answer, policy, beside)
    if isinstance(document, Refusal):
        answer, document = Failure(refusal=document, retryable=True, url=feed.url, status=200), None
    return Polled(turn.host, feed, answer, document, clock(), random(), started)


async def _read(
    feed: Feed, answer: Reply | Failure, policy: PollPolicy, beside: Beside
) -> Document | Refusal | None:
    if isinstance(answer, Failure) or answer.unchanged:
        return None
    return await beside.read(partial(poll_plan.read, feed, answer, most=policy.entries), size=answer.size)


async def _save(store: Store, quiet: Batch[Polled, Saved], polled: Polled, policy: PollPolicy) -> None:
    if polled.document is None:
        saved = await quiet.put(polled)
    else:
        saved = (await in_thread(lambda: poll_save.save(store, [polled], limits=policy.limits)))[0]
        if policy.hub.limits is not None and saved.outcome != "lost":
            await in_thread(lambda: look_after(store, polled, saved))
    emit(event(polled, saved))


def event(polled: Polled, saved: Saved) -> FeedPolled:
    """The final event of one poll."""
    feed, answer = polled.feed, polled.answer
    refusal = answer.refusal if isinstance(answer, Failure) else None
    return FeedPolled(
        outcome=saved.outcome,
        reason=refusal.reason if refusal else "",
        detail=refusal.detail if refusal else "",
        seconds=time.perf_counter() - polled.started,
        feed_id=feed.id,
        host_id=feed.host_id,
        url=feed.url,
        status=answer.status,
        entries=saved.items,
        new=saved.new,
        edited=saved.edited,
        overlap=saved.overlap,
        gap=saved.gap_id is not None,
        next_in=saved.next_in,
    )

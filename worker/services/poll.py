"""Polling: feeds are asked for what is new, and what is new becomes entries.

    take the hosts whose claims still hold; side by side, in each host's turn:
        take its due feeds; for each, in order, spaced by the host's delay:
            ask for it, with the validators of the last copy
            read the answer: unchanged, a document, or a failure        (poll_plan: pure)
            save what it means, if the host's lease is still ours       (poll_save: one transaction)
            say what became of it
        end the turn: when may the next request be made?

robots.txt is not asked about feeds: a feed is published for programs, and the operator subscribed to it by
name. A Crawl-delay that is known is kept all the same.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import random

from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import NotAsked
from worker.monitor.events import FeedPolled, emit
from worker.outcome import Refusal
from worker.services import poll_plan, poll_save
from worker.services.poll_plan import Document, PollLimits
from worker.services.poll_save import Saved
from worker.services.turns import Clock, Turn, TurnPolicy, in_thread, robots_at_hand, take_turns
from worker.store import Store, feeds
from worker.store.feeds import Feed
from worker.store.hosts import HostClaim


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

    @property
    def limits(self) -> PollLimits:
        """What bounds the time between two polls."""
        return PollLimits(self.floor, self.cap, self.price, self.error_base, self.error_cap)


def poll_hosts(store: Store, claims: Sequence[HostClaim], *, clock: Clock, policy: PollPolicy) -> None:
    """Poll the due feeds of the claimed hosts. Raises `StoreUnavailable`."""

    async def work(turn: Turn) -> None:
        await _poll_host(store, turn, clock, policy)

    take_turns(store, claims, "poll", work, clock=clock, policy=policy.turn, obey_robots=False)


async def _poll_host(store: Store, turn: Turn, clock: Clock, policy: PollPolicy) -> None:
    now = clock()
    copy = robots_at_hand(turn.host)
    if copy and copy.expires_at > now:
        await turn.http.robots(copy, now=now)

    def take() -> list[Feed]:
        with store.begin() as db:
            return feeds.take_due(db, turn.host.id, now=now, lease=policy.turn.lease, limit=policy.feeds)

    due = await in_thread(take)
    for position, feed in enumerate(due):
        if not await _poll_feed(store, turn, feed, clock, policy):
            left = [feed.id for feed in due[position:]]

            def give_back(left: list[int] = left) -> None:
                with store.begin() as db:
                    feeds.give_back(db, left, now=clock())

            await in_thread(give_back)
            return


async def _poll_feed(store: Store, turn: Turn, feed: Feed, clock: Clock, policy: PollPolicy) -> bool:
    """Poll one feed; False when the turn is over and it was not asked for."""
    started = time.perf_counter()
    answer = poll_plan.died(feed, attempts=policy.attempts) or await turn.http.get(
        feed.url, etag=feed.etag, last_modified=feed.last_modified
    )
    if isinstance(answer, NotAsked):
        return False
    document = poll_plan.read(feed, answer) if isinstance(answer, Reply) else None
    if isinstance(document, Refusal):
        answer = Failure(refusal=document, retryable=True, url=feed.url, status=200)

    def save() -> Saved:
        return poll_save.save(
            store,
            turn.host,
            feed,
            answer,
            document if isinstance(document, Document) else None,
            now=clock(),
            jitter=random(),
            limits=policy.limits,
        )

    saved = await in_thread(save)
    emit(event(feed, answer, saved, time.perf_counter() - started))
    return True


def event(feed: Feed, answer: Reply | Failure, saved: Saved, seconds: float) -> FeedPolled:
    """The final event of one poll."""
    refusal = answer.refusal if isinstance(answer, Failure) else None
    return FeedPolled(
        outcome=saved.outcome,
        reason=refusal.reason if refusal else "",
        detail=refusal.detail if refusal else "",
        seconds=seconds,
        feed_id=feed.id,
        host_id=feed.host_id,
        url=feed.url,
        status=answer.status,
        entries=saved.items,
        new=saved.new,
        edited=saved.edited,
        overlap=saved.overlap,
        gap=saved.gap,
        next_in=saved.next_in,
    )

"""The tick: claim due work and put it into the queues.

    new and edited entries without a link get a page made of what their feed said
    for poll, push, fetch and extract:
        is it paused, or its queue full?        yes: nothing is claimed, the rows stay due
        claim due rows, the longest due first, with a lease
        send them in messages of at most a batch of ids
    the same for sinks with something to deliver, one to a message
    leave a sign of life, and once a minute add up the counts that rows have changed

Hosts that are not known to answer go into separate messages, of which half of a stage's processes can be busy
with at most: a message is done when the slowest of its hosts is, which takes the whole time limit where hosts
keep silent (`_claim_slow`). A process that is kept waiting takes further hosts by itself, only those that
answer, and also those whose messages are still in the queue (`engine.turns`).

The claim is the promise, the message a hint: when a message is lost, late or doubled, the lease ends and the
row is due again. So two ticks at once, a flushed queue, or no tick for a while are harmless.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from worker.config.groups import SchedulePolicy
from worker.model import ENTRY_MOVES, EntryEvent, EntryState, HostLane, move
from worker.monitor.events import Ticked, emit
from worker.outcome import Reason, Refusal, TickOutcome
from worker.rows.entries import EntryUpdate, PagelessEntry
from worker.rows.hosts import HostClaim, TurnStage
from worker.rows.pages import NewPage
from worker.services.queue import Claim, Queue
from worker.store import (
    Connection,
    Store,
    entries,
    hosts,
    kept_counts,
    pages,
    pauses,
    poll_history,
    pushes,
    search,
    signs,
    sinks,
)

QUEUE_OF = {"poll": "poll", "push": "poll", "fetch": "fetch", "extract": "extract", "deliver": "deliver"}
"""The stages whose work ticks hand out, each with the queue whose pause stops it."""

FEED_TEXTS_PER_TICK = 200
"""Entries without a link that one tick turns into pages. A guess: it bounds the transaction."""

THREADS_KEPT = 2
"""Threads of the worker that sinks leave free: one for ticks, one for housekeeping and the like."""


def tick(store: Store, queue: Queue, *, now: datetime, policy: SchedulePolicy) -> None:
    """Look for due work once. Raises `StoreUnavailable`, `QueueUnavailable`."""
    started = time.perf_counter()
    make_pages_of_feed_texts(store, now=now, policy=policy)
    with store.begin() as db:
        paused = pauses.listing(db)
    room = {
        stage: 0 if queued in paused else policy.queue_limit - queue.depth(stage)
        for stage, queued in QUEUE_OF.items()
    }
    # In an order that changes by chance: a host that is always due for both would only ever be polled.
    order: tuple[TurnStage, ...] = ("poll", "fetch") if now.microsecond % 2 else ("fetch", "poll")
    sent = {stage: _send_hosts(store, queue, stage, room[stage], now, policy) for stage in order}
    pushed = _send_pushes(store, queue, room["push"], now, policy)
    read = _send_pages(store, queue, room["extract"], now, policy)
    delivered = _send_sinks(store, queue, room["deliver"], now, policy)
    with store.begin() as db:
        done = {"poll": sent["poll"], "fetch": sent["fetch"], "extract": read}
        signs.leave(db, [signs.TICK, *(signs.taken(stage) for stage, count in done.items() if count)])
        kept_counts.fold_when_due(db, now=now)
    held_back = ",".join(
        stage for stage, places in room.items() if places <= 0 and QUEUE_OF[stage] not in paused
    )
    emit(
        Ticked(
            outcome=TickOutcome.HELD_BACK if held_back else TickOutcome.DONE,
            held_back=held_back,
            polls=sent["poll"],
            fetches=sent["fetch"],
            pushes=pushed,
            pages=read,
            sinks=delivered,
            seconds=time.perf_counter() - started,
        )
    )


def _send_hosts(
    store: Store, queue: Queue, stage: TurnStage, room: int, now: datetime, policy: SchedulePolicy
) -> int:
    if room <= 0:
        return 0
    with store.begin() as db:
        # First, so that a backlog of hosts that answer leaves them their share, too.
        slow = _claim_slow(db, stage, room, now, policy)
        limit = (room - len(slow)) * policy.batch_hosts
        answering = hosts.claim(db, stage, now=now, lease=policy.lease, limit=limit, lane=HostLane.ANSWERING)
    sent = _send(queue, stage, [(claim.id, claim.lease) for claim in answering], policy.batch_hosts)
    for message in slow:
        sent += _send(queue, stage, [(claim.id, claim.lease) for claim in message], len(message))
    return sent


def _claim_slow(
    db: Connection, stage: TurnStage, room: int, now: datetime, policy: SchedulePolicy
) -> list[list[HostClaim]]:
    """Claim hosts that are not known to answer, in messages: as many as fit into their share.

    Their share is half of the stage's processes, each of which visits `hosts_at_once` of them side by side.
    Where no host answers yet, there is nobody to protect, and they may have all the room.
    """
    if not hosts.any_answers(db):
        claims = _claim_by_lane(db, stage, now, policy.lease, room * policy.batch_hosts)
        return [claims[at : at + policy.batch_hosts] for at in range(0, len(claims), policy.batch_hosts)]
    processes = policy.poll_processes if stage == "poll" else policy.fetch_processes
    free = min(room, max(1, processes // 2) - hosts.slow_messages(db, stage, now=now))
    messages: list[list[HostClaim]] = []
    for number in range(free):
        # A distinct end of the lease for each message: the messages that are out are counted by it.
        lease = policy.lease + timedelta(microseconds=number)
        claims = _claim_by_lane(db, stage, now, lease, policy.hosts_at_once)
        if not claims:
            break
        messages.append(claims)
    return messages


def _claim_by_lane(
    db: Connection, stage: TurnStage, now: datetime, lease: timedelta, limit: int
) -> list[HostClaim]:
    """Claim up to `limit` hosts of the slow lanes.

    Silent hosts get half of the places, since some will answer again; of the others those come first that
    answered before. Places that one of them leaves empty go to the next.
    """
    claims: list[HostClaim] = []
    for lane, most in (
        (HostLane.SILENT, limit // 2),
        (HostLane.FALTERING, limit),
        (HostLane.NEW, limit),
        (HostLane.SILENT, limit),
    ):
        if (places := min(most, limit - len(claims))) > 0:
            claims += hosts.claim(db, stage, now=now, lease=lease, limit=places, lane=lane)
    return claims


def _send_pushes(store: Store, queue: Queue, room: int, now: datetime, policy: SchedulePolicy) -> int:
    if room <= 0:
        return 0
    with store.begin() as db:
        claims = pushes.claim(db, now=now, lease=policy.lease, limit=room * policy.batch_hosts)
    return _send(queue, "push", [(claim.id, claim.lease) for claim in claims], policy.batch_hosts)


def _send_sinks(store: Store, queue: Queue, room: int, now: datetime, policy: SchedulePolicy) -> int:
    if room <= 0:
        return 0
    # The others are for ticks and housekeeping, which must not wait for slow receivers.
    most = max(1, policy.deliver_threads - THREADS_KEPT)
    with store.begin() as db:
        claims = sinks.claim(db, now=now, lease=policy.lease, room=room, most=most)
    return _send(queue, "deliver", [(claim.id, claim.lease) for claim in claims], 1)


def _send_pages(store: Store, queue: Queue, room: int, now: datetime, policy: SchedulePolicy) -> int:
    if room <= 0:
        return 0
    with store.begin() as db:
        claims = pages.claim(db, now=now, lease=policy.lease, limit=room * policy.batch_pages)
    fresh = [(claim.id, claim.lease) for claim, deaths in claims if deaths == 0]
    # A page on which a worker died is sent alone, so that it takes no others with it the next time.
    alone = [(claim.id, claim.lease) for claim, deaths in claims if deaths > 0]
    return _send(queue, "extract", fresh, policy.batch_pages) + _send(queue, "extract", alone, 1)


def _send(queue: Queue, stage: str, claims: Sequence[Claim], size: int) -> int:
    """Send claims in messages of at most `size`; return how many there are."""
    for start in range(0, len(claims), size):
        queue.send(stage, claims[start : start + size])
    return len(claims)


def make_pages_of_feed_texts(store: Store, *, now: datetime, policy: SchedulePolicy) -> None:
    """Give due entries without a link a page made of what their feed carried; refuse new ones without a text.

    Stored ones are due when their feed has edited them.
    """
    from_feed = Refusal(Reason.NO_LINK, "the entry has no link; its feed's own text was read")
    with store.begin() as db:
        found = entries.without_page(db, now=now, limit=FEED_TEXTS_PER_TICK)
        bodiless = [NewPage.bodiless(entry.id, "", from_feed) for entry in found if entry.has_text]
        pages.insert(db, bodiless, now=now, due_at=now, expires_at=now + policy.page_retention)
        entries.save(db, [_without_page(entry) for entry in found], now=now)


def _without_page(entry: PagelessEntry) -> EntryUpdate:
    if entry.state is EntryState.STORED:
        state = move(ENTRY_MOVES, entry.state, EntryEvent.LOOKED_AT)
        return EntryUpdate(id=entry.id, state=state, due_at=None, looks=entry.looks + 1)
    if entry.has_text:
        return EntryUpdate(id=entry.id, state=move(ENTRY_MOVES, entry.state, EntryEvent.FETCHED), due_at=None)
    state = move(ENTRY_MOVES, entry.state, EntryEvent.GIVEN_UP)
    return EntryUpdate(
        id=entry.id, state=state, due_at=None, reason=Reason.NO_LINK, detail=Reason.NO_LINK.words
    )


def wake_hosts(store: Store) -> int:
    """Wake hosts that missed their due work; return how many there were."""
    with store.begin() as db:
        return hosts.wake_forgotten(db)


def expire_pages(store: Store, *, now: datetime) -> int:
    """Drop the bodies of pages whose retention has passed; return how many there were."""
    return _until_none(store, lambda db: pages.expire(db, now=now))


def expire_documents(store: Store, *, before: datetime) -> int:
    """Delete documents of feeds that were last seen before a time; return how many there were."""
    return _until_none(store, lambda db: poll_history.expire_documents(db, before=before))


def _until_none(store: Store, drop: Callable[[Connection], int]) -> int:
    """Drop batch after batch, each in a transaction, until one is empty; return how many rows there were."""
    total = 0
    while True:
        with store.begin() as db:
            dropped = drop(db)
        total += dropped
        if not dropped:
            return total


def index_articles(store: Store) -> int:
    """Index articles that workers of an older version have stored; return how many there were."""
    with store.begin() as db:
        return search.fill(db)

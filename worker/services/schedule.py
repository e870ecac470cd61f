"""The tick: claim what is due and put it into the queues.

    for poll, push, fetch and extract:
        room in the queue?                       no: nothing is claimed, the rows stay due
        claim due rows, the longest due first, with a lease
        one message for each batch of ids
    entries with nothing to fetch get a page made of what their feed said

The claim is the promise, the message a hint: when a message is lost, late or doubled, the lease ends and the
row is due again. So two ticks at once, a queue that was flushed, or none at all for a while do no harm.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from worker.config.groups import SchedulePolicy
from worker.model import EntryState
from worker.monitor.events import Ticked, emit
from worker.outcome import Reason, TickOutcome
from worker.rows.entries import EntryUpdate
from worker.rows.hosts import Stage
from worker.rows.pages import NewPage
from worker.services.queue import Claim, Queue
from worker.store import Store, entries, hosts, pages, pushes


def tick(store: Store, queue: Queue, *, now: datetime, policy: SchedulePolicy) -> None:
    """One look for due work. Raises `StoreUnavailable`, `QueueUnavailable`."""
    started = time.perf_counter()
    make_pages_of_feeds_own_text(store, now=now, policy=policy)
    room = {stage: policy.queue_limit - queue.depth(stage) for stage in ("poll", "push", "fetch", "extract")}
    # In turn, as by the toss of a coin: a host that is always due for both would only ever be polled.
    order: tuple[Stage, ...] = ("poll", "fetch") if now.microsecond % 2 else ("fetch", "poll")
    sent = {stage: _send_hosts(store, queue, stage, room[stage], now, policy) for stage in order}
    pushed = _send_pushes(store, queue, room["push"], now, policy)
    read = _send_pages(store, queue, room["extract"], now, policy)
    held_back = ",".join(stage for stage, places in room.items() if places <= 0)
    emit(
        Ticked(
            outcome=TickOutcome.HELD_BACK if held_back else TickOutcome.DONE,
            held_back=held_back,
            polls=sent["poll"],
            fetches=sent["fetch"],
            pushes=pushed,
            pages=read,
            seconds=time.perf_counter() - started,
        )
    )


def _send_hosts(
    store: Store, queue: Queue, stage: Stage, room: int, now: datetime, policy: SchedulePolicy
) -> int:
    if room <= 0:
        return 0
    with store.begin() as db:
        claims = hosts.claim(db, stage, now=now, lease=policy.lease, limit=room * policy.batch_hosts)
    for batch in _batches([(claim.id, claim.lease) for claim in claims], policy.batch_hosts):
        queue.send(stage, batch)
    return len(claims)


def _send_pushes(store: Store, queue: Queue, room: int, now: datetime, policy: SchedulePolicy) -> int:
    if room <= 0:
        return 0
    with store.begin() as db:
        claims = pushes.claim(db, now=now, lease=policy.lease, limit=room * policy.batch_hosts)
    for batch in _batches([(claim.id, claim.lease) for claim in claims], policy.batch_hosts):
        queue.send("push", batch)
    return len(claims)


def _send_pages(store: Store, queue: Queue, room: int, now: datetime, policy: SchedulePolicy) -> int:
    if room <= 0:
        return 0
    with store.begin() as db:
        claims = pages.claim(db, now=now, lease=policy.lease, limit=room * policy.batch_pages)
    fresh = [(claim.id, claim.lease) for claim, deaths in claims if deaths == 0]
    # A page that a worker died on goes alone, so that it takes no others with it the next time.
    alone = [[(claim.id, claim.lease)] for claim, deaths in claims if deaths > 0]
    for batch in [*_batches(fresh, policy.batch_pages), *alone]:
        queue.send("extract", batch)
    return len(claims)


def _batches(claims: Sequence[Claim], size: int) -> Iterator[Sequence[Claim]]:
    for start in range(0, len(claims), size):
        yield claims[start : start + size]


def make_pages_of_feeds_own_text(store: Store, *, now: datetime, policy: SchedulePolicy) -> None:
    """Give waiting entries without a link a page made of what their feed carried, or refuse them."""
    with store.begin() as db:
        found = entries.without_page(db, now=now, limit=200)
        bodiless = [
            NewPage(
                entry_id=entry_id,
                url="",
                status=None,
                content_type=None,
                headers={},
                body=b"",
                encoding="",
                size=0,
                reason=Reason.NO_LINK,
                detail="the entry has no link; its feed's own text was read",
            )
            for entry_id, has_text in found
            if has_text
        ]
        pages.insert(db, bodiless, now=now, due_at=now, expires_at=now + policy.page_retention)
        updates = [
            EntryUpdate(id=entry_id, state=EntryState.FETCHED, due_at=None)
            if has_text
            else EntryUpdate(
                id=entry_id,
                state=EntryState.REFUSED,
                due_at=None,
                reason=Reason.NO_LINK,
                detail=Reason.NO_LINK.words,
            )
            for entry_id, has_text in found
        ]
        entries.save(db, updates, now=now)


def wake_hosts(store: Store) -> int:
    """Find work that no host knows of; how many hosts had some."""
    with store.begin() as db:
        return hosts.wake_forgotten(db)


def expire_pages(store: Store, *, now: datetime) -> int:
    """Drop the bodies of pages whose retention has passed; how many."""
    total = 0
    while True:
        with store.begin() as db:
            dropped = pages.expire(db, now=now)
        total += dropped
        if not dropped:
            return total

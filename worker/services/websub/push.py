"""Reading what hubs have pushed: as the document of a poll is read, without asking the publisher.

for each push whose claim still holds:
    decompress it, read it                                      (poll_plan: pure)
    save its entries and what it means for the feed's polls     (poll_save; one transaction, the push with it)
    say what became of it

A push may be a part of the feed (section 7), so what it does not have is neither gone nor a gap. It proves
that pushes come: for a while the feed is polled less often. One that cannot be read has the feed polled soon.
"""

import time
from collections.abc import Sequence
from datetime import datetime

from worker.config.groups import PollPolicy, WebSubPolicy
from worker.fetch.reply import Reply, unpack
from worker.monitor.events import PushRead, WorkDropped, emit
from worker.outcome import DropOutcome, Reason, Refusal
from worker.rows.feeds import Feed, FeedUpdate
from worker.rows.pushes import Push, PushClaim
from worker.services.engine.bounded_parse import TookTooLong, time_limit
from worker.services.engine.poison_rows import poison_refusal
from worker.services.engine.turns import Clock, Stopping, never
from worker.services.poll import decide as poll_plan
from worker.services.poll import save as poll_save
from worker.services.poll.decide import Document
from worker.services.poll.save import Saved
from worker.services.websub import decide as websub_plan
from worker.store import Connection, Store, feeds, hosts, hubs, pushes

MOST_HASHES = 5000
"""Items remembered of a feed between two polls."""


def read_pushes(
    store: Store,
    claims: Sequence[PushClaim],
    *,
    clock: Clock,
    policy: PollPolicy,
    stopping: Stopping = never,
) -> None:
    """Read the claimed pushes, in the order in which they came. Raises `StoreUnavailable`."""
    for at, claim in enumerate(claims):
        if stopping():
            with store.begin() as db:
                pushes.give_back(db, claims[at:], now=clock())
            return
        with store.begin() as db:
            push = pushes.take(db, claim, now=clock(), lease=policy.turn.lease)
        if push is None:
            emit(WorkDropped(queue="push", outcome=DropOutcome.TAKEN, count=1))
        else:
            _read(store, push, clock, policy)


def _read(store: Store, push: Push, clock: Clock, policy: PollPolicy) -> None:
    started = time.perf_counter()
    feed = _feed(store, push)
    read = _document(push, feed, policy) if feed else None
    if feed is not None and isinstance(read, Refusal):
        saved, refusal = _refuse(store, push, feed, read, clock(), policy), read
    elif feed is None or isinstance(read, Refusal):
        saved, refusal = _drop(store, push), None
    else:
        reply, document = read or (None, None)
        saved, refusal = _save(store, push, feed, reply, document, clock(), policy), None
    emit(
        PushRead(
            outcome=saved.outcome,
            reason=refusal.reason if refusal else "",
            detail=refusal.detail if refusal else "",
            seconds=time.perf_counter() - started,
            push_id=push.id,
            subscription_id=push.subscription_id,
            feed_id=push.feed_id,
            entries=saved.items,
            new=saved.new,
            edited=saved.edited,
        )
    )


def _feed(store: Store, push: Push) -> Feed | None:
    if push.feed_id is None:
        return None
    with store.begin() as db:
        return feeds.get(db, push.feed_id)


def _document(push: Push, feed: Feed, policy: PollPolicy) -> tuple[Reply, Document] | Refusal | None:
    """The push as the answer of a poll; None when it is the document that was read last."""
    if dead := poison_refusal(push.attempts, allowed=policy.attempts, how="over it"):
        return dead
    body = unpack(push.body, push.encoding, limit=policy.turn.limits.body)
    if isinstance(body, Refusal):
        return body
    headers = {"content-type": push.content_type} if push.content_type else {}
    reply = Reply(url=push.topic, status=200, headers=headers, body=body, size=len(body))
    try:
        with time_limit(policy.parse_seconds):
            read = poll_plan.read(feed, reply, most=policy.entries)
    except TookTooLong as error:
        return Refusal(Reason.TOO_SLOW, f"parsing took {error}")
    return read if isinstance(read, Refusal) or read is None else (reply, read)


def _refuse(
    store: Store, push: Push, feed: Feed, refusal: Refusal, now: datetime, policy: PollPolicy
) -> Saved:
    """A push that cannot be read still says that there is something: the feed is polled for it."""
    with store.begin() as db:
        hosts.lock(db, [feed.host_id])
        last = feed.last_polled_at or now
        feeds.hasten(db, feed.id, due_at=max(now, last + policy.floor))
        hubs.ignored(db, push.subscription_id, reason=refusal.reason, detail=refusal.detail)
        done = pushes.finish(db, push)
        hosts.wake(db, [feed.host_id])
    return Saved("refused" if done else "lost")


def _drop(store: Store, push: Push) -> Saved:
    """Its feed is removed, paused or retired."""
    with store.begin() as db:
        pushes.finish(db, push)
    return Saved("lost")


def _save(
    store: Store,
    push: Push,
    feed: Feed,
    reply: Reply | None,
    document: Document | None,
    now: datetime,
    policy: PollPolicy,
) -> Saved:
    items = poll_save.placed(store, [poll_save.items_of(feed, document)])[0] if document else []
    with store.begin() as db:
        hosts.lock(db, [feed.host_id, *(item.host_id for item in items if item.host_id is not None)])
        locked = feeds.get(db, feed.id) if feeds.lock(db, [feed.id]) else None
        if locked is None or not hubs.hold(db, push.subscription_id) or not pushes.finish(db, push):
            return Saved("lost")
        if reply is None or document is None:
            update, saved = None, Saved("nothing-new")
        else:
            update, saved = poll_save.save_document(
                db, locked, reply, document, items, now, policy, whole=False
            )
        hubs.pushed(db, push.subscription_id, now=push.received_at, brought=saved.new)
        _learn(db, locked, update, document, now, policy)
        hosts.wake(db, [feed.host_id])
    return saved


def _learn(
    db: Connection,
    feed: Feed,
    update: FeedUpdate | None,
    document: Document | None,
    now: datetime,
    policy: PollPolicy,
) -> None:
    """What the push means for the feed: what is known of it, its rhythm, and when it is polled next."""
    until = due_at = None
    if policy.websub is not None:
        until = websub_plan.relied_on(hubs.live(db, feed.id), now=now, limits=policy.websub)
        due_at = _next_poll(feed, until, policy.websub)
    known = tuple(feed.item_hashes or ())
    # Where entries were left for the next poll, it has to read all of them.
    fresh = document.new_hashes if document and document.parsed and not document.left else ()
    feeds.save_push(
        db,
        feed.id,
        new=update.new if update else 0,
        cadence=update.cadence if update else None,
        item_hashes=tuple(dict.fromkeys((*fresh, *known)))[:MOST_HASHES],
        pushed_until=until,
        due_at=due_at,
        now=now,
    )


def _next_poll(feed: Feed, until: datetime | None, limits: WebSubPolicy) -> datetime | None:
    """Counted from the last poll, so that a stream of pushes does not put polls off for ever."""
    if until is None or feed.last_polled_at is None:
        return None
    return min(feed.last_polled_at + limits.polls, until)

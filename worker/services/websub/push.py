"""Reading what hubs have pushed: like the document of a poll, without a request to the publisher.

for each push whose claim still holds:
    decompress and read it                                     (poll.read: pure)
    decide what it means for the feed and its next poll        (poll.decide: pure)
    save entries, feed and push in one transaction
    emit what became of it

A push may be a part of the feed (section 7), so what it lacks is neither gone nor a gap. It proves that
pushes come: for a while the feed is polled less often. One that cannot be read has the feed polled soon.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from worker.config.groups import PollPolicy
from worker.fetch.reply import Reply, unpack
from worker.monitor.events import PushRead, WorkDropped, emit
from worker.outcome import DropOutcome, PollOutcome, Refusal
from worker.rows.feeds import Feed
from worker.rows.pushes import Push, PushClaim
from worker.services.engine.bounded_parse import parse_within
from worker.services.engine.poison_rows import poison_refusal
from worker.services.engine.storable_items import storable_items
from worker.services.engine.turns import Clock, IsStopping, never
from worker.services.poll.decide import LoadedPoll, decide_push
from worker.services.poll.next_poll import PushUnreadable, next_poll
from worker.services.poll.read import Document, read_document, unknown_first
from worker.services.poll.save import SavedPoll, load_known, place_items, save_entries
from worker.services.websub.decide import trusted_until
from worker.store import Store, Unstorable, feeds, hosts, hubs, pushes


def read_pushes(
    store: Store,
    claims: Sequence[PushClaim],
    *,
    clock: Clock,
    policy: PollPolicy,
    stopping: IsStopping = never,
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
    refusal = None
    if feed is None:
        # It was removed, paused or retired.
        saved = _drop(store, push)
    else:
        document = _document(push, feed, policy)
        if isinstance(document, Refusal):
            refusal = document
            saved = _refuse(store, push, feed, refusal, clock(), policy)
        else:
            saved = _settle(store, push, feed, document, clock(), policy)
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
            later=saved.later,
            edited=saved.edited,
        )
    )


def _feed(store: Store, push: Push) -> Feed | None:
    if push.feed_id is None:
        return None
    with store.begin() as db:
        return feeds.get(db, push.feed_id)


def _document(push: Push, feed: Feed, policy: PollPolicy) -> Document | Refusal | None:
    """Read the push; None when it is the document that was read last."""
    if dead := poison_refusal(push.attempts, allowed=policy.attempts, how="over it"):
        return dead
    body = unpack(push.body, push.encoding, limit=policy.turn.limits.body)
    if isinstance(body, Refusal):
        return body
    headers = {"content-type": push.content_type} if push.content_type else {}
    reply = Reply(url=push.topic, status=200, headers=headers, body=body, size=len(body))
    document = parse_within(policy.parse_seconds, partial(read_document, feed, reply, most=policy.entries))
    if isinstance(document, Document) and document.sitemap is not None:
        return unknown_first(document, frozenset(), most=policy.entries)
    return document


def _drop(store: Store, push: Push) -> SavedPoll:
    with store.begin() as db:
        pushes.finish(db, push)
    return SavedPoll(PollOutcome.LOST)


def _refuse(
    store: Store, push: Push, feed: Feed, refusal: Refusal, now: datetime, policy: PollPolicy
) -> SavedPoll:
    with store.begin() as db:
        hosts.lock(db, [feed.host_id])
        locked = feeds.get(db, feed.id) if feeds.lock(db, [feed.id]) else None
        if locked is not None:
            chosen = next_poll(locked, PushUnreadable(), now=now, policy=policy, jitter=0.0)
            feeds.poll_at(db, feed.id, due_at=chosen.due_at, because=chosen.because)
        hubs.ignored(db, push.subscription_id, reason=refusal.reason, detail=refusal.detail)
        done = pushes.finish(db, push)
        hosts.wake(db, [feed.host_id])
    return SavedPoll(PollOutcome.REFUSED if done else PollOutcome.LOST)


def _settle(
    store: Store, push: Push, feed: Feed, document: Document | None, now: datetime, policy: PollPolicy
) -> SavedPoll:
    """Load what the store knows, decide, and save, in one transaction.

    Items that PostgreSQL refuses become refused entries without their content.
    """
    placed = place_items(store, feed, document, filters=policy.filters)
    try:
        return _save(store, push, placed, document, now, policy)
    except Unstorable:
        items = storable_items(store, feed.id, placed.items, now=now)
        if items == placed.items:
            raise
        return _save(store, push, replace(placed, items=items), document, now, policy)


def _save(
    store: Store, push: Push, placed: LoadedPoll, document: Document | None, now: datetime, policy: PollPolicy
) -> SavedPoll:
    feed = placed.feed
    with store.begin() as db:
        hosts.lock(db, [feed.host_id, *(item.host_id for item in placed.items if item.host_id is not None)])
        locked = feeds.get(db, feed.id) if feeds.lock(db, [feed.id]) else None
        if locked is None or not hubs.hold(db, push.subscription_id) or not pushes.finish(db, push):
            return SavedPoll(PollOutcome.LOST)
        until = None
        if policy.websub is not None:
            until = trusted_until(hubs.live(db, feed.id), now=now, policy=policy.websub)
        loaded = load_known(db, placed, feed=locked, is_document=document is not None)
        decision = decide_push(loaded, document, now=now, policy=policy, until=until)
        created = len(save_entries(db, feed.id, decision, now=now))
        hubs.pushed(db, push.subscription_id, now=push.received_at, brought=created)
        feeds.save_push(db, feed.id, decision.feed_update, new=created, now=now)
        hosts.wake(db, [feed.host_id])
    return SavedPoll(
        outcome=PollOutcome.NEW if created else PollOutcome.NOTHING_NEW,
        items=decision.feed_update.items or 0,
        new=created,
        later=decision.later,
        edited=decision.matches.edits,
        repeated=decision.matches.repeated,
    )

"""Subscribing at hubs.

After a poll: which hubs does the document name? New ones are to be asked, others to be left.

In the turn of a hub's host, for each due subscription:
    is there anything to ask?                        no: a subscription that is being left ends here
    write down what the hub may verify from now on   (its verification may come before its answer)
    ask; the hub takes it, or not: it is asked again later, unless it verifies before

What hubs ask and send in turn is in `websub_callback` and `push`. While WebSub is off (no callback URL) due
subscriptions are put off: nothing is asked, and polls know nothing of pushes.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import random

from worker.config.groups import PollPolicy, WebSubPolicy
from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import NotAsked
from worker.model import SubscriptionState
from worker.monitor.events import HubAsked, emit
from worker.outcome import HubOutcome
from worker.rows.feeds import Feed
from worker.rows.hub_subscriptions import Asked, HubSubscription, Mode, NewSubscription
from worker.services.engine.poison_rows import poison_refusal
from worker.services.engine.turns import Turn
from worker.services.poll.save import Polled, SavedPoll
from worker.services.websub import decide as websub_plan
from worker.services.websub.decide import RENEW_AGAIN
from worker.store import Connection, Store, hosts, hub_asks, hubs
from worker.urls import host_key_or_none

OFF_FOR = timedelta(hours=1)
BACK_AFTER = 3
"""Tries in vain after which a hub is asked at its own address again, should it have sent us elsewhere."""

MOST_ROWS = 10
"""Subscriptions of one feed, those being left among them: a feed that names others each time stops here."""


def new_subscription(hub: str, host_id: int, topic: str) -> NewSubscription:
    """One with a callback and a secret that nobody can guess (sections 5.1 and 7.1): 256 and 384 bits."""
    return NewSubscription(hub, host_id, topic, secrets.token_urlsafe(32), secrets.token_urlsafe(48))


def look_after(store: Store, polled: Polled, saved: SavedPoll) -> None:
    """Subscribe at the hubs that a polled document names, and leave those that it does not name."""
    feed, reply, now = polled.feed, polled.answer, polled.now
    if saved.pushes_missed:
        with store.begin() as db:
            hubs.missed(db, feed.id, now=now, unless_since=now - RENEW_AGAIN)
    if isinstance(reply, Failure):
        return
    named, topic = websub_plan.named(reply)
    with store.begin() as db:
        have = hubs.of_feed(db, feed.id)
    kept = {(one.hub, one.topic) for one in have if one.state is not SubscriptionState.LEAVING}
    wanted = [hub for hub in named if (hub, topic) not in kept]
    unwanted = [
        one
        for one in have
        if one.state is not SubscriptionState.LEAVING and (one.hub not in named or one.topic != topic)
    ]
    keys = {hub: key for hub in wanted if (key := host_key_or_none(hub))}
    if len(have) + len(keys) > MOST_ROWS:
        keys = {}
    if not keys and not unwanted:
        return
    with store.begin() as db:
        ids = hosts.ensure(db, keys.values())
    new = [new_subscription(hub, ids[key], topic) for hub, key in keys.items()]
    with store.begin() as db:
        _turn_to(db, feed, new, unwanted, now)


def _turn_to(
    db: Connection,
    feed: Feed,
    new: Sequence[NewSubscription],
    unwanted: Sequence[HubSubscription],
    now: datetime,
) -> None:
    hosts.lock(db, [*(one.host_id for one in new), *(one.host_id for one in unwanted)])
    if any(one.state is SubscriptionState.ACTIVE for one in unwanted):
        hubs.trust(db, feed.id, until=None)
    hubs.name(db, feed.id, new, now=now)
    hubs.leave(db, unwanted, now=now)


async def ask_hub(turn: Turn, subscription: HubSubscription, *, policy: PollPolicy) -> bool:
    """Ask for one due subscription; False when the turn is over and the hub was not asked."""
    started, limits = time.perf_counter(), policy.websub
    store, clock = turn.store, turn.clock
    if limits is None:
        await asyncio.to_thread(_put_off, store, subscription, clock() + OFF_FOR)
        return True
    wanted = await asyncio.to_thread(_prepare, store, subscription, clock())
    if wanted is None:
        emit(_event(subscription, HubOutcome.ENDED, started))
        return True
    form = websub_plan.request(subscription, wanted, limits)
    answer = _died(subscription, policy) or await turn.http.post(subscription.address, form)
    if isinstance(answer, NotAsked):
        await asyncio.to_thread(_give_back, store, subscription, clock())
        return False
    result = _result(subscription, wanted, answer, clock(), limits)
    await asyncio.to_thread(_save, store, result)
    emit(
        _event(
            subscription,
            HubOutcome.ASKED if isinstance(answer, Reply) else HubOutcome.FAILED,
            started,
            answer,
            wanted,
        )
    )
    return True


def _prepare(store: Store, subscription: HubSubscription, now: datetime) -> Mode | None:
    """What is asked, written down before it is; None when the subscription ended instead."""
    wanted = websub_plan.mode(subscription)
    with store.begin() as db:
        if wanted is None:
            hubs.end(db, subscription)
            return None
        state = subscription.state
        if hub_asks.lapse(db, subscription.id, now=now):
            state = SubscriptionState.WANTED
        hub_asks.asking(db, replace(subscription, state=state), wanted, now=now)
    return wanted


def _put_off(store: Store, subscription: HubSubscription, until: datetime) -> None:
    with store.begin() as db:
        hub_asks.put_off(db, [subscription.id], until=until)


def _give_back(store: Store, subscription: HubSubscription, now: datetime) -> None:
    with store.begin() as db:
        hub_asks.give_back(db, [subscription.id], now=now)


def _died(subscription: HubSubscription, policy: PollPolicy) -> Failure | None:
    dead = poison_refusal(subscription.attempts, allowed=policy.attempts, how="while they asked the hub")
    return Failure(refusal=dead, retryable=True, url=subscription.address) if dead else None


def _result(
    subscription: HubSubscription, wanted: Mode, answer: Reply | Failure, now: datetime, limits: WebSubPolicy
) -> Asked:
    taken = isinstance(answer, Reply)
    due_at = websub_plan.next_try(
        subscription.tries + 1, taken=taken, now=now, jitter=random(), limits=limits
    )
    address, refusal = subscription.address, None
    if isinstance(answer, Failure):
        refusal = answer.refusal
        if subscription.tries + 1 >= BACK_AFTER:
            address = subscription.hub
        due_at = max(due_at, now + min(answer.retry_after or timedelta(0), limits.error_cap))
    elif answer.moved_permanently_to is not None:
        address = answer.moved_permanently_to
    return Asked(
        id=subscription.id,
        mode=wanted,
        due_at=due_at,
        address=address,
        host_id=subscription.host_id,
        reason=refusal.reason if refusal else None,
        detail=refusal.detail if refusal else None,
    )


def _save(store: Store, result: Asked) -> None:
    with store.begin() as db:
        key = host_key_or_none(result.address)
        host_id = hosts.ensure(db, [key])[key] if key else result.host_id
    with store.begin() as db:
        hosts.lock(db, [result.host_id, host_id])
        hub_asks.asked(db, replace(result, host_id=host_id))


def _event(
    subscription: HubSubscription,
    outcome: HubOutcome,
    started: float,
    answer: Reply | Failure | None = None,
    mode: str = "",
) -> HubAsked:
    refusal = answer.refusal if isinstance(answer, Failure) else None
    return HubAsked(
        outcome=outcome,
        reason=refusal.reason if refusal else "",
        detail=refusal.detail if refusal else "",
        seconds=time.perf_counter() - started,
        feed_id=subscription.feed_id,
        host_id=subscription.host_id,
        subscription_id=subscription.id,
        hub=subscription.address,
        topic=subscription.topic,
        mode=mode,
        status=answer.status if answer else None,
    )

"""Subscribing at hubs.

After a poll: compare the hubs that the document names with the feed's subscriptions; new hubs are to be
asked, others to be left.

In the turn of a hub's host, for each due subscription:
    what is to be requested?                            nothing: a subscription that is being left ends here
    save what the hub may verify from now on            (its verification may come before its answer)
    request it
    decide what the answer means, and save that         (decide: pure; one transaction)

What hubs request and push is in `callback` and `push`. While WebSub is off (no callback address) due
subscriptions are put off, and feeds are polled as if there were no pushes.
"""

import asyncio
import secrets
import time
from dataclasses import replace
from datetime import datetime, timedelta
from random import random

from worker.config.groups import PollPolicy
from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import NotAsked
from worker.model import SubscriptionState
from worker.monitor.events import HubAsked, emit
from worker.outcome import HubOutcome
from worker.rows.feeds import Feed
from worker.rows.hub_subscriptions import Asked, HubSubscription, Mode, NewSubscription
from worker.services.engine.poison_rows import poison_refusal
from worker.services.engine.turns import Turn
from worker.services.websub.decide import (
    RENEW_AGAIN,
    decide_request,
    hub_changes,
    named_hubs,
    next_mode,
    request_form,
)
from worker.store import Connection, Store, hosts, hubs
from worker.urls import host_key_or_none

OFF_FOR = timedelta(hours=1)
"""How long subscriptions are put off while WebSub is off. A guess; it only spaces the look at the setting."""


def new_subscription(hub: str, host_id: int, topic: str) -> NewSubscription:
    """Return one with an unguessable callback and secret (sections 5.1 and 7.1): 256 and 384 bits."""
    return NewSubscription(hub, host_id, topic, secrets.token_urlsafe(32), secrets.token_urlsafe(48))


def follow_hubs(
    store: Store, feed: Feed, answer: Reply | Failure, *, pushes_missed: bool, now: datetime
) -> None:
    """Subscribe at the hubs that a polled document names, and leave the others.

    `pushes_missed`: the poll found entries that a hub should have pushed, so its subscription is renewed.
    """
    if pushes_missed:
        with store.begin() as db:
            hubs.missed(db, feed.id, now=now, unless_since=now - RENEW_AGAIN)
    if isinstance(answer, Failure):
        return
    named, topic = named_hubs(answer)
    with store.begin() as db:
        changes = hub_changes(hubs.of_feed(db, feed.id), named, topic)
        if not changes:
            return
    with store.begin() as db:
        host_ids = hosts.ensure(db, changes.new.values())
    new = [new_subscription(hub, host_ids[key], topic) for hub, key in changes.new.items()]
    with store.begin() as db:
        hosts.lock(db, [*(one.host_id for one in new), *(one.host_id for one in changes.left)])
        if any(one.state is SubscriptionState.ACTIVE for one in changes.left):
            hubs.trust(db, feed.id, until=None)
        hubs.name(db, feed.id, new, now=now)
        hubs.leave(db, changes.left, now=now)


async def ask_hub(turn: Turn, subscription: HubSubscription, *, policy: PollPolicy) -> None:
    """Make the request of one due subscription, unless the turn is over."""
    started, websub = time.perf_counter(), policy.websub
    if websub is None:
        until = turn.clock() + OFF_FOR
        await turn.transact(lambda db: hubs.put_off(db, [subscription.id], until=until))
        return
    mode = await turn.transact(lambda db: _prepare(db, subscription, turn.clock()))
    if mode is None:
        emit(_event(subscription, HubOutcome.ENDED, started))
        return
    form = request_form(subscription, mode, websub)
    answer = _poison_failure(subscription, policy) or await turn.http.post(subscription.address, form)
    if isinstance(answer, NotAsked):
        await turn.transact(lambda db: hubs.give_back(db, [subscription.id], now=turn.clock()))
        return
    asked = decide_request(subscription, mode, answer, now=turn.clock(), jitter=random(), policy=websub)
    await asyncio.to_thread(_save, turn.store, asked)
    outcome = HubOutcome.ASKED if isinstance(answer, Reply) else HubOutcome.FAILED
    emit(_event(subscription, outcome, started, answer, mode))


def _prepare(db: Connection, subscription: HubSubscription, now: datetime) -> Mode | None:
    """Save what the hub may verify, and return it; None if the subscription ended instead."""
    mode = next_mode(subscription)
    if mode is None:
        hubs.end(db, subscription)
        return None
    state = subscription.state
    if hubs.lapse(db, subscription.id, now=now):
        state = SubscriptionState.WANTED
    hubs.asking(db, replace(subscription, state=state), mode, now=now)
    return mode


def _poison_failure(subscription: HubSubscription, policy: PollPolicy) -> Failure | None:
    refusal = poison_refusal(subscription.attempts, allowed=policy.attempts, how="while they asked the hub")
    return Failure(refusal=refusal, retryable=True, url=subscription.address) if refusal else None


def _save(store: Store, asked: Asked) -> None:
    with store.begin() as db:
        key = host_key_or_none(asked.address)
        host_id = hosts.ensure(db, [key])[key] if key else asked.host_id
    with store.begin() as db:
        hosts.lock(db, [asked.host_id, host_id])
        hubs.asked(db, replace(asked, host_id=host_id))


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

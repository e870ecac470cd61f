"""What hubs ask and send at the callback: done by the web server, in the time that an answer may take.

A GET verifies or denies a subscription: judged, kept, answered.
A POST is a push: whose is it, is it genuine? It is kept before it is answered, and read later (`push`), so
that a 2xx means that it cannot be lost (section 7). One whose signature is wrong is answered like any other
and forgotten (section 7.1).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import random

from worker.config.groups import WebSubPolicy
from worker.feeds.websub import signature_ok
from worker.model import SubscriptionState
from worker.monitor.events import Event, HubCalled, PushReceived, StrangerCalled, emit
from worker.outcome import CallbackOutcome, Reason, ReceiptOutcome
from worker.rows.hub_subscriptions import HubSubscription
from worker.services.websub import decide as websub_plan
from worker.services.websub.decide import DENIED_FOR
from worker.store import Connection, Store, hubs, pushes

MOST_WAITING = 100
"""Pushes of one subscription that may wait to be read; one that is refused for that, the hub sends again."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hub is told: a status, a plain text, and seconds after which it may come again."""

    status: int
    text: str = ""
    retry_after: int | None = None


NOT_ASKED_FOR = Answer(404, "not asked for\n")
GONE = Answer(410, "no such subscription\n")
RECEIVED = Answer(202)
TOO_MANY = Answer(503, "too much is waiting to be read\n", retry_after=60)


def called(
    store: Store, token: str, query: Iterable[tuple[str, str]], *, now: datetime, limits: WebSubPolicy
) -> Answer:
    """Answer the GET of a hub. Raises `StoreUnavailable`."""
    said = websub_plan.single(query)
    if said is None or not _TOKEN.fullmatch(token):
        emit(StrangerCalled(outcome=CallbackOutcome.ASKED))
        return NOT_ASKED_FOR
    with store.begin() as db:
        event: Event
        subscription = hubs.by_token(db, token, lock=True)
        verdict = websub_plan.judge(subscription, said, now=now) if subscription else "no"
        if subscription is None:
            event, answer = StrangerCalled(outcome=CallbackOutcome.ASKED), NOT_ASKED_FOR
        elif verdict == "no":
            event, answer = _call(CallbackOutcome.REFUSED, subscription), NOT_ASKED_FOR
        elif verdict == "deny":
            event, answer = _deny(db, subscription, said.get("hub.reason"), now)
        elif subscription.asked == "unsubscribe":
            hubs.end(db, subscription)
            event, answer = (
                _call(CallbackOutcome.UNSUBSCRIBED, subscription),
                Answer(200, said["hub.challenge"]),
            )
        else:
            event = _confirm(db, subscription, said.get("hub.lease_seconds"), now, limits)
            answer = Answer(200, said["hub.challenge"])
    emit(event)
    return answer


def _confirm(
    db: Connection, subscription: HubSubscription, said: str | None, now: datetime, limits: WebSubPolicy
) -> HubCalled:
    granted = websub_plan.lease(said, limits)
    renewal = websub_plan.renewal(granted, now=now, jitter=random())
    hubs.confirm(db, subscription, now=now, lease_until=now + granted, due_at=renewal)
    return _call(CallbackOutcome.CONFIRMED, subscription, lease=granted.total_seconds())


def _deny(
    db: Connection, subscription: HubSubscription, said: str | None, now: datetime
) -> tuple[HubCalled, Answer]:
    detail = websub_plan.words(said) or "the hub gives no reason"
    if subscription.state is SubscriptionState.LEAVING:
        hubs.end(db, subscription)
    else:
        hubs.deny(db, subscription, reason=Reason.HUB_DENIED, detail=detail, due_at=now + DENIED_FOR)
    return _call(CallbackOutcome.DENIED, subscription, reason=Reason.HUB_DENIED, detail=detail), Answer(200)


def _call(
    outcome: CallbackOutcome,
    subscription: HubSubscription,
    *,
    reason: str = "",
    detail: str = "",
    lease: float | None = None,
) -> HubCalled:
    return HubCalled(
        outcome=outcome,
        reason=reason,
        detail=detail,
        lease=lease,
        subscription_id=subscription.id,
        feed_id=subscription.feed_id,
        topic=subscription.topic,
    )


def admit(store: Store, token: str) -> Answer | None:
    """Whether a push to this callback is read at all; None: it is. Raises `StoreUnavailable`."""
    subscription, waiting = _look(store, token)
    if subscription is None or subscription.state is SubscriptionState.LEAVING:
        emit(StrangerCalled(outcome=CallbackOutcome.PUSHED))
        return GONE
    if waiting >= MOST_WAITING:
        emit(_push(ReceiptOutcome.REFUSED, subscription))
        return TOO_MANY
    return None


def _look(store: Store, token: str) -> tuple[HubSubscription | None, int]:
    if not _TOKEN.fullmatch(token):
        return None, 0
    with store.begin() as db:
        subscription = hubs.by_token(db, token)
        return subscription, pushes.waiting(db, subscription.id) if subscription else 0


def received(
    store: Store,
    token: str,
    body: bytes,
    *,
    signature: str | None,
    content_type: str | None,
    encoding: str,
    now: datetime,
) -> Answer:
    """Keep a push, or ignore it. Raises `StoreUnavailable`: then the hub is to send it again."""
    with store.begin() as db:
        subscription = hubs.by_token(db, token)
        if subscription is None:
            return GONE
        if not signature_ok(subscription.secret, signature, body):
            outcome = ReceiptOutcome.IGNORED
            words = "its signature is wrong" if signature else "it has no signature"
            hubs.ignored(db, subscription.id, reason=Reason.BAD_SIGNATURE, detail=f"a push came and {words}")
        else:
            kept = pushes.keep(
                db, subscription.id, body=body, content_type=content_type, encoding=encoding, now=now
            )
            outcome = ReceiptOutcome.KEPT if kept else ReceiptOutcome.DOUBLED
    emit(_push(outcome, subscription, size=len(body)))
    return RECEIVED


def _push(outcome: ReceiptOutcome, subscription: HubSubscription, *, size: int = 0) -> PushReceived:
    return PushReceived(
        outcome=outcome,
        reason=Reason.BAD_SIGNATURE if outcome is ReceiptOutcome.IGNORED else "",
        subscription_id=subscription.id,
        feed_id=subscription.feed_id,
        size=size,
    )

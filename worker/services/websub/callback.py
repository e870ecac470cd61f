"""The callback of WebSub hubs: what the web server does for their requests, within the time of an answer.

A GET verifies or denies a subscription: it is judged, saved and answered.
A POST is a push: it is saved before it is answered, and read later (`push`), so that a 2xx means that it
cannot be lost (section 7). A push with a wrong signature is answered like any other, and ignored (section
7.1).
"""

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
from worker.services.websub.decide import (
    DENIED_FOR,
    denial_words,
    granted_lease,
    hub_parameters,
    is_token,
    judge_call,
    renewal_due,
)
from worker.store import Connection, Store, hubs, pushes

MOST_WAITING = 100
"""Pushes of one subscription that may wait to be read; hubs send a refused one again. A guess."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a hub: a status, a plain text, and seconds after which it may try again."""

    status: int
    text: str = ""
    retry_after: int | None = None


NOT_ASKED_FOR = Answer(404, "not asked for\n")
GONE = Answer(410, "no such subscription\n")
RECEIVED = Answer(202)
TOO_MANY = Answer(503, "too much is waiting to be read\n", retry_after=60)


def answer_call(
    store: Store, token: str, query: Iterable[tuple[str, str]], *, now: datetime, policy: WebSubPolicy
) -> Answer:
    """Answer the GET of a hub: a verification or a denial. Raises `StoreUnavailable`."""
    said = hub_parameters(query)
    if said is None or not is_token(token):
        emit(StrangerCalled(outcome=CallbackOutcome.ASKED))
        return NOT_ASKED_FOR
    with store.begin() as db:
        event: Event
        subscription = hubs.by_token(db, token, lock=True)
        verdict = judge_call(subscription, said, now=now) if subscription else "no"
        if subscription is None:
            event, answer = StrangerCalled(outcome=CallbackOutcome.ASKED), NOT_ASKED_FOR
        elif verdict == "no":
            event, answer = _call(CallbackOutcome.REFUSED, subscription), NOT_ASKED_FOR
        elif verdict == "deny":
            event, answer = _deny(db, subscription, said.get("hub.reason"), now)
        elif subscription.asked == "unsubscribe":
            hubs.end(db, subscription)
            event = _call(CallbackOutcome.UNSUBSCRIBED, subscription)
            answer = Answer(200, said["hub.challenge"])
        else:
            event = _confirm(db, subscription, said.get("hub.lease_seconds"), now, policy)
            answer = Answer(200, said["hub.challenge"])
    emit(event)
    return answer


def _confirm(
    db: Connection, subscription: HubSubscription, said: str | None, now: datetime, policy: WebSubPolicy
) -> HubCalled:
    granted = granted_lease(said, policy)
    renewal = renewal_due(granted, now=now, jitter=random())
    hubs.confirm(db, subscription, now=now, lease_until=now + granted, due_at=renewal)
    return _call(CallbackOutcome.CONFIRMED, subscription, lease=granted.total_seconds())


def _deny(
    db: Connection, subscription: HubSubscription, said: str | None, now: datetime
) -> tuple[HubCalled, Answer]:
    detail = denial_words(said)
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


def refuse_push(store: Store, token: str) -> Answer | None:
    """Return why a push to this callback is refused unread; None if it is read. Raises `StoreUnavailable`."""
    subscription, waiting = _look(store, token)
    if subscription is None or subscription.state is SubscriptionState.LEAVING:
        emit(StrangerCalled(outcome=CallbackOutcome.PUSHED))
        return GONE
    if waiting >= MOST_WAITING:
        emit(_push(ReceiptOutcome.REFUSED, subscription))
        return TOO_MANY
    return None


def _look(store: Store, token: str) -> tuple[HubSubscription | None, int]:
    if not is_token(token):
        return None, 0
    with store.begin() as db:
        subscription = hubs.by_token(db, token)
        return subscription, pushes.waiting(db, subscription.id) if subscription else 0


def receive_push(
    store: Store,
    token: str,
    body: bytes,
    *,
    signature: str | None,
    content_type: str | None,
    encoding: str,
    now: datetime,
) -> Answer:
    """Save a push, or ignore it. Raises `StoreUnavailable`: the hub has to send it again."""
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

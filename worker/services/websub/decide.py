"""WebSub decided: what is asked of a hub and when, what a hub may verify, when polling takes over. Pure.

Section numbers are those of the W3C Recommendation "WebSub".
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from worker.config.groups import WebSubPolicy
from worker.feeds import websub
from worker.feeds.cadence.backoff import backoff
from worker.fetch.reply import Reply
from worker.model import SubscriptionState
from worker.rows.hub_subscriptions import HubSubscription, Mode

MOST_HUBS = 3
"""Hubs of one feed that are subscribed to: a second one is there when the first fails, a tenth is a trick."""

TOPIC_LENGTH = 2000
LINKS_WITHIN = 256 * 1024
"""Bytes of a document in which its hubs are looked for, whatever its size."""

VERIFY_WITHIN = timedelta(days=1)
"""How long after our request a hub may verify it: section 5.3 leaves it the time that it takes."""

ASK_AGAIN = timedelta(minutes=10)
"""The least time that a hub which took our request has to verify it before it is asked again."""

DENIED_FOR = timedelta(days=7)
LEAVE_TRIES = 4
SHORTEST_LEASE = timedelta(minutes=1)
LONGEST_LEASE = timedelta(days=365)
RENEW_AGAIN = timedelta(days=1)
"""Missed pushes renew a subscription early at most so often."""

_HUB_LINK = re.compile(rb"""rel\s*=\s*["']?[^"'>]{0,200}\bhub\b|"hubs"\s*:""", re.IGNORECASE)
_CHALLENGE = re.compile(r"[!-;=?-~]{1,1000}")
"""Visible ASCII without angle brackets: what a hub draws at random, and nothing that a browser would read."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def named(reply: Reply) -> tuple[list[str], str]:
    """The hubs that a feed's document or its headers name, and the topic that they push (section 4).

    Where rel=self is missing the topic is the address that answered.
    """
    headers = [("link", reply.headers["link"])] if "link" in reply.headers else []
    content = reply.content()
    kind = reply.headers.get("content-type")
    if content.lstrip()[:1] != b"{":
        # What speaks of the whole feed stands before its items; a part is read as far as it goes.
        content = content[:LINKS_WITHIN]
    if not headers and not _HUB_LINK.search(content):
        return [], reply.url
    hubs, topic = websub.links(headers, content, url=reply.url, content_type=kind)
    usable = [hub for hub in hubs if len(hub) <= TOPIC_LENGTH]
    return usable[:MOST_HUBS], topic if topic and len(topic) <= TOPIC_LENGTH else reply.url


def mode(subscription: HubSubscription) -> Mode | None:
    """What is asked of the hub now; None: nothing any more, the subscription ends by itself."""
    if subscription.state is not SubscriptionState.LEAVING:
        return "subscribe"
    # A hub that was never asked, or that denied, has nothing to unsubscribe.
    wanted = subscription.lease_until is not None and subscription.tries < LEAVE_TRIES
    return "unsubscribe" if wanted else None


def request(subscription: HubSubscription, wanted: Mode, limits: WebSubPolicy) -> dict[str, str]:
    """The form that asks (section 5.1)."""
    form = {
        "hub.callback": limits.callback_of(subscription.token),
        "hub.mode": wanted,
        "hub.topic": subscription.topic,
        # Hubs of the protocol's time as PubSubHubbub 0.3 want it (its section 6.1), later ones ignore it.
        "hub.verify": "async",
    }
    if wanted == "subscribe":
        form["hub.lease_seconds"] = str(int(limits.lease.total_seconds()))
        form["hub.secret"] = subscription.secret
    return form


def next_try(tries: int, *, taken: bool, now: datetime, jitter: float, limits: WebSubPolicy) -> datetime:
    """When the hub is asked again, unless it verifies before; `tries` counts the requests so far."""
    wait = backoff(tries, base=limits.error_base, cap=limits.error_cap, jitter=jitter)
    return now + (max(wait, ASK_AGAIN) if taken else wait)


def lease(said: str | None, limits: WebSubPolicy) -> timedelta:
    """The lease that a hub grants; what it does not say, or not in seconds, is what was asked for."""
    if said is None or not re.fullmatch(r"[0-9]{1,12}", said):
        return limits.lease
    return min(max(timedelta(seconds=int(said)), timedelta(seconds=1)), LONGEST_LEASE)


def renewal(granted: timedelta, *, now: datetime, jitter: float) -> datetime:
    """When to renew: after 60 to 75 % of the lease, so that a quarter of it is left for further tries.

    Never sooner than in a minute: a hub that grants seconds is not asked every few seconds for that.
    """
    return now + max(granted * (0.75 - 0.15 * jitter), SHORTEST_LEASE)


def single(query: Iterable[tuple[str, str]]) -> Mapping[str, str] | None:
    """The `hub.` parameters of a request; None where one is given twice, which no honest hub does."""
    found: dict[str, str] = {}
    for key, value in query:
        if key.startswith("hub."):
            if key in found:
                return None
            found[key] = value
    return found


Verdict = Literal["confirm", "deny", "no"]


def judge(subscription: HubSubscription, query: Mapping[str, str], *, now: datetime) -> Verdict:
    """What a hub's GET on the callback means (sections 5.2 and 5.3); "no" is answered by a 404."""
    if query.get("hub.topic") != subscription.topic:
        return "no"
    if query.get("hub.mode") == "denied":
        return "deny"
    if subscription.asked is None or query.get("hub.mode") != subscription.asked:
        return "no"
    if subscription.asked_at is None or now - subscription.asked_at > VERIFY_WITHIN:
        return "no"
    return "confirm" if _CHALLENGE.fullmatch(query.get("hub.challenge", "")) else "no"


def words(said: str | None) -> str:
    """What a hub gives as its reason, fit for a log line and a terminal."""
    return _CONTROLS.sub(" ", said or "").encode("utf-8", "replace").decode()[:300].strip()


def relied_on(lease_until: datetime | None, *, now: datetime, limits: WebSubPolicy) -> datetime | None:
    """Until when a feed is polled less often after a push at `now`."""
    return None if lease_until is None else min(lease_until, now + limits.silence)

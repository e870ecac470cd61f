"""Decisions of WebSub: requests to hubs, their verifications, and how long pushes are trusted. Pure.

Section numbers are those of the W3C Recommendation "WebSub".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from worker.config.groups import WebSubPolicy
from worker.feeds import websub
from worker.feeds.cadence.backoff import backoff
from worker.fetch.reply import Failure, Reply
from worker.model import SubscriptionState
from worker.rows.hub_subscriptions import Asked, HubSubscription, Mode
from worker.urls import host_key_or_none

MOST_HUBS = 3
"""Hubs of one feed that are subscribed at: a second one helps when the first fails, a tenth is a trick."""

MOST_ROWS = 10
"""Subscriptions of one feed, those being left included: a bound for feeds that name other hubs each time."""

TOPIC_LENGTH = 2000
"""Characters of a topic or of a hub's address: browsers and servers handle addresses of this length."""

LINKS_WITHIN = 256 * 1024
"""Bytes of a document that are searched for hubs. A guess: these links come before the items."""

VERIFY_WITHIN = timedelta(days=1)
"""How long after our request a hub may verify it; section 5.3 sets no limit. A guess."""

ASK_AGAIN = timedelta(minutes=10)
"""The least time that a hub has for its verification before it is asked again. A guess."""

DENIED_FOR = timedelta(days=7)
"""How long after a denial the hub is asked again. A guess."""

LEAVE_TRIES = 4
"""Requests to unsubscribe before a hub is left without its answer. A guess."""

BACK_AFTER = 3
"""Failed requests after which a hub that redirected us is asked at its own address again. A guess."""

SHORTEST_LEASE = timedelta(minutes=1)
LONGEST_LEASE = timedelta(days=365)
"""Bounds on the leases that hubs grant. Hubs in use grant 5 to 15 days."""

RENEW_AGAIN = timedelta(days=1)
"""How often missed pushes may renew a subscription before its time. A guess."""

_HUB_LINK = re.compile(rb"""rel\s*=\s*["']?[^"'>]{0,200}\bhub\b|"hubs"\s*:""", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_CHALLENGE = re.compile(r"[!-;=?-~]{1,1000}")
"""Visible ASCII without angle brackets: enough for a random challenge, and nothing that a browser would
run."""

# Control characters of ASCII and Latin-1: a terminal would obey them.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def named_hubs(reply: Reply) -> tuple[list[str], str]:
    """Return the hubs that a feed's document or its headers name, and the topic that they push (section 4).

    Without rel=self the topic is the address that answered.
    """
    headers = [("link", reply.headers["link"])] if "link" in reply.headers else []
    content = reply.content()
    if content.lstrip()[:1] != b"{":
        content = content[:LINKS_WITHIN]
    if not headers and not _HUB_LINK.search(content):
        return [], reply.url
    kind = reply.headers.get("content-type")
    hubs, topic = websub.links(headers, content, url=reply.url, content_type=kind)
    usable = [hub for hub in hubs if len(hub) <= TOPIC_LENGTH]
    return usable[:MOST_HUBS], topic if topic and len(topic) <= TOPIC_LENGTH else reply.url


@dataclass(frozen=True, slots=True)
class HubChanges:
    """Hubs to subscribe at, by address, each with the key of its host; and subscriptions to leave."""

    new: Mapping[str, str]
    left: Sequence[HubSubscription]

    def __bool__(self) -> bool:
        return bool(self.new or self.left)


def hub_changes(known: Sequence[HubSubscription], hubs: Sequence[str], topic: str) -> HubChanges:
    """Compare the subscriptions of a feed with the hubs and the topic that its document names."""
    kept = [one for one in known if one.state is not SubscriptionState.LEAVING]
    have = {(one.hub, one.topic) for one in kept}
    new = {hub: key for hub in hubs if (hub, topic) not in have and (key := host_key_or_none(hub))}
    left = [one for one in kept if one.hub not in hubs or one.topic != topic]
    return HubChanges({} if len(known) + len(new) > MOST_ROWS else new, left)


def next_mode(subscription: HubSubscription) -> Mode | None:
    """Return what to request of the hub; None if nothing is left and the subscription ends."""
    if subscription.state is not SubscriptionState.LEAVING:
        return "subscribe"
    # A hub that was never asked, or that denied, has nothing to unsubscribe.
    wanted = subscription.lease_until is not None and subscription.tries < LEAVE_TRIES
    return "unsubscribe" if wanted else None


def request_form(subscription: HubSubscription, mode: Mode, policy: WebSubPolicy) -> dict[str, str]:
    """Return the form of a request to a hub (section 5.1)."""
    form = {
        "hub.callback": policy.callback_of(subscription.token),
        "hub.mode": mode,
        "hub.topic": subscription.topic,
        # Required by hubs of PubSubHubbub 0.3 (its section 6.1), ignored by later ones.
        "hub.verify": "async",
    }
    if mode == "subscribe":
        form["hub.lease_seconds"] = str(int(policy.lease.total_seconds()))
        form["hub.secret"] = subscription.secret
    return form


def decide_request(
    subscription: HubSubscription,
    mode: Mode,
    answer: Reply | Failure,
    *,
    now: datetime,
    jitter: float,
    policy: WebSubPolicy,
) -> Asked:
    """Decide what a hub's answer to a request means: where and when it is asked again, unless it verifies."""
    tries = subscription.tries + 1
    due_at = next_request(tries, accepted=isinstance(answer, Reply), now=now, jitter=jitter, policy=policy)
    address, refusal = subscription.address, None
    if isinstance(answer, Failure):
        refusal = answer.refusal
        if tries >= BACK_AFTER:
            address = subscription.hub
        due_at = max(due_at, now + min(answer.retry_after or timedelta(0), policy.error_cap))
    elif answer.moved_permanently_to is not None:
        address = answer.moved_permanently_to
    return Asked(
        id=subscription.id,
        mode=mode,
        due_at=due_at,
        address=address,
        host_id=subscription.host_id,
        reason=refusal.reason if refusal else None,
        detail=refusal.detail if refusal else None,
    )


def next_request(
    tries: int, *, accepted: bool, now: datetime, jitter: float, policy: WebSubPolicy
) -> datetime:
    """Return when the hub is asked again unless it verifies before; `tries` counts the requests so far."""
    wait = backoff(tries, base=policy.error_base, cap=policy.error_cap, jitter=jitter)
    return now + (max(wait, ASK_AGAIN) if accepted else wait)


def granted_lease(seconds: str | None, policy: WebSubPolicy) -> timedelta:
    """Return the lease that a hub grants; the requested one if `seconds` is missing or not a number."""
    if seconds is None or not re.fullmatch(r"[0-9]{1,12}", seconds):
        return policy.lease
    return min(max(timedelta(seconds=int(seconds)), timedelta(seconds=1)), LONGEST_LEASE)


def renewal_due(lease: timedelta, *, now: datetime, jitter: float) -> datetime:
    """Return when to renew: after 60 to 75 % of the lease, which leaves a quarter of it for retries.

    At least a minute from now: a hub that grants leases of seconds is not asked every few seconds.
    """
    return now + max(lease * (0.75 - 0.15 * jitter), SHORTEST_LEASE)


def hub_parameters(query: Iterable[tuple[str, str]]) -> Mapping[str, str] | None:
    """Return the `hub.` parameters of a request; None if one is given twice, which no honest hub does."""
    found: dict[str, str] = {}
    for key, value in query:
        if key.startswith("hub."):
            if key in found:
                return None
            found[key] = value
    return found


def is_token(text: str) -> bool:
    """Return whether `text` has the form of a callback's token."""
    return _TOKEN.fullmatch(text) is not None


Verdict = Literal["confirm", "deny", "no"]


def judge_call(subscription: HubSubscription, query: Mapping[str, str], *, now: datetime) -> Verdict:
    """Judge a hub's GET on the callback (sections 5.2 and 5.3); "no" is answered with a 404."""
    if query.get("hub.topic") != subscription.topic:
        return "no"
    if query.get("hub.mode") == "denied":
        return "deny"
    if subscription.asked is None or query.get("hub.mode") != subscription.asked:
        return "no"
    if subscription.asked_at is None or now - subscription.asked_at > VERIFY_WITHIN:
        return "no"
    return "confirm" if _CHALLENGE.fullmatch(query.get("hub.challenge", "")) else "no"


def denial_words(reason: str | None) -> str:
    """Return a hub's reason for a denial, made fit for a log line and a terminal."""
    words = _CONTROLS.sub(" ", reason or "").encode("utf-8", "replace").decode()[:300].strip()
    return words or "the hub gives no reason"


def trusted_until(lease_until: datetime | None, *, now: datetime, policy: WebSubPolicy) -> datetime | None:
    """Return until when a feed is polled less often after a push at `now`."""
    return None if lease_until is None else min(lease_until, now + policy.silence)

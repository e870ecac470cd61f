"""Rows of subscriptions at WebSub hubs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from worker.model import SubscriptionState

Mode = Literal["subscribe", "unsubscribe"]


@dataclass(frozen=True, slots=True)
class HubSubscription:
    """A subscription, as requests to the hub and the checks of its verification need it."""

    id: int
    feed_id: int | None
    host_id: int
    hub: str
    address: str
    topic: str
    token: str
    secret: str
    state: SubscriptionState
    attempts: int
    tries: int
    asked: Mode | None
    asked_at: datetime | None
    confirmed_at: datetime | None
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A subscription to request; `host_id` is the host of the hub."""

    hub: str
    host_id: int
    topic: str
    token: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a request to a hub ended: accepted, or refused for a `reason`. The hub answers at `address`."""

    id: int
    mode: Mode
    due_at: datetime
    address: str
    host_id: int
    reason: str | None = None
    detail: str | None = None

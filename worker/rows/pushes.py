"""Rows of pushes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PushClaim:
    """A push that was claimed, and the number of its lease."""

    id: int
    lease: int


@dataclass(frozen=True, slots=True)
class Push:
    """A push to read. `body` is as received, in `encoding` as the hub claims.

    `feed_id` None: the feed was removed.
    """

    id: int
    lease: int
    attempts: int
    subscription_id: int
    feed_id: int | None
    topic: str
    content_type: str | None
    encoding: str
    body: bytes
    received_at: datetime

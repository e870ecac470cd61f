"""Rows of walks back through archives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.model import WalkEvent


@dataclass(frozen=True, slots=True)
class Walk:
    """An open walk. `noticed_at` is when the gap that it fills was noticed; None if a command began it."""

    id: int
    feed_id: int
    gap_id: int | None
    host_id: int
    attempts: int
    errors: int
    kind: str
    next_url: str
    ahead: list[dict[str, str]]
    seen: list[int]
    since: datetime | None
    pages: int
    pages_limit: int
    found: int
    known: int
    feed_url: str
    noticed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkUpdate:
    """How a page left its walk. `host_id` is the host of `next_url`.

    `found` and `known` are the numbers of its entries that are new and that were known before.
    """

    id: int
    event: WalkEvent
    host_id: int
    kind: str
    next_url: str
    ahead: Sequence[dict[str, str]]
    seen: Sequence[int]
    due_at: datetime | None
    errors: int = 0
    pages: int = 0
    found: int = 0
    known: int = 0
    oldest: datetime | None = None
    reason: str | None = None
    detail: str | None = None

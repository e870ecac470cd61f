"""Rows of feeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from worker.model import FeedState


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, as its poll needs it."""

    id: int
    url: str
    host_id: int
    state: FeedState
    attempts: int
    errors: int
    etag: str | None
    last_modified: str | None
    body_hash: UUID | None
    item_hashes: list[int] | None
    cadence: dict[str, Any] | None
    moved_to: str | None
    moved_seen: int
    last_polled_at: datetime | None
    last_items: int
    settings: dict[str, Any]
    pushed_until: datetime | None = None
    due_at: datetime | None = None
    due_because: str | None = None
    host_share: float | None = None
    """Its share of the polls of its host: its √rate over the sum of those of all feeds; None: not loaded."""

    @property
    def is_listing(self) -> bool:
        """Whether it is a page that lists articles: made for people, so robots.txt applies to it."""
        return "listing" in self.settings


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedUpdate:
    """How a poll left a feed. None in a field of the document leaves it unchanged."""

    state: FeedState
    due_at: datetime | None
    due_because: str
    errors: int
    reason: str | None = None
    detail: str | None = None
    warning: str | None = None
    kind: str | None = None
    title: str | None = None
    link: str | None = None
    language: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: UUID | None = None
    item_hashes: Sequence[int] | None = None
    cadence: dict[str, Any] | None = None
    moved_to: str | None = None
    moved_seen: int = 0
    url: str | None = None
    host_id: int | None = None
    ok: bool = False
    unchanged: bool = False
    new: int = 0
    items: int | None = None
    overlap: int | None = None
    pushes_missed: bool = False
    pushed_until: datetime | None = None
    timed: int = 0
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed to add."""

    url: str
    host_id: int
    publisher_id: int | None
    title: str | None
    labels: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

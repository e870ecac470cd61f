"""Rows of feeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from worker.model import FeedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What the operator has set for one feed; each comes before all settings and the publisher's wishes.

    `interval` is the time between two polls, `min_interval` the least; entries older than `max_age` are
    refused; `full_text` says whether its entries' pages are fetched; `user_agent` is sent in its polls.
    """

    interval: timedelta | None = None
    min_interval: timedelta | None = None
    max_age: timedelta | None = None
    full_text: bool | None = None
    user_agent: str | None = None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Overrides":
        """Read the settings of a feed, where spans are seconds."""
        return cls(
            interval=_span(settings.get("interval")),
            min_interval=_span(settings.get("min_interval")),
            max_age=_span(settings.get("max_age")),
            full_text=settings.get("full_text"),
            user_agent=settings.get("user_agent"),
        )


NOTHING_OVERRIDDEN = Overrides()


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


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
    link: str | None = None
    whole_at: datetime | None = None
    not_modified: int = 0
    validators_off_until: datetime | None = None
    labels: tuple[str, ...] = ()
    host_share: float | None = None
    """Its share of the polls of its host: its √rate over the sum of those of all feeds; None: not loaded."""

    @property
    def is_listing(self) -> bool:
        """Whether it is a page that lists articles: made for people, so robots.txt applies to it."""
        return "listing" in self.settings

    @property
    def overrides(self) -> Overrides:
        """What the operator has set for it."""
        return Overrides.of(self.settings) if self.settings else NOTHING_OVERRIDDEN


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
    whole: bool = False
    not_modified: int = 0
    validators_off_until: datetime | None = None
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

"""Rows of pages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from worker.outcome import Refusal
from worker.rows.entries import Look
from worker.text.dates.precision import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A response to store. `body` is as received, in `encoding`.

    `status` None: nothing was fetched, and extraction reads what the feed carried. `fetched_at` None: now.
    """

    entry_id: int
    url: str
    status: int | None
    content_type: str | None
    headers: dict[str, str]
    body: bytes
    encoding: str
    size: int
    reason: str | None = None
    detail: str | None = None
    reserved: dict[str, Any] = field(default_factory=dict)
    fetched_at: datetime | None = None

    @classmethod
    def bodiless(cls, entry_id: int, url: str, refusal: Refusal) -> "NewPage":
        """Return a page that has extraction read the feed's own text; `refusal` says why none was fetched."""
        return cls(
            entry_id=entry_id,
            url=url,
            status=None,
            content_type=None,
            headers={},
            body=b"",
            encoding="",
            size=0,
            reason=refusal.reason,
            detail=refusal.detail,
        )


@dataclass(frozen=True, slots=True)
class PageClaim:
    """A page that was claimed for extraction, and the number of its lease."""

    id: int
    lease: int


@dataclass(frozen=True, slots=True)
class FeedSaid:
    """What the feed says about the entry of a page. Without a precision, a date is an instant.

    `discovered_at` is when a poll found the entry: it was published before.
    """

    title: str | None
    authors: tuple[str, ...]
    published: datetime | None
    updated: datetime | None
    summary: str | None
    content: str | None
    language: str | None
    published_precision: Precision | None
    updated_precision: Precision | None
    discovered_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page to extract. `article_id` is set if its entry is stored; `said` is what the feed says of it.

    `was_read`: an article was extracted from it before, and nothing was requested this time. `read_by` says
    by what its article was read last. `look` is what the last look showed, `labels` are those of its feed.
    """

    id: int
    lease: int
    attempts: int
    entry_id: int
    url: str
    status: int | None
    content_type: str | None
    headers: dict[str, str]
    body: bytes
    encoding: str
    reason: str | None
    detail: str | None
    fetched_at: datetime
    reserved: dict[str, Any]
    entry_url: str | None
    host_id: int | None
    article_id: int | None
    publisher_id: int | None
    looks: int
    was_read: bool
    read_by: str | None
    look: Look
    said: FeedSaid
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageEnd:
    """How extraction left a page."""

    id: int
    lease: int
    state: str
    reason: str | None
    detail: str | None
    extractor: str
    keep: bool = True
    """Whether the body is kept until its retention has passed; if not, it is deleted at once."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The page that an article was read from. `status` None: its text came with the feed.

    `body` is as received, in `encoding`; None once its retention has passed.
    """

    url: str
    status: int | None
    content_type: str | None
    encoding: str
    body: bytes | None
    fetched_at: datetime

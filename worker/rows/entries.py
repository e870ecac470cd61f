"""Rows of entries, and the items that become entries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from worker.model import EntryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a feed's document, ready to be stored as an entry and a sighting."""

    key: UUID
    guid: str | None
    guid_key: UUID | None
    item_hash: int | None
    position: int
    url: str | None
    host_id: int | None
    title: str | None
    authors: tuple[str, ...]
    published: datetime | None
    updated: datetime | None
    summary: str | None
    content: str | None
    language: str | None
    said: UUID


@dataclass(frozen=True, slots=True)
class Known:
    """An entry that an item may be: found by the item's key, or by its guid in the same feed.

    `here`: it was seen in the feed that was asked about.
    """

    id: int
    feed_id: int | None
    key: UUID
    guid_key: UUID | None
    url: str | None
    title: str | None
    published: datetime | None
    said: UUID
    state: EntryState
    here: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What a host's turn needs to know of an entry that is due."""

    id: int
    host_id: int
    url: str
    state: EntryState
    attempts: int
    errors: int
    looks: int
    article_id: int | None
    etag: str | None
    last_modified: str | None
    body_hash: UUID | None
    has_content: bool
    has_text: bool
    hop_url: str | None
    hops: int
    home_host_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryUpdate:
    """How a fetch left an entry.

    `hop_url` is where a redirect to the host `host_id` led, to be asked there; None: it starts again at home.
    """

    id: int
    state: EntryState
    due_at: datetime | None
    errors: int = 0
    looks: int = 0
    reason: str | None = None
    detail: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: UUID | None = None
    hop_url: str | None = None
    hops: int = 0
    host_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedEntry:
    """How extraction left an entry: with its article, or refused for a reason.

    `due_at` is when the page of a new article is looked at again.
    """

    id: int
    state: EntryState
    article_id: int | None = None
    due_at: datetime | None = None
    reason: str | None = None
    detail: str | None = None

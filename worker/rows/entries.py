"""Rows of entries, and the items that become entries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from worker.model import EntryState, LookState
from worker.text.dates.precision import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a feed's document, ready to be stored as an entry and a sighting.

    It may be known under any of `keys`, the best first, and is stored under `key`; `old_key` is the key that
    the first version of this service gave to items without guid and link. `guid_key` is the hash of its name
    in its feed: the guid, else the link, else the text. `facts` is equal for one item that a document lists
    repeatedly. `item_hash` is a hash of the item's source, `edit_hash` one of the fields that count as an
    edit. `fragment` is the part of the page at `url` that the link leads to. With a `reason` the entry is
    refused as soon as it is discovered; else it is due `wait_seconds` after that.
    """

    key: UUID
    keys: tuple[UUID, ...]
    old_key: UUID | None
    facts: UUID
    guid: str | None
    guid_key: UUID
    item_hash: int | None
    position: int
    url: str | None
    fragment: str | None
    host_id: int | None
    title: str | None
    authors: tuple[str, ...]
    published: datetime | None
    updated: datetime | None
    summary: str | None
    content: str | None
    language: str | None
    edit_hash: UUID
    reason: str | None = None
    detail: str | None = None
    published_precision: Precision | None = None
    updated_precision: Precision | None = None
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Known:
    """An entry that an item may be: it has one of the item's keys, or its name in the same feed.

    `here` is whether it was seen in the feed that is polled; `guid_key`, `guid` and `item_hash` are those of
    the item that was seen there last.
    """

    id: int
    feed_id: int | None
    key: UUID
    guid_key: UUID | None
    guid: str | None
    item_hash: int | None
    url: str | None
    title: str | None
    published: datetime | None
    edit_hash: UUID
    state: EntryState
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the last look at the page of a stored entry showed; all other fields are empty for a good one.

    `since` and `times` count the looks in a row that were not good, whatever they showed. `sketch` is that of
    the doubtful text, first seen at `text_since` and `text_times` in a row.
    """

    state: LookState = LookState.GOOD
    reason: str | None = None
    detail: str | None = None
    since: datetime | None = None
    times: int = 0
    sketch: bytes | None = None
    text_since: datetime | None = None
    text_times: int = 0


@dataclass(frozen=True, slots=True)
class LookUpdate:
    """The new look of a stored entry, whose page is fetched again at `again`; None: as planned."""

    entry_id: int
    look: Look
    again: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A due entry, as a host's turn needs it.

    `full_text` is whether the operator wants the pages of its feed fetched; None: as the host's settings say.
    `text_from_feed`: it is stored, and its article has the text that the feed carried.
    `look` and `look_times` are those of its `Look`.
    """

    id: int
    host_id: int
    url: str
    state: EntryState
    attempts: int
    errors: int
    looks: int
    look: LookState
    look_times: int
    article_id: int | None
    etag: str | None
    last_modified: str | None
    body_hash: UUID | None
    has_content: bool
    has_text: bool
    text_from_feed: bool
    hop_url: str | None
    hops: int
    home_host_id: int | None
    full_text: bool | None = None


@dataclass(frozen=True, slots=True)
class PagelessEntry:
    """A due entry that has no page to fetch; `has_text`: its feed carried a text."""

    id: int
    state: EntryState
    looks: int
    has_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryUpdate:
    """How a fetch left an entry.

    `hop_url` is where a redirect to the host `host_id` led, to be fetched in that host's turn; None: the next
    fetch starts at the entry's own address. `url` is the address that the entry had when the turn took it.
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
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedEntry:
    """How extraction left an entry: with its article, or refused for a reason.

    `due_at` is when the page of a new article is fetched again; `page_key` the key of the address at which
    the page was fetched, None if only the text of the feed was read.
    """

    id: int
    state: EntryState
    article_id: int | None = None
    due_at: datetime | None = None
    reason: str | None = None
    detail: str | None = None
    page_key: UUID | None = None


@dataclass(frozen=True, slots=True)
class FetchedAt:
    """An entry whose page was fetched at the address with this key, and the article that it led to."""

    key: UUID
    entry_id: int
    article_id: int

"""A parsed feed: the frozen values that every format is read into."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.text.dates.precision import Precision


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with an entry. `url` is absolute; `length` is in bytes as the feed claims it."""

    url: str
    type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One item of a feed. What the feed does not say, or says unreadably, is None or empty, never a guess.

    `id` is the guid or id exactly as written, not resolved against any address, so a feed that moves keeps
    its entries. `link` and `enclosures` are absolute and http(s). `title` is plain text. `summary` and
    `content` are HTML or text without active parts and with absolute links.

    Dates are aware. With precision 'day' only the date is known: the zone means nothing, and the clock
    (midnight if there is none) is that of an unknown zone. Without a precision they are instants."""

    id: str | None = None
    link: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    summary: str | None = None
    content: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    published_precision: Precision | None = None
    updated_precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class Hints:
    """How often the publisher wants the feed to be polled.

    `min_interval` is the longest of RSS `ttl` and the Syndication module's period over frequency.
    """

    min_interval: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A whole document. `kind` is rss, atom, rdf, json or sitemap; `link` is the site's address.

    `warnings` says what was wrong with a document that could still be read. `hubs` and `self_url` are the
    WebSub links inside the document. Older entries are at `prev_archive` and `next_page` (RFC 5005, sections
    4 and 3; JSON Feed's `next_url`); `complete` says that there are none (section 2). `generator` names the
    program that made the document."""

    kind: str
    title: str | None = None
    link: str | None = None
    language: str | None = None
    entries: tuple[ParsedEntry, ...] = ()
    warnings: tuple[str, ...] = ()
    hints: Hints = field(default_factory=Hints)
    hubs: tuple[str, ...] = ()
    self_url: str | None = None
    prev_archive: str | None = None
    next_page: str | None = None
    complete: bool = False
    generator: str | None = None

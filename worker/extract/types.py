"""The values of extraction: what goes in beside the page, and the parts of the Article that comes out.

Everything is frozen and hashable. Texts are NFC, single-spaced and never empty: what is missing is None
or an empty tuple.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

VERSION = "4"
"""Of the extractor: moves whenever its results may, so that a re-run can be compared with what is stored."""

BlockKind = Literal["heading", "paragraph", "quote", "list_item", "table", "preformatted"]
Absolute = Callable[[str], str | None]
"""Makes a link as written absolute, or None where it leads nowhere."""
Headers = Sequence[tuple[str, str]]
"""Of the response, in order; names in any case."""
Source = Literal[
    "script",
    "json-ld",
    "opengraph",
    "meta",
    "microdata",
    "html",
    "feed",
    "url",
    "header",
    "rule",
    "text",
    "site",
]


class FeedItem(Protocol):
    """What the feed said about the page. Any attribute may be None or empty; `content` is HTML."""

    @property
    def title(self) -> str | None: ...
    @property
    def authors(self) -> tuple[str, ...]: ...
    @property
    def published(self) -> datetime | None: ...
    @property
    def updated(self) -> datetime | None: ...
    @property
    def summary(self) -> str | None: ...
    @property
    def content(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a block: characters `start` to `end` of its text lead to `url` (absolute)."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the body in reading order.

    `level` is 1 to 6 for a heading, the depth from 1 for a list item. `attribution` is who is quoted, where
    the page says it. A table's text has a line for each row and a tab between cells.
    """

    kind: BlockKind
    text: str
    level: int | None = None
    attribution: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article; `url` is absolute, `file_photo`: the caption calls it archive material."""

    url: str
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    lead: bool = False
    file_photo: bool = False


@dataclass(frozen=True, slots=True)
class Rights:
    """What the publisher allows. `robots` are the directives of page and headers, lower case, in order, once
    each; those for one agent begin with its name ("googlebot-news: noindex"). `noindex` is for all or for us.
    `agents_denied` are those agents asked about whom the site's robots.txt forbids the page."""

    licence: str | None = None
    robots: tuple[str, ...] = ()
    noindex: bool = False
    noarchive: bool = False
    noai: bool = False
    tdm_reserved: bool = False
    tdm_policy: str | None = None
    agents_denied: tuple[str, ...] = ()

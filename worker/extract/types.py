"""The values of extraction: its input in addition to the page, and the parts of an Article.

Everything is frozen and hashable. Texts are NFC, single-spaced and never empty: missing values become None or
an empty tuple.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

VERSION = "8"
"""Version of the extractor: changes whenever results may, so that stored articles can be extracted again."""

BlockKind = Literal["heading", "paragraph", "quote", "list_item", "table", "preformatted", "footnote"]
Absolute = Callable[[str], str | None]
"""Returns the absolute address of a link as written; None if it leads nowhere."""
Headers = Sequence[tuple[str, str]]
"""Headers of the response, in order; names in any case."""
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
    """The statements of the feed about the page. Each attribute may be None; `content` is HTML.

    An item may have three attributes more: `published_precision` and `updated_precision` (without, an aware
    date is an instant and a naive one a day), and `discovered_at`, when a poll found it."""

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

    `level` is 1 to 6 for a heading, the depth from 1 for a list item; `ordered`: its list has numbers.
    `attribution` is the speaker of a quote, if known. A table has a line for each row and a tab between its
    cells. Footnotes come after the text, in their order.
    """

    kind: BlockKind
    text: str
    level: int | None = None
    attribution: str | None = None
    links: tuple[Link, ...] = ()
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article; `url` is absolute; `file_photo`: the caption says it is from the archive."""

    url: str
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    lead: bool = False
    file_photo: bool = False


@dataclass(frozen=True, slots=True)
class Rights:
    """What the publisher allows.

    `robots` are the directives of page and headers, in lower case and order, each once; those for one agent
    begin with its name ("googlebot-news: noindex"). `noindex` is for all agents or for us. `agents_denied`
    are the agents, of those in the settings, that the site's robots.txt forbids the page.
    """

    licence: str | None = None
    robots: tuple[str, ...] = ()
    noindex: bool = False
    noarchive: bool = False
    noai: bool = False
    tdm_reserved: bool = False
    tdm_policy: str | None = None
    agents_denied: tuple[str, ...] = ()

"""A feed that is to be written: the values that each format is made from."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

GENERATOR = "Wiredesk"
"""The program that all formats name as the feed's maker."""

_FEEDS = UUID("6f0c2f6e-8d57-4f0e-9c5c-0b6f7a1d3e55")
"""The namespace of the feeds' own ids (RFC 9562, section 5.5): random, chosen once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedItem:
    """An article in a feed.

    `id` is an address for good, as urn:uuid. `html` is the whole text and `summary` plain text. `site` is the
    outlet's name, which stands for the author where none is named. Instants are aware.
    """

    id: str
    url: str
    title: str
    html: str
    updated: datetime
    summary: str | None = None
    published: datetime | None = None
    authors: tuple[str, ...] = ()
    site: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None

    @property
    def bylines(self) -> tuple[str, ...]:
        """The authors, else the outlet."""
        return self.authors or ((self.site,) if self.site else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneItem:
    """An article that was withdrawn, for readers that delete their copy (RFC 6721)."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A page of a feed. Addresses are absolute; `next_url` has older items (RFC 5005, section 3)."""

    id: str
    title: str
    updated: datetime
    self_url: str
    first_url: str
    home_url: str
    next_url: str | None = None
    items: tuple[PublishedItem, ...] = ()
    gone: tuple[GoneItem, ...] = ()


def feed_urn(name: str) -> str:
    """Return the id of the feed with this name, whatever the address of the service."""
    return uuid5(_FEEDS, name).urn

"""The objects of the API's answers, as frozen dataclasses.

A field that the service does not know is None (or empty, for lists). Fields that a newer service adds are in
`raw`, the answer as it came. Instants are aware datetimes in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link from the characters `start` to `end` of a block's text to `url`."""

    start: int = 0
    end: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of the body: heading, paragraph, quote, list_item, table, preformatted or footnote."""

    kind: str = "paragraph"
    text: str = ""
    level: int | None = None
    ordered: bool = False
    attribution: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of the article, on the publisher's server."""

    url: str = ""
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    lead: bool = False
    file_photo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the publisher allows."""

    licence: str | None = None
    robots: tuple[str, ...] = ()
    noindex: bool = False
    noarchive: bool = False
    noai: bool = False
    tdm_reserved: bool = False
    tdm_policy: str | None = None
    agents_denied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """When a version was seen, and the fields that differ from the previous version."""

    number: int = 0
    seen_at: datetime | None = None
    changed: tuple[str, ...] = ()
    extractor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A feed that listed the article."""

    feed_id: int = 0
    feed: str = ""
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article, or one revision of it.

    `key` is its name for good, and the one to store copies under: it is the same after a restore of the
    service's database, where `id` may not be. Lists and search results leave out the body, and `revisions`
    and `sightings` come with a single article only.
    """

    id: int = 0
    key: str | None = None
    url: str = ""
    state: str | None = None
    revision: int = 0
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    blocks: tuple[Block, ...] = ()
    word_count: int | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    published: datetime | None = None
    published_precision: str | None = None
    published_offset: int | None = None
    modified: datetime | None = None
    modified_precision: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    feeds: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    site_name: str | None = None
    publisher: str | None = None
    publisher_name: str | None = None
    publisher_country: str | None = None
    kind: str | None = None
    paywalled: bool | None = None
    images: tuple[Image, ...] = ()
    rights: Rights | None = None
    story_id: int | None = None
    stored_at: datetime | None = None
    revised_at: datetime | None = None
    removed_at: datetime | None = None
    extractor: str | None = None
    revisions: tuple[Revision, ...] = ()
    sightings: tuple[Seen, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that happened, as `follow` yields it.

    `kind` is created, revised, refreshed, removed, restored, story, purged or reset. `article` is the
    present version of the article; None if it was purged or no longer matches the filter, and for a reset.
    `cursor` is the change's place in the log.

    A reset comes after the service's database was restored from a backup: the changes above `void_after` and
    below `cursor` never happened.
    """

    cursor: int = 0
    kind: str = ""
    article_id: int | None = None
    key: str | None = None
    matches: bool = True
    changed: tuple[str, ...] = ()
    cause: str | None = None
    words_added: int | None = None
    words_removed: int | None = None
    at: datetime | None = None
    void_after: int | None = None
    epoch: str | None = None
    article: Article | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_reset(self) -> bool:
        """Whether this is about the log, not about an article."""
        return self.kind == "reset"

    @property
    def is_gone(self) -> bool:
        """Whether a copy of the article is to be deleted: purged, withdrawn, or no longer matching."""
        if self.is_reset:
            return False
        return self.article is None or not self.matches or self.article.state == "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPiece:
    """A run of text that both revisions have (`op` is equal), or only one of them (delete, insert)."""

    op: str = "equal"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What changed from the revision `earlier` to the revision `later`, word by word.

    The pieces that are not inserted give the earlier text when joined, those that are not deleted the later.
    """

    article_id: int = 0
    earlier: int = 0
    later: int = 0
    changed: tuple[str, ...] = ()
    words_added: int = 0
    words_removed: int = 0
    title: tuple[DiffPiece, ...] = ()
    summary: tuple[DiffPiece, ...] = ()
    text: tuple[DiffPiece, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete:
    """What may be missing from a group of counts: unfilled gaps, and quiet or failing feeds."""

    gaps: int = 0
    quiet: int = 0
    failing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CountGroup:
    """The counts of a group: how many match, of how many. A dimension that is not counted by is None."""

    day: str | None = None
    published: str | None = None
    publisher: str | None = None
    language: str | None = None
    label: str | None = None
    matches: int = 0
    total: int = 0
    incomplete: Incomplete = field(default_factory=Incomplete)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Counts of articles by group. `frame` is the filter of the totals."""

    by: tuple[str, ...] = ()
    frame: str = ""
    groups: tuple[CountGroup, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles that carry the same text, the first stored ones first, without their bodies."""

    id: int = 0
    size: int = 0
    begun_at: datetime | None = None
    articles: tuple[Article, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

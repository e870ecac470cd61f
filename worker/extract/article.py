"""The Article, which extraction makes of a page, and its draft."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from worker.extract import render
from worker.extract.types import VERSION, Block, Image, Rights, Source
from worker.text.dates.precision import Precision


@dataclass(frozen=True, slots=True)
class Article:
    """A news article as its publisher meant it.

    `published` and `modified` are aware and keep the offset that the page gave. With precision 'day' only the
    date is known: clock and zone mean nothing. `paywalled` stays None if the page does not
    say. `provenance` has the source of each field that is set, as (field, source), sorted. `rule_misses`
    names the selectors of the site's rule that should have found something on the page and did not.
    """

    title: str | None
    blocks: tuple[Block, ...]
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    published_precision: Precision | None = None
    modified_precision: Precision | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    site_name: str | None = None
    canonical_url: str | None = None
    summary: str | None = None
    images: tuple[Image, ...] = ()
    word_count: int = 0
    paywalled: bool | None = None
    kind: str = "article"
    rights: Rights = field(default_factory=Rights)
    provenance: tuple[tuple[str, Source], ...] = ()
    rule_misses: tuple[str, ...] = ()
    extractor: str = VERSION

    @property
    def text(self) -> str:
        """The blocks as plain text, with an empty line between them."""
        return render.plain(self.blocks)

    @property
    def markdown(self) -> str:
        """The blocks in Markdown with their links; the title is not part of it."""
        return render.markdown(self.blocks)


@dataclass(slots=True)
class Draft:
    """The fields of an article that are settled so far, by the names of `Article`, and their sources."""

    fields: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Source] = field(default_factory=dict)

    def put(self, name: str, value: Any, source: Source) -> None:
        """Settle a field; an empty value leaves it open."""
        if value is not None and value != ():
            self.fields[name] = value
            self.provenance[name] = source

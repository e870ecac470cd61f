"""The Article: what extraction makes of a page."""

from dataclasses import dataclass, field
from datetime import datetime

from worker.extract import render
from worker.extract.types import VERSION, Block, Image, Rights, Source
from worker.text.dates.strict import Precision


@dataclass(frozen=True, slots=True)
class Article:
    """A news article as its publisher meant it.

    `published` and `modified` are aware and keep the offset that the page gave. With precision 'day' only the
    date is known: the clock and zone of `published` mean nothing. `paywalled` is None where the page does not
    say. `provenance` names the source of each field that is set, as (field, source), sorted. `rule_misses`
    names what the site's rule, if there is one, should have found on the page and did not.
    """

    title: str | None
    blocks: tuple[Block, ...]
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    published_precision: Precision | None = None
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
        """The blocks as plain text, an empty line between them."""
        return render.plain(self.blocks)

    @property
    def markdown(self) -> str:
        """The blocks in Markdown with their links; the title is not part of it."""
        return render.markdown(self.blocks)

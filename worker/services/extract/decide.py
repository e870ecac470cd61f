"""What each page that was read becomes, decided on plain values.

The rules, in order:

1. A refusal moves a fetched entry to refused. An entry that is stored already stays stored: a wall or an
   error page never takes back good text.
2. A stored entry has its article: another text makes a revision, the same text refreshes the fields, and an
   article that was removed is restored. A page that was fetched before the removal changes nothing.
3. An entry whose canonical URL is that of another entry's article is a duplicate of it, unless the texts
   have little in common: some sites declare one canonical URL on all their pages. Then the page's own
   address counts.
4. Everything else is a new article.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from worker.extract import Article
from worker.extract.document import to_document
from worker.extract.fingerprints import bands_of, content_hash, minhash, similarity
from worker.model import ArticleState
from worker.outcome import Refusal
from worker.rows.articles import ArticleHead, ArticleRecord
from worker.rows.pages import Page
from worker.text.site import same_site
from worker.urls import canonical, key_of

SAME_TEXT = 0.5
"""Share of shingles below which two pages with one canonical URL are different articles. A guess: an edited
text keeps more of them, two stories of one site share hardly any."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page, what extraction made of it in `seconds`, and whether its body may be kept."""

    page: Page
    result: Article | Refusal
    seconds: float
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Created:
    """A new article, whose page is to be looked at again at `look_at`; None: never."""

    read: ReadPage
    record: ArticleRecord
    look_at: datetime | None


@dataclass(frozen=True, slots=True)
class Revised:
    """Another text for the entry's article."""

    read: ReadPage
    record: ArticleRecord
    article: ArticleHead


@dataclass(frozen=True, slots=True)
class Restored:
    """The entry's article, which had been removed, with the text that it had."""

    read: ReadPage
    record: ArticleRecord
    article: ArticleHead


@dataclass(frozen=True, slots=True)
class Same:
    """The text that the entry's article has already, or a page fetched before the article was removed."""

    read: ReadPage
    record: ArticleRecord
    article: ArticleHead


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A copy of the article with this key, which another entry brought."""

    read: ReadPage
    key: UUID


@dataclass(frozen=True, slots=True)
class Refused:
    """No article, for the reason that `read.result` gives."""

    read: ReadPage


ExtractDecision = Created | Revised | Restored | Same | Duplicate | Refused


def decide(
    reads: Sequence[ReadPage],
    records: Mapping[int, ArticleRecord],
    stored: Sequence[ArticleHead],
    *,
    now: datetime,
    look_again: Sequence[timedelta],
) -> list[ExtractDecision]:
    """Decide what each page becomes, in order: a later page can be the duplicate of an earlier one.

    `records` are the articles just extracted, by the id of each page that was not refused; `stored` the
    articles in the store with one of their keys, or of one of their entries. `look_again` are the ages at
    which an article's page is fetched again; only the first is used here. A `Created` may still be saved as a
    duplicate, if its key turns out to be taken.
    """
    by_id = {head.id: head for head in stored}
    signatures = {head.key: head.signature or b"" for head in stored}
    decisions: list[ExtractDecision] = []
    for read in reads:
        if isinstance(read.result, Refusal):
            decisions.append(Refused(read))
            continue
        record = records[read.page.id]
        if (own := by_id.get(read.page.article_id or 0)) is not None:
            decisions.append(_of_stored_entry(read, record, own))
            continue
        if _differ(record.signature, signatures.get(record.key, b"")):
            url = identity_url(None, read.page)
            record = replace(record, key=key_of(url), url=url)
        if record.key in signatures:
            decisions.append(Duplicate(read, record.key))
        else:
            signatures[record.key] = record.signature
            # An article that was read from the feed because its page was missing is not looked at again: that
            # the page is still missing must not remove the article.
            look_at = now + look_again[0] if look_again and read.page.status is not None else None
            decisions.append(Created(read, record, look_at))
    return decisions


def _of_stored_entry(read: ReadPage, record: ArticleRecord, own: ArticleHead) -> Revised | Restored | Same:
    if own.removed_at and read.page.fetched_at <= own.removed_at:
        return Same(read, record, own)
    if own.content_hash != record.content_hash:
        return Revised(read, record, own)
    return (Restored if own.state is ArticleState.REMOVED else Same)(read, record, own)


def _differ(mine: bytes, theirs: bytes) -> bool:
    """Whether two texts have little in common; a text without a signature is too short to tell."""
    return bool(mine and theirs) and similarity(mine, theirs) < SAME_TEXT


def identity_url(declared: str | None, page: Page) -> str:
    """Return the URL under which an article is known: its canonical URL if that is on the page's own site.

    A canonical URL on another site says where a copy came from; the copy is a separate article of the same
    story. An article without a link has a URL made of its entry's id.
    """
    fetched = page.url or page.entry_url
    if not fetched:
        return f"entry:{page.entry_id}"
    if declared and same_site(declared, fetched):
        return canonical(declared)
    return canonical(fetched)


def article_record(page: Page, article: Article) -> ArticleRecord:
    """Return the article of a page as a record for the store."""
    url = identity_url(article.canonical_url, page)
    offset = article.published.utcoffset() if article.published else None
    sketch = minhash(article.text)
    return ArticleRecord(
        key=key_of(url),
        url=url,
        publisher_id=page.publisher_id,
        page_id=page.id,
        seen_at=page.fetched_at,
        content={
            **to_document(article),
            "text": article.text,
            "published_offset": None if offset is None else int(offset.total_seconds() // 60),
        },
        content_hash=content_hash(article),
        signature=sketch,
        bands=bands_of(sketch),
    )

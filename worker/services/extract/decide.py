"""What each page that was read becomes, decided on plain values.

The rules, in order:

1. A refusal moves a fetched entry to refused. An entry that is stored already stays stored: a wall or an
   error page never takes back good text.
2. A stored entry has its article: an edited text makes a revision, the same text refreshes the fields, and an
   article that was removed is restored. A text that may not be the article's is doubtful, and changes nothing
   (`engine.second_look`). Neither does a page that was fetched before the removal.
3. Everything else finds its place among the addresses (`places.py`): as a copy of an article that is known,
   or as a new article, from whose address another one may have to move.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from worker.extract import Article
from worker.extract.document import to_document
from worker.extract.fingerprints import bands_of, content_hash, minhash
from worker.model import ArticleState
from worker.outcome import Refusal
from worker.rows.articles import ArticleHead, ArticleRecord
from worker.rows.entries import FetchedAt, Look
from worker.rows.pages import Page
from worker.services.engine.second_look import ArticleVersion, doubtful_look, is_shown, judge, sketch_of
from worker.services.extract.places import NewText, PagePlace, new_text, own_address, place
from worker.text.site import same_site
from worker.urls import key_of


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page, what extraction made of it in `seconds`, and whether its body may be kept.

    `is_whole`: the body has the end of an HTML page.
    """

    page: Page
    result: Article | Refusal
    seconds: float = 0.0
    keep: bool = True
    is_whole: bool = True


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
class Doubtful:
    """Another text, which may not be that of the entry's article; `look` is what the look has shown."""

    read: ReadPage
    record: ArticleRecord
    article: ArticleHead
    look: Look


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A copy of the article that now has this key, which another entry brought."""

    read: ReadPage
    key: UUID


@dataclass(frozen=True, slots=True)
class Refused:
    """No article, for the reason that `read.result` gives."""

    read: ReadPage


ExtractDecision = Created | Revised | Restored | Same | Doubtful | Duplicate | Refused


@dataclass(frozen=True, slots=True)
class LookContext:
    """What second looks are judged by: stored versions by article id, and sketches by page id.

    The sketches are those of the texts that other pages of the host show.
    """

    versions: Mapping[int, ArticleVersion] = field(default_factory=dict)
    shown: Mapping[int, Sequence[bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """What the pages of a batch become, in their order, after the `moves`."""

    decisions: tuple[ExtractDecision, ...]
    moved: tuple[ArticleHead, ...]


def decide(
    reads: Sequence[ReadPage],
    records: Mapping[int, ArticleRecord],
    stored: Sequence[ArticleHead],
    fetched: Sequence[FetchedAt],
    *,
    now: datetime,
    look_again: Sequence[timedelta],
    context: LookContext = LookContext(),
) -> Decided:
    """Decide what each page becomes, in order: a later page can be the duplicate of an earlier one.

    `records` are the articles just extracted, by the id of each page that was not refused; `stored` the
    articles in the store that have to do with one of their addresses, or are those of their entries;
    `fetched` the entries whose pages were fetched at one of the addresses. `look_again` are the ages at which
    an article's page is fetched again; only the first is used here. `context` has the version of each stored
    article whose text differs from the one just extracted.
    """
    places = place(new_texts(reads, records), stored, fetched)
    by_id = {head.id: head for head in (*stored, *places.moved)}
    decisions: list[ExtractDecision] = []
    for read in reads:
        if isinstance(read.result, Refusal):
            decisions.append(Refused(read))
            continue
        record = records[read.page.id]
        if read.page.article_id is not None:
            own = by_id[read.page.article_id]
            shown = [*context.shown.get(read.page.id, ()), *_shown_beside(read.page, reads, records)]
            decisions.append(
                _of_stored_entry(read, record, own, context.versions.get(own.id), shown, now=now)
            )
        else:
            decisions.append(_of_new_entry(read, record, places.of_page[read.page.id], now, look_again))
    return Decided(tuple(decisions), places.moved)


def new_texts(reads: Sequence[ReadPage], records: Mapping[int, ArticleRecord]) -> list[NewText]:
    """Return the texts of entries that have no article yet, with the addresses that they may be known by."""
    return [
        new_text(read.page, read.result, records[read.page.id])
        for read in reads
        if isinstance(read.result, Article) and read.page.article_id is None
    ]


def _of_new_entry(
    read: ReadPage, record: ArticleRecord, found: PagePlace, now: datetime, look_again: Sequence[timedelta]
) -> Created | Duplicate:
    if found.is_copy:
        return Duplicate(read, key_of(found.url))
    # An article that was read from the feed because its page was missing is not looked at again: that the
    # page is still missing must not remove the article.
    # Nor is one without a host, as from an import.
    has_page = read.page.status is not None and read.page.host_id is not None
    look_at = now + look_again[0] if look_again and has_page else None
    return Created(read, replace(record, key=key_of(found.url), url=found.url), look_at)


def _of_stored_entry(
    read: ReadPage,
    record: ArticleRecord,
    own: ArticleHead,
    version: ArticleVersion | None,
    shown: Sequence[bytes],
    *,
    now: datetime,
) -> Revised | Restored | Same | Doubtful:
    page = read.page
    if own.removed_at and page.fetched_at <= own.removed_at:
        return Same(read, record, own)
    if own.content_hash == record.content_hash:
        return (Restored if own.state is ArticleState.REMOVED else Same)(read, record, own)
    if version is None or page.was_read:
        return Revised(read, record, own)
    new = new_version(read, record)
    stored = replace(version, addresses=(*version.addresses, *filter(None, (page.entry_url,))))
    sketch = sketch_of(record)
    found = judge(stored, new, feed_title=page.said.title, is_shared=is_shown(sketch, shown))
    look = found and doubtful_look(page.look, found, sketch, now=now)
    return Doubtful(read, record, own, look) if look else Revised(read, record, own)


def new_version(read: ReadPage, record: ArticleRecord) -> ArticleVersion:
    """Return what a page shows, for comparison, with its own address and its declared one."""
    page, article = read.page, read.result
    declared = article.canonical_url if isinstance(article, Article) else None
    addresses = [page.url, declared] if declared and same_site(declared, page.url) else [page.url]
    return ArticleVersion.of_document(record.content, addresses, is_whole=read.is_whole)


def _shown_beside(page: Page, reads: Sequence[ReadPage], records: Mapping[int, ArticleRecord]) -> list[bytes]:
    """Return the sketches of what other pages of its host show that were read together with this one."""
    return [
        sketch_of(records[other.page.id])
        for other in reads
        if other.page.id in records
        and other.page.host_id == page.host_id
        and other.page.entry_id != page.entry_id
        and other.page.article_id != page.article_id
    ]


def article_record(page: Page, article: Article) -> ArticleRecord:
    """Return the article of a page as a record for the store, known by the address of its page."""
    url = own_address(page)
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

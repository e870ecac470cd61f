"""What each page that was read becomes, decided on plain values.

The rules, in order:

1. A refusal moves a fetched entry to refused. An entry that is stored already stays stored: a wall or an
   error page never takes back good text.
2. A stored entry has its article: what the publisher edited makes a revision, any other difference that a
   reader sees refreshes the article (`worker.extract.compare`), and an article that was removed is restored.
   A text that may not be the article's is doubtful, and changes nothing (`engine.second_look`). Neither does
   a page that was fetched before the removal, or before the newest revision.
   What a newer extractor or another rule for the site reads otherwise is not edited: the page from which the
   article was read is read again, too, and only what differs between the two pages is the publisher's.
3. Everything else finds its place among the addresses (`places.py`): as a copy of an article that is known,
   or as a new article, from whose address another one may have to move.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from worker.extract import VERSION, Article
from worker.extract.compare import NOTHING, Differences, compare_versions
from worker.extract.corrections import correction_of
from worker.extract.document import to_document
from worker.extract.fingerprints import bands_of, content_hash, minhash
from worker.model import ArticleState, Cause
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

    `is_whole`: the body has the end of an HTML page. `read_by` names the extractor and the rule that read it.
    `ours` is set if the stored article was read by others, or if this very page was read before: then
    `before` is the article that is read now from the earlier page, if that is kept.
    """

    page: Page
    result: Article | Refusal
    seconds: float = 0.0
    keep: bool = True
    is_whole: bool = True
    read_by: str = VERSION
    ours: Cause | None = None
    before: Article | None = None


@dataclass(frozen=True, slots=True)
class Created:
    """A new article, whose page is to be looked at again at `look_at`; None: never."""

    read: ReadPage
    record: ArticleRecord
    look_at: datetime | None


@dataclass(frozen=True, slots=True)
class Revised:
    """An edit of the entry's article; `refreshed` is what has to be set right before the edit."""

    read: ReadPage
    record: ArticleRecord
    article: ArticleHead
    difference: Differences
    refreshed: "Refreshed | None" = None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The entry's article, of which something else is known, though its publisher has not edited it."""

    read: ReadPage
    record: ArticleRecord
    article: ArticleHead
    difference: Differences
    cause: Cause


@dataclass(frozen=True, slots=True)
class Restored:
    """The entry's article, which had been removed, and which says what it said."""

    read: ReadPage
    record: ArticleRecord
    article: ArticleHead
    difference: Differences


@dataclass(frozen=True, slots=True)
class Same:
    """What the entry's article says already; if it `is_late`, a page that was fetched too early to count."""

    read: ReadPage
    record: ArticleRecord
    article: ArticleHead
    is_late: bool = False


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


ExtractDecision = Created | Revised | Refreshed | Restored | Same | Doubtful | Duplicate | Refused


@dataclass(frozen=True, slots=True)
class LookContext:
    """What second looks are judged by: documents and stored versions by article id, and sketches by page id.

    The versions are those of articles whose text differs. The sketches are those of the texts that other
    pages of the host show.
    """

    documents: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
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
    an article's page is fetched again; only the first is used here. `context` has what is stored of the
    articles of stored entries.
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
            decisions.append(_of_stored_entry(read, record, own, context, shown, now=now))
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
    context: LookContext,
    shown: Sequence[bytes],
    *,
    now: datetime,
) -> Revised | Refreshed | Restored | Same | Doubtful:
    page, version = read.page, context.versions.get(own.id)
    if page.fetched_at < own.seen_at or (own.removed_at and page.fetched_at <= own.removed_at):
        return Same(read, record, own, is_late=True)
    if version is not None and not page.was_read:
        new = new_version(read, record)
        stored = replace(version, addresses=(*version.addresses, *filter(None, (page.entry_url,))))
        sketch = sketch_of(record)
        found = judge(stored, new, feed_title=page.said.title, is_shared=is_shown(sketch, shown))
        if look := found and doubtful_look(page.look, found, sketch, now=now):
            return Doubtful(read, record, own, look)
    difference = compare_versions(context.documents[own.id], record.content)
    if own.state is ArticleState.REMOVED:
        # Consumers have given it up, so that nothing has to be set right for them first.
        back = replace(difference, changed=("state", *difference.changed))
        is_edited = difference.edited and (read.ours is None or not page.was_read)
        return (Revised if is_edited else Restored)(read, record, own, back)
    if difference is NOTHING:
        return Same(read, record, own)
    if read.ours is not None:
        return _of_other_reading(read, record, own, difference, context.documents[own.id], read.ours)
    if difference.edited:
        return Revised(read, record, own, difference)
    return Refreshed(read, record, own, difference, Cause.PUBLISHER)


def _of_other_reading(
    read: ReadPage,
    record: ArticleRecord,
    own: ArticleHead,
    difference: Differences,
    document: Mapping[str, Any],
    ours: Cause,
) -> Revised | Refreshed:
    """Divide what differs between the publisher, who changed the page, and us, who read it otherwise now.

    If the earlier page is not kept, all counts as ours: an edit is missed rather than invented.
    """
    if read.before is None:
        return Refreshed(read, record, own, difference, ours)
    before = article_record(read.page, read.before, read_by=read.read_by)
    reading = compare_versions(document, before.content)
    edit = compare_versions(before.content, record.content)
    if not edit.edited:
        return Refreshed(read, record, own, difference, ours if reading.changed else Cause.PUBLISHER)
    refreshed = Refreshed(read, before, own, reading, ours) if reading.changed else None
    return Revised(read, record, own, edit, refreshed)


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


def article_record(page: Page, article: Article, *, read_by: str = VERSION) -> ArticleRecord:
    """Return the article of a page as a record for the store, known by the address of its page.

    `read_by` names the extractor and the rule that read it.
    """
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
            "read_by": read_by,
            "published_offset": None if offset is None else int(offset.total_seconds() // 60),
            "correction": correction_of([block.text for block in article.blocks]),
        },
        content_hash=content_hash(article),
        signature=sketch,
        bands=bands_of(sketch),
    )

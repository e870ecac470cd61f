"""Importing: captures of files become entries, pages and articles, as if a poll and a fetch had brought them.

For each batch of captures:
1. Leave out those whose address is known, unless they were fetched later than the newest page of it.
2. In one transaction: store new entries, refused where a filter of the operator keeps them out, and the other
   captures as pages that wait for extraction; rows of a Wiredesk export become articles at once.
3. Extract the pages, as a worker would.

No position in a file is kept: the entries say what was imported. A repeated import reads its files again, and
stores nothing twice. Pages that a killed one has left are extracted first.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from worker.config.groups import ExtractPolicy
from worker.extract import Article, Rules
from worker.extract.document import from_document
from worker.feeds.entry_filters import EntryFacts, EntryFilters, blocking
from worker.fetch.reply import pack_plain
from worker.model import ArticleState, ChangeKind
from worker.outcome import Reason, Refusal
from worker.rows.entries import Item
from worker.rows.pages import NewPage
from worker.services.extract.decide import ReadPage
from worker.services.extract.run import extract_pages
from worker.services.extract.save import SavedPage, save_pages
from worker.services.files.captures import Capture, DamagedFile, SkippedRecord
from worker.services.stories import relate
from worker.store import Connection, Store, articles, changes, imports, pages
from worker.store.changes import Change
from worker.store.imports import KnownCapture
from worker.urls import canonical_or_none, host_of, key_of, without_www

BATCH = 16
"""Captures in one transaction, as pages in a message for extraction (`batch_pages`)."""

NOT_A_PAGE = Refusal(Reason.FEED_ONLY, "it was imported without its page")
"""Why there is no page of an entry whose text was imported."""


@dataclass(slots=True)
class ImportTally:
    """What an import has done so far: `known` records were left out, `later` are looks at known pages."""

    read: int = 0
    new: int = 0
    later: int = 0
    known: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Where captures go: the feed of the import, and how long pages are kept."""

    feed_id: int
    retention: timedelta


def import_captures(
    store: Store,
    source: ImportSource,
    found: Iterable[Capture | SkippedRecord],
    tally: ImportTally,
    *,
    clock: Callable[[], datetime],
    policy: ExtractPolicy,
    rules: Rules,
    stopping: Callable[[], bool] = lambda: False,
    watch: Callable[[ImportTally], None] = lambda _: None,
) -> None:
    """Import captures in order, and count them in the tally; `stopping` is asked between two batches.

    Raises `DamagedFile`, `StoreUnavailable`.
    """
    extract_waiting(store, source, clock=clock, policy=policy, rules=rules, stopping=stopping)
    for batch in _batches(found, tally):
        _save(store, source, batch, tally, clock=clock, policy=policy)
        extract_waiting(store, source, clock=clock, policy=policy, rules=rules, stopping=stopping)
        watch(tally)
        if stopping():
            return


def extract_waiting(
    store: Store,
    source: ImportSource,
    *,
    clock: Callable[[], datetime],
    policy: ExtractPolicy,
    rules: Rules,
    stopping: Callable[[], bool],
) -> None:
    """Extract the pages of the import that wait for it."""
    while not stopping():
        now = clock()
        with store.begin() as db:
            claims = imports.unread(db, source.feed_id, until=now + policy.lease, limit=BATCH)
        if not claims:
            return
        extract_pages(store, claims, now=now, policy=policy, rules=rules, stopping=stopping)


def _batches(found: Iterable[Capture | SkippedRecord], tally: ImportTally) -> Iterator[dict[UUID, Capture]]:
    """Yield captures in batches by the keys of their entries; a second capture of one waits for the next.

    Raises `DamagedFile` after it has yielded all that came before the damage.
    """
    batch: dict[UUID, Capture] = {}
    damage: DamagedFile | None = None
    try:
        for one in found:
            tally.read += 1
            if isinstance(one, SkippedRecord):
                tally.skipped[one.reason] += 1
                tally.examples.setdefault(one.reason, one.place)
                continue
            key = key_of(one.url)
            if key in batch or len(batch) >= BATCH:
                yield batch
                batch = {}
            batch[key] = one
    except DamagedFile as error:
        damage = error
    if batch:
        yield batch
    if damage is not None:
        raise damage


def _save(
    store: Store,
    source: ImportSource,
    batch: Mapping[UUID, Capture],
    tally: ImportTally,
    *,
    clock: Callable[[], datetime],
    policy: ExtractPolicy,
) -> None:
    """Store a batch: entries, pages that wait, and articles of a Wiredesk export."""
    now = clock()
    created: list[int] = []
    with store.begin() as db:
        # Before an article is created, whose id must not be that of one from before a restore.
        changes.settle(db)
        known = imports.newest_captures(db, batch)
        labels = imports.labels_of(db, source.feed_id) if policy.filters else ()
        items = {key: _item(key, one, policy.filters, labels) for key, one in batch.items()}
        ids = imports.discover(
            db, source.feed_id, [item for key, item in items.items() if key not in known], now=now
        )
        later = {
            key: known[key].entry_id
            for key, one in batch.items()
            if key in known and _is_taken_again(one, items[key], known[key])
        }
        imports.see_again(db, source.feed_id, {later[key]: items[key] for key in later}, now=now)
        entries_of = {**ids, **later}
        tally.new += len(ids)
        tally.later += len(later)
        tally.known += len(batch) - len(entries_of)
        let_in = {
            key: one
            for key, one in batch.items()
            if key in later or (key in ids and items[key].reason is None)
        }
        rows = {key: one for key, one in let_in.items() if one.article is not None}
        waiting = [_page(entries_of[key], one, now) for key, one in let_in.items() if one.article is None]
        expires = now + source.retention
        imports.insert_pages(db, waiting, now=now, due_at=now + policy.lease, expires_at=expires)
        if rows:
            created = _save_articles(db, rows, entries_of, now=now, expires_at=expires, lease=policy.lease)
    relate(store, created, now=now)


def _is_taken_again(capture: Capture, item: Item, known: KnownCapture) -> bool:
    """Whether a capture of a known address is imported: a later look, or no filter keeps it out any more."""
    if known.is_stored:
        return is_later(capture, known.at)
    return item.reason is None and (known.is_blocked or is_later(capture, known.at))


def is_later(capture: Capture, newest: datetime | None) -> bool:
    """Whether a capture of a known address shows it later than every page of it that was fetched."""
    return capture.body is not None and capture.at is not None and (newest is None or capture.at > newest)


def _item(key: UUID, capture: Capture, filters: EntryFilters, labels: Sequence[str]) -> Item:
    """Return the item of a capture, refused if a filter of the operator keeps it out and it is new."""
    address = canonical_or_none(capture.url)
    name = key_of("link", capture.url)
    blocked = blocking(filters, _facts(address, capture, labels)) if filters else None
    return Item(
        key=key,
        keys=(key,),
        old_key=None,
        facts=key,
        guid=None,
        guid_key=name,
        item_hash=None,
        position=0,
        url=address,
        fragment=None,
        host_id=None,
        title=capture.title,
        authors=capture.authors,
        published=capture.published,
        published_precision=capture.published_precision if capture.published else None,
        updated=None,
        summary=None,
        content=capture.content,
        language=capture.language,
        edit_hash=name,
        reason=Reason.BLOCKED if blocked else None,
        detail=blocked.name if blocked else None,
    )


def _facts(address: str | None, capture: Capture, labels: Sequence[str]) -> EntryFacts:
    """Return what is known of a capture before it is read; a row of a Wiredesk export has been read."""
    if (row := capture.article) is None:
        return EntryFacts(address, capture.title, labels)
    return EntryFacts(address, row.get("title"), labels, row.get("language"), is_read=True)


def _page(entry_id: int, capture: Capture, now: datetime) -> NewPage:
    if capture.body is None:
        page = NewPage.bodiless(entry_id, capture.url, NOT_A_PAGE)
        return replace(page, fetched_at=capture.at or now)
    body, encoding = pack_plain(capture.body)
    return NewPage(
        entry_id=entry_id,
        url=capture.url,
        status=200,
        content_type=capture.content_type,
        headers=dict(capture.headers),
        body=body,
        encoding=encoding,
        size=len(capture.body),
        fetched_at=capture.at or now,
    )


def _save_articles(
    db: Connection,
    rows: Mapping[UUID, Capture],
    ids: Mapping[UUID, int],
    *,
    now: datetime,
    expires_at: datetime,
    lease: timedelta,
) -> list[int]:
    """Store rows of a Wiredesk export as articles; return their ids. The transaction must end after this."""
    made = [_page(ids[key], one, now) for key, one in rows.items()]
    claims = imports.insert_pages(db, made, now=now, due_at=now, expires_at=expires_at)
    taken = {page.entry_id: page for page in pages.take(db, claims, now=now, lease=lease)}
    sites = {site for one in rows.values() if (site := _site(one))}
    publishers = imports.publisher_ids(db, sites)
    reads = [
        ReadPage(
            replace(taken[ids[key]], publisher_id=publishers.get(_site(one) or "")),
            article_of(one.article or {}),
            keep=False,
        )
        for key, one in rows.items()
    ]
    saved = save_pages(db, reads, now=now, look_again=())
    by_entry = {one.read.page.entry_id: one for one in saved}
    _remove(db, [(by_entry[ids[key]], one) for key, one in rows.items()], now)
    return [one.article_id for one in saved if one.article_id is not None]


def _remove(db: Connection, imported: Sequence[tuple[SavedPage, Capture]], now: datetime) -> None:
    """Mark articles as removed that were so where they were exported."""
    lines = []
    for saved, capture in imported:
        said = capture.article or {}
        if said.get("state") == ArticleState.REMOVED and saved.article_id is not None:
            at = datetime.fromisoformat(said["removed_at"]) if said.get("removed_at") else now
            if revision := articles.remove(db, saved.article_id, now=at):
                lines.append(Change(saved.article_id, ChangeKind.REMOVED, revision))
    changes.append(db, lines, now=now)


def article_of(row: Mapping[str, Any]) -> Article:
    """Return the article of a row of a Wiredesk export; the date of publication gets its zone again."""
    article = from_document({**row, "rights": row.get("rights") or {}})
    offset = row.get("published_offset")
    if article.published is None or offset is None:
        return article
    return replace(article, published=article.published.astimezone(timezone(timedelta(minutes=offset))))


def _site(capture: Capture) -> str | None:
    said = (capture.article or {}).get("publisher")
    if isinstance(said, str):
        return said
    return without_www(host_of(capture.url)) if canonical_or_none(capture.url) else None

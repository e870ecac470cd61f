"""Saving what a batch of pages became, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from worker.extract import VERSION, Article
from worker.extract.compare import Differences
from worker.model import Cause, ChangeKind, EntryState, LookState, PageState
from worker.outcome import ExtractOutcome, Reason, Refusal
from worker.rows.articles import ArticleHead, ArticleRecord, ArticleRevision
from worker.rows.entries import ExtractedEntry, FetchedAt, Look, LookUpdate
from worker.rows.pages import PageClaim, PageEnd
from worker.services.engine.second_look import ArticleVersion, good_look, refused_look, sooner_look
from worker.services.extract.decide import (
    Created,
    Doubtful,
    Duplicate,
    ExtractDecision,
    LookContext,
    ReadPage,
    Refreshed,
    Restored,
    Revised,
    Same,
    article_record,
    decide,
    new_texts,
)
from worker.services.extract.places import homes_of, own_address
from worker.store import Connection, articles, changes, entries, pages, stories, tombstones
from worker.store.changes import Change
from worker.urls import key_of

_PURGED = Refusal(Reason.PURGED, Reason.PURGED.words)


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What became of a page: the outcome, and the article and revision that its entry has now.

    `look` is that of a stored entry, if it has changed or is not good. `changes` are the lines for the log.
    """

    read: ReadPage
    outcome: ExtractOutcome
    article_id: int | None = None
    revision: int = 0
    look_at: datetime | None = None
    look: Look | None = None
    changes: tuple[Change, ...] = ()


def save_pages(
    db: Connection, reads: Sequence[ReadPage], *, now: datetime, look_again: Sequence[timedelta]
) -> list[SavedPage]:
    """Save what was read; return one `SavedPage` for each. The transaction must end after this call.

    A page that cannot be decided on what this transaction sees is given back, and its outcome is LOST.
    """
    held = pages.lock(db, [PageClaim(read.page.id, read.page.lease) for read in reads])
    ours = [read for read in reads if read.page.id in held]
    records = {
        r.page.id: article_record(r.page, r.result, read_by=r.read_by)
        for r in ours
        if isinstance(r.result, Article)
    }
    stored, fetched = _lock_articles(db, ours, records)
    ours = _without_purged(db, ours, records)
    records = {r.page.id: records[r.page.id] for r in ours if isinstance(r.result, Article)}
    # The entries of others were stored after their pages were taken: these are read again, as later looks.
    done = {head.entry_id for head in stored}
    ours = [read for read in ours if read.page.article_id is not None or read.page.entry_id not in done]

    context = _context(db, ours, records, stored)

    decided = decide(ours, records, stored, fetched, now=now, look_again=look_again, context=context)

    decisions = decided.decisions
    for head in decided.moved:
        # One after the other: the next may take the address that the last one has left.
        articles.move(db, head.id, key=head.key, url=head.url)
    created = articles.create(db, [one.record for one in decisions if isinstance(one, Created)])
    _save_versions(db, decisions)
    ids = _ids_after(stored, decided.moved) | created
    made = [_saved(decision, created, ids) for decision in decisions]
    saved = [_with_look(one, now) for one in made if one is not None]
    by_page = {one.read.page.id: one for one in saved}
    entries.settle(db, [_entry(one) for one in saved], now=now)
    tombstones.erase_texts(db, [one.read.page.entry_id for one in saved if one.read.result is _PURGED])
    entries.save_looks(
        db, [LookUpdate(one.read.page.entry_id, one.look, one.look_at) for one in saved if one.look], now=now
    )
    pages.finish(db, [_page(one) for one in saved])
    undecided = [PageClaim(r.page.id, r.page.lease) for r in reads if r.page.id not in by_page]
    pages.give_back(db, undecided, now=now)
    stories.enqueue(db, {one.article_id for one in saved if one.article_id and one.changes})
    lines = [line for one in saved for line in one.changes]
    changes.append(db, [*_changes_of(decided.moved), *lines], now=now)
    return [by_page.get(read.page.id) or SavedPage(read, ExtractOutcome.LOST) for read in reads]


def _lock_articles(
    db: Connection, reads: Sequence[ReadPage], records: Mapping[int, ArticleRecord]
) -> tuple[list[ArticleHead], list[FetchedAt]]:
    """Lock the addresses that the pages may belong to, and what is known of each."""
    texts = new_texts(reads, records)
    keys = {key_of(address) for text in texts for address in text.addresses}
    articles.lock_addresses(db, keys)
    fetched = articles.fetched_at(db, sorted(keys))
    own = [read.page.article_id for read in reads if read.page.article_id is not None]
    stored = articles.lock(db, keys=sorted(keys), ids=[*own, *(one.article_id for one in fetched)])
    # Those that may have to move, and what stands where they would move to.
    claimed = [head for head in stored if head.key in keys and head.url != homes_of(head)[0]]
    more = {key_of(home) for head in claimed for home in homes_of(head)} - keys
    if not more:
        return stored, fetched
    articles.lock_addresses(db, more)
    known = {head.id for head in stored}
    there = articles.lock(db, keys=sorted(more), ids=[])
    return [*stored, *(head for head in there if head.id not in known)], fetched


def _without_purged(
    db: Connection, reads: Sequence[ReadPage], records: Mapping[int, ArticleRecord]
) -> list[ReadPage]:
    """Refuse texts that may only be known by addresses of which one was purged. Their locks are held."""
    addresses = {
        text.page_id: {key_of(address) for address in text.addresses} for text in new_texts(reads, records)
    }
    purged = tombstones.among(db, {key for keys in addresses.values() for key in keys})
    return [
        replace(read, result=_PURGED, keep=False) if addresses.get(read.page.id, set()) & purged else read
        for read in reads
    ]


def _ids_after(stored: Sequence[ArticleHead], moved: Sequence[ArticleHead]) -> dict[UUID, int]:
    """Return the ids of articles by their keys after the moves."""
    keys = {head.id: head.key for head in (*stored, *moved)}
    return {key: article_id for article_id, key in keys.items()}


def _changes_of(moved: Sequence[ArticleHead]) -> list[Change]:
    """The lines of moves come first: consumers free the address before another article takes it."""
    return [Change(head.id, ChangeKind.REFRESHED, head.revision, ("url",)) for head in moved]


def _save_versions(db: Connection, decisions: Sequence[ExtractDecision]) -> None:
    """Save what became of stored articles."""
    revised = [one for one in decisions if isinstance(one, Revised)]
    refreshed = [one for one in decisions if isinstance(one, Refreshed)]
    # What we read otherwise goes into the previous revision, so that the new one is the edit alone.
    before = [one.refreshed for one in revised if one.refreshed]
    articles.refresh(db, {one.article.id: one.record for one in (*before, *refreshed)})
    articles.revise(
        db, [ArticleRevision(one.article.id, one.record, one.difference.changed) for one in revised]
    )
    articles.restore(db, {one.article.id: one.record for one in decisions if isinstance(one, Restored)})
    articles.mark_read(
        db,
        {
            one.article.id: one.read.read_by
            for one in decisions
            if isinstance(one, Same) and not one.is_late and one.read.read_by != one.read.page.read_by
        },
    )


def _context(
    db: Connection,
    reads: Sequence[ReadPage],
    records: Mapping[int, ArticleRecord],
    stored: Sequence[ArticleHead],
) -> LookContext:
    """Load what the pages of stored entries are compared with, and what second looks are judged by."""
    hashes = {head.id: head.content_hash for head in stored}
    of_article = {
        read.page.article_id: read.page
        for read in reads
        if read.page.article_id is not None and read.page.id in records
    }
    documents = articles.documents(db, list(of_article))
    differing = {
        article_id: page
        for article_id, page in of_article.items()
        if hashes[article_id] != records[page.id].content_hash
    }
    if not differing:
        return LookContext(documents)
    pages = list(differing.values())
    places = articles.addresses(db, list(differing))
    versions = {
        article_id: ArticleVersion.of_document(documents[article_id], places.get(article_id, ()))
        for article_id in differing
    }
    doubtful = entries.doubtful_texts(db, pages)
    alike = articles.alike(db, [(page, records[page.id]) for page in pages])
    shown = {page.id: doubtful.get(page.id, []) + alike.get(page.id, []) for page in pages}
    return LookContext(documents, versions, shown)


def _with_look(saved: SavedPage, now: datetime) -> SavedPage:
    """Add what the look has shown, if the entry was stored before, and when the page is looked at again."""
    page, result = saved.read.page, saved.read.result
    if page.article_id is None or page.was_read:
        return saved
    if isinstance(result, Refusal):
        saved = replace(saved, look=refused_look(page.look, result, now=now))
    elif saved.look is None and page.look.state is not LookState.GOOD:
        return replace(saved, look=good_look(page.look))
    return replace(saved, look_at=sooner_look(saved.look, now=now)) if saved.look else saved


def _saved(
    decision: ExtractDecision, created: Mapping[UUID, int], ids: Mapping[UUID, int]
) -> SavedPage | None:
    """The outcome of a decision, now that it is known which articles this transaction has created.

    None if another one has taken the address: workers of an older release do not lock addresses.
    """
    match decision:
        case Created(read, record, look_at):
            if record.key not in created:
                return None
            article_id = created[record.key]
            line = Change(article_id, ChangeKind.CREATED, 1)
            return SavedPage(read, ExtractOutcome.CREATED, article_id, 1, look_at, changes=(line,))
        case Duplicate(read, key):
            return SavedPage(read, ExtractOutcome.DUPLICATE, ids[key]) if key in ids else None
        case Revised(read, _, article, difference, refreshed):
            before = (_refreshed_line(refreshed),) if refreshed else ()
            number = article.revision + 1
            edit = _line(article.id, ChangeKind.REVISED, number, difference)
            return SavedPage(read, ExtractOutcome.REVISED, article.id, number, changes=(*before, edit))
        case Refreshed(read, _, article):
            lines = (_refreshed_line(decision),)
            return SavedPage(read, ExtractOutcome.REFRESHED, article.id, article.revision, changes=lines)
        case Restored(read, _, article, difference):
            lines = (_line(article.id, ChangeKind.RESTORED, article.revision, difference),)
            return SavedPage(read, ExtractOutcome.RESTORED, article.id, article.revision, changes=lines)
        case Same(read, _, article):
            return SavedPage(read, ExtractOutcome.UNCHANGED, article.id, article.revision)
        case Doubtful(read, _, article, look):
            return SavedPage(read, ExtractOutcome.DOUBTFUL, article.id, article.revision, look=look)
        case _:
            return SavedPage(decision.read, ExtractOutcome.REFUSED)


def _refreshed_line(refreshed: Refreshed) -> Change:
    number = refreshed.article.revision
    return _line(
        refreshed.article.id, ChangeKind.REFRESHED, number, refreshed.difference, cause=refreshed.cause
    )


def _line(
    article_id: int,
    kind: ChangeKind,
    revision: int,
    difference: Differences,
    *,
    cause: Cause = Cause.PUBLISHER,
) -> Change:
    words = (difference.words_added, difference.words_removed)
    return Change(article_id, kind, revision, difference.changed, cause, *words)


def _entry(saved: SavedPage) -> ExtractedEntry:
    entry_id, result = saved.read.page.entry_id, saved.read.result
    if isinstance(result, Refusal):
        return ExtractedEntry(
            id=entry_id, state=EntryState.REFUSED, reason=result.reason, detail=result.detail
        )
    state = EntryState.DUPLICATE if saved.outcome is ExtractOutcome.DUPLICATE else EntryState.STORED
    return ExtractedEntry(
        id=entry_id,
        state=state,
        article_id=saved.article_id,
        due_at=saved.look_at,
        page_key=None if saved.read.page.status is None else key_of(own_address(saved.read.page)),
    )


def _page(saved: SavedPage) -> PageEnd:
    read = saved.read
    page, result = read.page, read.result
    if isinstance(result, Refusal):
        refused = PageState.REFUSED
        return PageEnd(page.id, page.lease, refused, result.reason, result.detail, VERSION, read.keep)
    if saved.outcome is ExtractOutcome.DOUBTFUL and saved.look:
        # Not "extracted": reading kept pages again must not make an article of it.
        detail = f"{saved.look.reason}: {saved.look.detail}"
        return PageEnd(page.id, page.lease, PageState.REFUSED, Reason.DOUBTFUL, detail, VERSION, read.keep)
    return PageEnd(page.id, page.lease, PageState.EXTRACTED, None, None, VERSION, read.keep)

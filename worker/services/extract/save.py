"""Saving what a batch of pages became, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from worker.extract import VERSION, Article
from worker.extract.compare import changed_fields
from worker.model import ChangeKind, EntryState, PageState
from worker.outcome import ExtractOutcome, Refusal
from worker.rows.articles import ArticleRevision
from worker.rows.entries import ExtractedEntry
from worker.rows.pages import PageClaim, PageEnd
from worker.services.extract.decide import (
    Created,
    Duplicate,
    ExtractDecision,
    ReadPage,
    Restored,
    Revised,
    Same,
    article_record,
    decide,
)
from worker.store import Connection, articles, changes, entries, pages
from worker.store.changes import Change

_CHANGES = {
    ExtractOutcome.CREATED: ChangeKind.CREATED,
    ExtractOutcome.REVISED: ChangeKind.REVISED,
    ExtractOutcome.RESTORED: ChangeKind.RESTORED,
}


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What became of a page: the outcome, and the article and revision that its entry has now."""

    read: ReadPage
    outcome: ExtractOutcome
    article_id: int | None = None
    revision: int = 0
    look_at: datetime | None = None


def save_pages(
    db: Connection, reads: Sequence[ReadPage], *, now: datetime, look_again: Sequence[timedelta]
) -> list[SavedPage]:
    """Save what was read; return one `SavedPage` for each. The transaction must end after this call."""
    held = pages.lock(db, [PageClaim(read.page.id, read.page.lease) for read in reads])
    ours = [read for read in reads if read.page.id in held]
    records = {r.page.id: article_record(r.page, r.result) for r in ours if isinstance(r.result, Article)}
    own = [read.page.article_id for read in ours if read.page.article_id is not None]
    stored = articles.lock(db, keys=[record.key for record in records.values()], ids=own)

    decisions = decide(ours, records, stored, now=now, look_again=look_again)

    created = articles.create(db, [one.record for one in decisions if isinstance(one, Created)])
    _revise(db, [one for one in decisions if isinstance(one, Revised)])
    articles.restore(db, {one.article.id: one.record for one in decisions if isinstance(one, Restored)})
    articles.refresh(db, {one.article.id: one.record for one in decisions if isinstance(one, Same)})
    ids = {head.key: head.id for head in stored} | created
    # Stored meanwhile by another transaction, or own addresses that were not looked up: ours are duplicates.
    taken = [
        one.record.key for one in decisions if isinstance(one, Created) and one.record.key not in created
    ]
    if taken:
        ids |= {head.key: head.id for head in articles.lock(db, keys=taken, ids=[])}
    saved = [_saved(one, created, ids) for one in decisions]
    entries.settle(db, [_entry(one) for one in saved], now=now)
    pages.finish(db, [_page(read) for read in ours])
    changes.append(
        db,
        [
            Change(one.article_id, _CHANGES[one.outcome], one.revision)
            for one in saved
            if one.outcome in _CHANGES and one.article_id is not None
        ],
        now=now,
    )
    by_page = {one.read.page.id: one for one in saved}
    return [by_page.get(read.page.id) or SavedPage(read, ExtractOutcome.LOST) for read in reads]


def _revise(db: Connection, revised: Sequence[Revised]) -> None:
    before = articles.documents(db, [one.article.id for one in revised])
    articles.revise(
        db,
        [
            ArticleRevision(
                one.article.id, one.record, changed_fields(before[one.article.id], one.record.content)
            )
            for one in revised
        ],
    )


def _saved(decision: ExtractDecision, created: Mapping[UUID, int], ids: Mapping[UUID, int]) -> SavedPage:
    """The outcome of a decision, now that it is known which articles this transaction has created."""
    match decision:
        case Created(read, record, look_at) if record.key in created:
            return SavedPage(read, ExtractOutcome.CREATED, ids[record.key], 1, look_at)
        case Created(read, record):
            return SavedPage(read, ExtractOutcome.DUPLICATE, ids[record.key])
        case Duplicate(read, key):
            return SavedPage(read, ExtractOutcome.DUPLICATE, ids[key])
        case Revised(read, _, article):
            return SavedPage(read, ExtractOutcome.REVISED, article.id, article.revision + 1)
        case Restored(read, _, article):
            return SavedPage(read, ExtractOutcome.RESTORED, article.id, article.revision)
        case Same(read, _, article):
            return SavedPage(read, ExtractOutcome.UNCHANGED, article.id, article.revision)
        case _:
            return SavedPage(decision.read, ExtractOutcome.REFUSED)


def _entry(saved: SavedPage) -> ExtractedEntry:
    entry_id, result = saved.read.page.entry_id, saved.read.result
    if isinstance(result, Refusal):
        return ExtractedEntry(
            id=entry_id, state=EntryState.REFUSED, reason=result.reason, detail=result.detail
        )
    state = EntryState.DUPLICATE if saved.outcome is ExtractOutcome.DUPLICATE else EntryState.STORED
    return ExtractedEntry(id=entry_id, state=state, article_id=saved.article_id, due_at=saved.look_at)


def _page(read: ReadPage) -> PageEnd:
    page, result = read.page, read.result
    if isinstance(result, Refusal):
        refused = PageState.REFUSED
        return PageEnd(page.id, page.lease, refused, result.reason, result.detail, VERSION, read.keep)
    return PageEnd(page.id, page.lease, PageState.EXTRACTED, None, None, VERSION, read.keep)

"""Saving what a batch of pages became, in the caller's transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from worker.extract import VERSION, Article
from worker.extract.compare import changed_fields
from worker.model import ArticleState, ChangeKind, EntryState, PageState
from worker.outcome import ExtractOutcome, Refusal
from worker.rows.articles import ArticleHead, ArticleRecord, ArticleRevision
from worker.rows.entries import ExtractedEntry, FetchedAt
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
    new_texts,
)
from worker.services.extract.places import Move, homes_of, own_address
from worker.store import Connection, articles, changes, entries, pages
from worker.store.changes import Change
from worker.urls import key_of

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
    """Save what was read; return one `SavedPage` for each. The transaction must end after this call.

    A page that cannot be decided on what this transaction sees is given back, and its outcome is LOST.
    """
    held = pages.lock(db, [PageClaim(read.page.id, read.page.lease) for read in reads])
    ours = [read for read in reads if read.page.id in held]
    records = {r.page.id: article_record(r.page, r.result) for r in ours if isinstance(r.result, Article)}
    stored, fetched = _lock_articles(db, ours, records)
    # The entries of others were stored after their pages were taken: these are read again, as later looks.
    done = {head.entry_id for head in stored}
    ours = [read for read in ours if read.page.article_id is not None or read.page.entry_id not in done]

    decided = decide(ours, records, stored, fetched, now=now, look_again=look_again)

    decisions = decided.decisions
    _move(db, decided.moves, now=now)
    created = articles.create(db, [one.record for one in decisions if isinstance(one, Created)])
    _revise(db, [one for one in decisions if isinstance(one, Revised)])
    articles.restore(db, {one.article.id: one.record for one in decisions if isinstance(one, Restored)})
    articles.refresh(db, {one.article.id: one.record for one in decisions if isinstance(one, Same)})
    ids = _ids_after(stored, decided.moves) | created
    saved = [one for one in (_saved(decision, created, ids) for decision in decisions) if one is not None]
    by_page = {one.read.page.id: one for one in saved}
    entries.settle(db, [_entry(one) for one in saved], now=now)
    pages.finish(db, [_page(one.read) for one in saved])
    undecided = [PageClaim(r.page.id, r.page.lease) for r in reads if r.page.id not in by_page]
    pages.give_back(db, undecided, now=now)
    changes.append(db, [*_changes_of(decided.moves), *_changes_of_pages(saved)], now=now)
    return [by_page.get(read.page.id) or SavedPage(read, ExtractOutcome.LOST) for read in reads]


def _lock_articles(
    db: Connection, reads: Sequence[ReadPage], records: Mapping[int, ArticleRecord]
) -> tuple[list[ArticleHead], list[FetchedAt]]:
    """Lock the addresses that the pages may belong to, and what is known of each."""
    texts = new_texts(reads, records)
    keys = {key_of(address) for text in texts for address in text.addresses}
    articles.lock_addresses(db, keys)
    fetched = entries.fetched_at(db, sorted(keys))
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


def _move(db: Connection, moves: Sequence[Move], *, now: datetime) -> None:
    """Let articles move, one after the other: the next may take the address that the last one has left."""
    for move in moves:
        key = key_of(move.url)
        if move.article.state is ArticleState.LIVE:
            articles.move_as_revision(db, move.article.id, key=key, url=move.url, now=now)
        else:
            # Consumers have given it up: no change for them.
            articles.move(db, move.article.id, key=key, url=move.url)


def _ids_after(stored: Sequence[ArticleHead], moves: Sequence[Move]) -> dict[UUID, int]:
    """Return the ids of articles by their keys after the moves."""
    keys = {head.id: head.key for head in stored} | {m.article.id: key_of(m.url) for m in moves}
    return {key: article_id for article_id, key in keys.items()}


def _changes_of(moves: Sequence[Move]) -> list[Change]:
    """The lines of moves come first: consumers free the address before another article takes it."""
    made: Counter[int] = Counter()
    lines = []
    for move in moves:
        if move.article.state is ArticleState.LIVE:
            made[move.article.id] += 1
            revision = move.article.revision + made[move.article.id]
            lines.append(Change(move.article.id, ChangeKind.REVISED, revision))
    return lines


def _changes_of_pages(saved: Sequence[SavedPage]) -> list[Change]:
    return [
        Change(one.article_id, _CHANGES[one.outcome], one.revision)
        for one in saved
        if one.outcome in _CHANGES and one.article_id is not None
    ]


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
            return SavedPage(read, ExtractOutcome.CREATED, created[record.key], 1, look_at)
        case Duplicate(read, key):
            return SavedPage(read, ExtractOutcome.DUPLICATE, ids[key]) if key in ids else None
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
    return ExtractedEntry(
        id=entry_id,
        state=state,
        article_id=saved.article_id,
        due_at=saved.look_at,
        page_key=key_of(own_address(saved.read.page)),
    )


def _page(read: ReadPage) -> PageEnd:
    page, result = read.page, read.result
    if isinstance(result, Refusal):
        refused = PageState.REFUSED
        return PageEnd(page.id, page.lease, refused, result.reason, result.detail, VERSION, read.keep)
    return PageEnd(page.id, page.lease, PageState.EXTRACTED, None, None, VERSION, read.keep)

"""The store makes the moves of the tables in worker/model.py, and no others."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from tests.store.rows import (
    NOW,
    added_feed,
    article_record,
    discovered_entry,
    fetched_page,
    host_of,
    item,
    polled,
    stored_article,
)
from worker.model import (
    ARTICLE_MOVES,
    ENTRY_MOVES,
    FEED_MOVES,
    PAGE_MOVES,
    ArticleEvent,
    ArticleState,
    EntryEvent,
    EntryState,
    FeedEvent,
    FeedState,
    ForbiddenMove,
    PageEvent,
    PageState,
)
from worker.rows.articles import ArticleRevision
from worker.rows.entries import EntryUpdate, ExtractedEntry
from worker.rows.feeds import FeedUpdate
from worker.rows.pages import PageEnd
from worker.store import Connection, Store, articles, entries, feeds, pages, tombstones
from worker.store.db import run, value

LATER = NOW + timedelta(hours=1)

IN_STATE = {
    EntryState.WAITING: "state = 'waiting', due_at = :now",
    EntryState.FETCHED: "state = 'fetched', due_at = NULL",
    EntryState.STORED: "state = 'stored', due_at = :now, article_id = :article, finished_at = :now",
    EntryState.DUPLICATE: "state = 'duplicate', due_at = NULL, article_id = :article, finished_at = :now",
    EntryState.REFUSED: "state = 'refused', due_at = NULL, reason = 'timeout', finished_at = :now",
}


def save(state: EntryState) -> Any:
    due = LATER if state in (EntryState.WAITING, EntryState.STORED) else None

    def do(db: Connection, entry_id: int, article_id: int) -> None:
        entries.save(db, [EntryUpdate(id=entry_id, state=state, due_at=due, reason="timeout")], now=NOW)

    return do


def settle(state: EntryState) -> Any:
    def do(db: Connection, entry_id: int, article_id: int) -> None:
        article = None if state is EntryState.REFUSED else article_id
        extracted = ExtractedEntry(id=entry_id, state=state, article_id=article, reason="too-short")
        entries.settle(db, [extracted], now=LATER)

    return do


def requeue(db: Connection, entry_id: int, article_id: int) -> None:
    entries.requeue(db, now=LATER, ids=[entry_id])


def readdress(db: Connection, entry_id: int, article_id: int) -> None:
    moved = item("https://news.example/moved", host_id=host_of(db, "https://news.example/moved"))
    entries.readdress(db, [(entry_id, moved, True, True)], now=LATER)


def purge(db: Connection, entry_id: int, article_id: int) -> None:
    tombstones.purge(db, (), [entry_id], why="a test", now=LATER)


EVENTS = {
    EntryEvent.POSTPONED: save(EntryState.WAITING),
    EntryEvent.FETCHED: save(EntryState.FETCHED),
    EntryEvent.GIVEN_UP: save(EntryState.REFUSED),
    EntryEvent.LOOKED_AT: save(EntryState.STORED),
    EntryEvent.STORED: settle(EntryState.STORED),
    EntryEvent.DUPLICATED: settle(EntryState.DUPLICATE),
    EntryEvent.REFUSED: settle(EntryState.REFUSED),
    EntryEvent.REQUEUED: requeue,
    EntryEvent.READDRESSED: readdress,
    EntryEvent.PURGED: purge,
}


def fingerprint(db: Connection, table: str, row_id: int) -> Any:
    return value(db, f"SELECT to_jsonb({table})::text FROM {table} WHERE id = :id", id=row_id)


def test_an_entry_moves_by_its_table_and_no_other(store: Store) -> None:
    with store.begin() as db:
        article_id = stored_article(db)
    with store.begin() as db:
        entry_id = discovered_entry(db, added_feed(db), "https://news.example/moving")
        for state, event in product(EntryState, EntryEvent):
            reset = "attempts = 0, article_id = NULL, reason = NULL, finished_at = NULL"
            run(
                db,
                f"UPDATE entries SET state = 'waiting', due_at = :now, {reset} WHERE id = :id",
                id=entry_id,
                now=NOW,
            )
            run(
                db,
                f"UPDATE entries SET {IN_STATE[state]} WHERE id = :id",
                **_used(state, entry_id, article_id),
            )
            before = fingerprint(db, "entries", entry_id)

            EVENTS[event](db, entry_id, article_id)

            after = EntryState(value(db, "SELECT state FROM entries WHERE id = :id", id=entry_id))
            assert after is ENTRY_MOVES.get((state, event), state), (state, event)
            changed = fingerprint(db, "entries", entry_id) != before
            assert changed is ((state, event) in ENTRY_MOVES), (state, event)


def _used(state: EntryState, entry_id: int, article_id: int) -> dict[str, Any]:
    values = {"id": entry_id, "now": NOW, "article": article_id}
    return {name: v for name, v in values.items() if name == "id" or f":{name}" in IN_STATE[state]}


@pytest.mark.parametrize("state, event", list(product(FeedState, FeedEvent)))
def test_a_feed_moves_by_its_table_and_no_other(store: Store, state: FeedState, event: FeedEvent) -> None:
    with store.begin() as db:
        feed_id = added_feed(db)
        if state is not FeedState.ACTIVE:
            sql = "UPDATE feeds SET state = :state, due_at = NULL, reason = 'http-gone' WHERE id = :id"
            run(db, sql, id=feed_id, state=state)
        wanted = FEED_MOVES.get((state, event))

        if event in (FeedEvent.PAUSE, FeedEvent.RESUME):
            if wanted is None:
                with pytest.raises(ForbiddenMove):
                    feeds.turn(db, feed_id, event, now=NOW)
            else:
                assert feeds.turn(db, feed_id, event, now=NOW) is wanted
        else:
            target = FEED_MOVES[(FeedState.ACTIVE, event)]
            due = LATER if target is FeedState.ACTIVE else None
            update = FeedUpdate(state=target, due_at=due, due_because="", errors=0, reason="http-gone")
            assert bool(feeds.save(db, {feed_id: update}, now=NOW)) is (wanted is not None)

        assert value(db, "SELECT state FROM feeds WHERE id = :id", id=feed_id) == (wanted or state)


@pytest.mark.parametrize("state, event", list(product(PageState, PageEvent)))
def test_a_page_moves_by_its_table_and_no_other(store: Store, state: PageState, event: PageEvent) -> None:
    with store.begin() as db:
        entry_id = discovered_entry(db, added_feed(db), "https://news.example/a")
        page_id = fetched_page(db, entry_id)
        if state is not PageState.FETCHED:
            pages.finish(db, [PageEnd(page_id, 1, state, "too-short", None, "1")])
        if event is PageEvent.REQUEUED:
            moved = pages.requeue(db, now=NOW) == 1
        else:
            before = fingerprint(db, "pages", page_id)
            pages.finish(db, [PageEnd(page_id, 1, PageState(event.value), "too-short", None, "2")])
            moved = fingerprint(db, "pages", page_id) != before
        after = value(db, "SELECT state FROM pages WHERE id = :id", id=page_id)

    assert moved is ((state, event) in PAGE_MOVES)
    assert after == PAGE_MOVES.get((state, event), state)


ARTICLE_EVENTS = {
    ArticleEvent.REVISED: lambda db, id, record: articles.revise(
        db, [ArticleRevision(id, record, ("text",))]
    ),
    ArticleEvent.REMOVED: lambda db, id, record: articles.remove(db, id, now=LATER),
    ArticleEvent.RESTORED: lambda db, id, record: articles.restore(db, {id: record}),
    ArticleEvent.REFRESHED: lambda db, id, record: articles.refresh(db, {id: record}),
}


@pytest.mark.parametrize("state, event", list(product(ArticleState, ArticleEvent)))
def test_an_article_moves_by_its_table_and_no_other(
    store: Store, state: ArticleState, event: ArticleEvent
) -> None:
    url = "https://news.example/article"
    with store.begin() as db:
        article_id = stored_article(db, url=url)
    with store.begin() as db:
        if state is ArticleState.REMOVED:
            articles.remove(db, article_id, now=NOW)
        before = fingerprint(db, "articles", article_id)
        record = article_record(url, title="Another title", text="Another text.", now=LATER)

        ARTICLE_EVENTS[event](db, article_id, record)

        changed = fingerprint(db, "articles", article_id) != before
        after = value(db, "SELECT state FROM articles WHERE id = :id", id=article_id)

    assert changed is ((state, event) in ARTICLE_MOVES)
    assert after == ARTICLE_MOVES.get((state, event), state)


def test_pausing_a_feed_that_is_gone_is_forbidden_and_changes_nothing(store: Store) -> None:
    with store.begin() as db:
        feed_id = added_feed(db)
        polled(db, feed_id, new=0, state=FeedState.RETIRED, due_at=None, reason="http-gone")
        with pytest.raises(ForbiddenMove):
            feeds.turn(db, feed_id, FeedEvent.PAUSE, now=NOW)
        with pytest.raises(LookupError):
            feeds.turn(db, 999, FeedEvent.PAUSE, now=NOW)

"""Rows for tests, put in through the store's own functions, as polls, fetches and extractions would."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.store.tables import read
from worker.model import ChangeKind, EntryState, FeedState, LookState, PageState
from worker.outcome import Doubt, Reason
from worker.rows.articles import ArticleRecord, ArticleRevision
from worker.rows.entries import EntryUpdate, ExtractedEntry, Item, Look, LookUpdate
from worker.rows.feeds import FeedUpdate, Subscription
from worker.rows.pages import NewPage, PageEnd
from worker.store import Connection, articles, changes, entries, feeds, hosts, pages, publishers, sightings
from worker.store.changes import Change
from worker.store.db import run, value
from worker.urls import key_of

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
_numbers = count(1)


def host_of(db: Connection, url: str) -> int:
    """The id of the host of `url`."""
    parts = urlsplit(url)
    key = f"{parts.scheme}://{parts.hostname}:{parts.port or 443}"
    return hosts.ensure(db, [key])[key]


def added_feed(
    db: Connection,
    url: str = "https://news.example/feed.xml",
    *,
    title: str | None = None,
    now: datetime = NOW,
) -> int:
    """A subscribed feed; its id."""
    site = urlsplit(url).hostname or ""
    publisher_id = publishers.ensure(db, [site])[site]
    known = feeds.find(db, url)
    return known or feeds.add(db, [Subscription(url, host_of(db, url), publisher_id, title)], now=now)[0]


def polled(db: Connection, feed_id: int, *, new: int, now: datetime = NOW, **update: Any) -> None:
    """The feed was polled and showed `new` new entries."""
    values: dict[str, Any] = {
        "state": FeedState.ACTIVE,
        "due_at": now,
        "due_because": "",
        "errors": 0,
        "ok": True,
        "new": new,
    }
    assert feeds.save(db, {feed_id: FeedUpdate(**(values | update))}, now=now)


def item(url: str, *, title: str | None = None, host_id: int | None = None, **values: Any) -> Item:
    """An item of a feed, as a poll makes it."""
    given: dict[str, Any] = {
        "key": key_of(url),
        "keys": (key_of(url),),
        "old_key": None,
        "facts": key_of("facts", url),
        "guid": url,
        "guid_key": key_of(url),
        "item_hash": None,
        "position": 0,
        "url": url,
        "fragment": None,
        "host_id": host_id,
        "title": title,
        "authors": (),
        "published": None,
        "updated": None,
        "summary": None,
        "content": None,
        "language": None,
        "edit_hash": uuid4(),
    }
    return Item(**(given | values))


def discovered_entry(
    db: Connection, feed_id: int, url: str, *, title: str | None = None, now: datetime = NOW
) -> int:
    """A waiting entry, found by a poll of the feed; its id."""
    one = item(url, title=title, host_id=host_of(db, url))
    ids = entries.insert(db, feed_id, [one], now=now)
    sightings.see(db, feed_id, [(ids[one.key], one)], now=now)
    polled(db, feed_id, new=1, now=now)
    return ids[one.key]


def refused_entry(
    db: Connection, feed_id: int, url: str, reason: Reason, *, title: str | None = None, now: datetime = NOW
) -> int:
    """An entry that was refused when its page was fetched; its id."""
    entry_id = discovered_entry(db, feed_id, url, title=title, now=now)
    update = EntryUpdate(id=entry_id, state=EntryState.REFUSED, due_at=None, reason=reason)
    entries.save(db, [update], now=now)
    return entry_id


def new_page(entry_id: int, body: bytes, *, url: str = "https://news.example/a") -> NewPage:
    """A page of the entry as it was fetched."""
    return NewPage(
        entry_id=entry_id,
        url=url,
        status=200,
        content_type="text/html",
        headers={},
        body=body,
        encoding="",
        size=len(body),
    )


def fetched_page(db: Connection, entry_id: int, *, due_at: datetime = NOW) -> int:
    """A page of the entry that waits for extraction; its id."""
    expires_at = NOW + timedelta(days=30)
    return pages.insert(db, [new_page(entry_id, b"<p>")], now=NOW, due_at=due_at, expires_at=expires_at)[0].id


def refused_page(db: Connection, entry_id: int, body: bytes, reason: Reason, *, now: datetime = NOW) -> None:
    """Let the entry's page be fetched, and refused when it was read."""
    _fetched(db, entry_id, now)
    page = new_page(entry_id, body)
    (claim,) = pages.insert(db, [page], now=now, due_at=now, expires_at=now + timedelta(days=30))
    pages.finish(db, [PageEnd(claim.id, claim.lease, PageState.REFUSED, reason, None, "1")])
    entries.settle(db, [ExtractedEntry(id=entry_id, state=EntryState.REFUSED, reason=reason)], now=now)


def article_record(
    url: str, *, title: str | None, text: str, now: datetime = NOW, **values: Any
) -> ArticleRecord:
    """An article as extraction hands it to the store; `values` are fields of the record or of its content."""
    content: dict[str, Any] = {
        "title": title,
        "authors": ["Ada Writer"],
        "agencies": [],
        "published": now.isoformat(),
        "published_precision": "instant",
        "language": "en",
        "tags": [],
        "text": text,
        "word_count": len(text.split()),
        "kind": "article",
        "blocks": [{"kind": "paragraph", "text": text}],
        "images": [],
        "rights": {"robots": []},
        "provenance": {"title": "json-ld"},
        "extractor": "1",
    }
    record: dict[str, Any] = {
        "key": key_of(url),
        "url": url,
        "publisher_id": None,
        "page_id": None,
        "seen_at": now,
        "content_hash": key_of(title or "", text).bytes,
    }
    names = set(ArticleRecord.__slots__)
    record |= {name: value for name, value in values.items() if name in names}
    content |= {name: value for name, value in values.items() if name not in names}
    return ArticleRecord(**record, content=content)


def stored_article(
    db: Connection,
    *,
    title: str | None = "A title",
    text: str = "The text of an article.",
    url: str | None = None,
    feed_id: int | None = None,
    now: datetime = NOW,
    **values: Any,
) -> int:
    """Store an article that an entry of a feed brought, with its change; its id. Must end its transaction."""
    url = url or f"https://news.example/{next(_numbers)}"
    feed_id = feed_id or added_feed(db, now=now)
    entry_id = discovered_entry(db, feed_id, url, title=title, now=now)
    _fetched(db, entry_id, now)
    site = urlsplit(url).hostname or ""
    values = {"publisher_id": publishers.ensure(db, [site])[site]} | values
    record = article_record(url, title=title, text=text, now=now, **values)
    article_id = articles.create(db, [record])[record.key]
    stored = ExtractedEntry(id=entry_id, state=EntryState.STORED, article_id=article_id)
    entries.settle(db, [stored], now=now)
    changes.append(db, [Change(article_id, ChangeKind.CREATED, 1)], now=now)
    return article_id


def doubt_look(
    db: Connection, article_id: int, doubt: Doubt = Doubt.CUT_SHORT, *, now: datetime = NOW
) -> None:
    """Let the last look at an article's page have been doubtful, for the second time."""
    found = read(db, "entries", "id", article_id=article_id)
    look = Look(
        state=LookState.DOUBTFUL,
        reason=doubt,
        detail="20% of the stored text is left",
        since=now,
        times=2,
        sketch=b"0" * 32,
        text_since=now,
        text_times=2,
    )
    entries.save_looks(db, [LookUpdate(one["id"], look, None) for one in found], now=now)


def begun_story(db: Connection, article_ids: Sequence[int]) -> int:
    """A story of these articles, whatever their texts; its id."""
    values = {"now": NOW, "size": len(article_ids)}
    story_id = int(
        value(db, "INSERT INTO stories (begun_at, size) VALUES (:now, :size) RETURNING id", **values)
    )
    sql = "UPDATE articles SET story_id = :story WHERE id = ANY(:ids)"
    run(db, sql, story=story_id, ids=list(article_ids))
    return story_id


def revised_article(
    db: Connection, article_id: int, *, url: str, changed: Sequence[str] = ("text",), **values: Any
) -> None:
    """Store the article's second version, with its change. Must end its transaction."""
    articles.revise(db, [ArticleRevision(article_id, article_record(url, **values), tuple(changed))])
    line = Change(article_id, ChangeKind.REVISED, 2, changed=tuple(changed))
    changes.append(db, [line], now=NOW)


def _fetched(db: Connection, entry_id: int, now: datetime) -> None:
    entries.save(db, [EntryUpdate(id=entry_id, state=EntryState.FETCHED, due_at=None)], now=now)

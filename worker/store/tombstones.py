"""Purging: delete an article with all its text, and leave a tombstone for each of its addresses.

The tombstones make the next poll, and the next reading of a kept page, refuse the article. They hold hashes
of addresses and no text. The lines of the change log stay, with one more of the kind `purged`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from worker.model import ENTRY_MOVES, Cause, ChangeKind, EntryEvent, EntryState, move
from worker.outcome import Reason
from worker.store import articles, changes, schema, stories
from worker.store.changes import Change
from worker.store.db import Connection, dumps, first, rows, run
from worker.store.retention import ARTICLE_BYTES
from worker.store.schema import recordset
from worker.urls import canonical_or_none, key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to purge: articles with one of these keys, at addresses like `url`, or of a publisher.

    In `url` a `*` stands for any characters, and the pattern is compared with the whole address. Entries
    without an article belong to the selection, too, by their address or by the publisher of their feed.
    """

    keys: tuple[UUID, ...] = ()
    url: str | None = None
    publisher: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of `articles` and `entries`."""
        return {
            "keys": list(self.keys),
            "url": None if self.url is None else _like(self.url),
            "publisher": self.publisher,
        }

    @property
    def articles(self) -> str:
        """The FROM clause of its articles `a`."""
        chosen = [f"{changes.KEY} = ANY(:keys)"] * bool(self.keys)
        chosen += ["a.url LIKE :url"] * (self.url is not None)
        chosen += ["p.site = :publisher"] * (self.publisher is not None)
        return f"""FROM articles a LEFT JOIN publishers p ON p.id = a.publisher_id
            WHERE ({" OR ".join(chosen)})"""


ENTRIES = """FROM entries e LEFT JOIN feeds f ON f.id = e.feed_id
    LEFT JOIN publishers p ON p.id = f.publisher_id
WHERE e.article_id IS NULL AND e.reason IS DISTINCT FROM 'purged'
    AND (e.url LIKE :url OR p.site = :publisher)"""
"""The entries of a selection that have no article."""

BODIES = """SELECT count(*) AS pages, coalesce(sum(octet_length(g.body)), 0) AS bytes FROM pages g
JOIN entries e ON e.id = g.entry_id WHERE g.body IS NOT NULL"""
"""Kept pages of entries `e`."""


def _like(pattern: str) -> str:
    """Return a LIKE pattern, in which only `*` stands for other characters."""
    for sign in "\\%_":
        pattern = pattern.replace(sign, f"\\{sign}")
    return pattern.replace("*", "%")


def count(db: Connection, chosen: Selection) -> dict[str, int]:
    """Return how many articles, revisions, entries and kept pages a purge would delete, and their bytes."""
    found = first(
        db,
        f"""WITH doomed AS (SELECT a.id, a.revision, {ARTICLE_BYTES} AS size {chosen.articles}),
            loose AS (SELECT e.id {ENTRIES}),
            kept AS ({BODIES} AND (e.article_id IN (SELECT id FROM doomed) OR e.id IN (SELECT id FROM loose)))
        SELECT count(*) AS articles, coalesce(sum(revision), 0) AS revisions,
            (SELECT count(*) FROM loose)
                + (SELECT count(*) FROM entries WHERE article_id IN (SELECT id FROM doomed)) AS entries,
            (SELECT pages FROM kept) AS pages,
            coalesce(sum(size), 0) + (SELECT bytes FROM kept) AS bytes
        FROM doomed""",
        **chosen.values,
    )
    assert found is not None
    return {name: int(value) for name, value in found.items()}


def listed(db: Connection, chosen: Selection, *, limit: int) -> list[dict[str, Any]]:
    """Return the newest articles of a selection, with id, url and title."""
    return rows(
        db,
        f"SELECT a.id, a.url, a.title {chosen.articles} ORDER BY a.id DESC LIMIT :limit",
        **chosen.values,
        limit=limit,
    )


def article_ids(db: Connection, chosen: Selection, *, after: int, limit: int) -> list[int]:
    """Return articles of a selection with higher ids than `after`, in order."""
    sql = f"SELECT a.id {chosen.articles} AND a.id > :after ORDER BY a.id LIMIT :limit"
    found = rows(db, sql, **chosen.values, after=after, limit=limit)
    return [int(row["id"]) for row in found]


def entry_ids(db: Connection, chosen: Selection, *, after: int, limit: int) -> list[int]:
    """Return entries of a selection without an article and with higher ids than `after`, in order."""
    sql = f"SELECT e.id {ENTRIES} AND e.id > :after ORDER BY e.id LIMIT :limit"
    found = rows(db, sql, **chosen.values, after=after, limit=limit)
    return [int(row["id"]) for row in found]


def among(db: Connection, keys: Iterable[UUID]) -> set[UUID]:
    """Return those of these keys of addresses that were purged."""
    found = rows(db, "SELECT key FROM tombstones WHERE key = ANY(:keys)", keys=list(keys))
    return {row["key"] for row in found}


def purge(
    db: Connection, articles_: Collection[int], entries: Collection[int] = (), *, why: str, now: datetime
) -> int:
    """Purge articles with their entries, and entries without an article; return the number of articles.

    Must end its transaction. `why` is kept with the tombstones and shown with the entries.
    """
    addresses = _lock(db, articles_, entries)
    doomed = rows(
        db,
        f"""SELECT a.id, {changes.KEY} AS key, a.revision, a.story_id FROM articles a
        WHERE a.id = ANY(:ids) ORDER BY a.id FOR UPDATE""",
        ids=list(articles_),
    )
    ids = [int(row["id"]) for row in doomed]
    left = sorted({int(row["story_id"]) for row in doomed if row["story_id"] is not None})
    _empty_entries(db, ids, entries, why=why, now=now)
    _leave_stories(db, ids, left)
    run(
        db,
        f"""INSERT INTO tombstones (key, article_id, article_key, purged_at, why)
        SELECT key, article_id, article_key, :now, :why
        FROM {recordset(schema.tombstones, "key", "article_id", "article_key")} ORDER BY key
        ON CONFLICT (key) DO NOTHING""",
        records=dumps(_stones(addresses, {int(row["id"]): row["key"] for row in doomed})),
        now=now,
        why=why,
    )
    run(db, "DELETE FROM articles WHERE id = ANY(:ids)", ids=ids)
    stories.count(db, left)
    changes.append(
        db,
        [
            Change(int(row["id"]), ChangeKind.PURGED, int(row["revision"]), (), Cause.OPERATOR)
            for row in doomed
        ],
        now=now,
    )
    return len(ids)


def _lock(
    db: Connection, articles_: Collection[int], entries: Collection[int]
) -> list[tuple[int | None, UUID]]:
    """Lock pages, then addresses, as extraction does; return the addresses of each article."""
    run(
        db,
        """SELECT g.id FROM pages g JOIN entries e ON e.id = g.entry_id
        WHERE e.article_id = ANY(:articles) OR e.id = ANY(:entries) ORDER BY g.id FOR UPDATE OF g""",
        articles=list(articles_),
        entries=list(entries),
    )
    before: set[UUID] = set()
    while True:
        found = _addresses(db, articles_, entries)
        keys = {key for _, key in found}
        if keys <= before:
            return found
        # Another entry may have led to the article before its addresses were locked.
        articles.lock_addresses(db, keys - before)
        before |= keys


def _addresses(
    db: Connection, articles_: Collection[int], entries: Collection[int]
) -> list[tuple[int | None, UUID]]:
    """Return the keys of all addresses by which articles and entries may come back, with the article's id."""
    known = rows(
        db,
        "SELECT id AS article_id, key, url FROM articles WHERE id = ANY(:ids)",
        ids=list(articles_),
    )
    seen = rows(
        db,
        """SELECT e.article_id, e.id, e.key, e.page_key, e.url, g.url AS page_url
        FROM entries e LEFT JOIN pages g ON g.entry_id = e.id
        WHERE e.article_id = ANY(:articles) OR e.id = ANY(:entries)""",
        articles=list(articles_),
        entries=list(entries),
    )
    found: dict[UUID, int | None] = {row["key"]: row["article_id"] for row in known}
    for row in seen:
        urls = filter(None, (canonical_or_none(url) for url in (row["url"], row["page_url"]) if url))
        keys = (
            row["key"],
            row["page_key"],
            key_of(f"entry:{row['id']}"),
            *(key_of(url) for url in urls if url),
        )
        for key in keys:
            if key is not None:
                found.setdefault(key, row["article_id"])
    return [(article_id, key) for key, article_id in found.items()]


def _stones(addresses: Iterable[tuple[int | None, UUID]], keys: dict[int, UUID]) -> list[dict[str, Any]]:
    return [
        {"key": key, "article_id": article_id, "article_key": keys.get(article_id or 0)}
        for article_id, key in addresses
    ]


def _empty_entries(
    db: Connection, articles_: Collection[int], entries: Collection[int], *, why: str, now: datetime
) -> None:
    """Refuse the entries and delete their text and pages, also from the gaps that name them."""
    found = rows(
        db,
        """SELECT id, state FROM entries WHERE article_id = ANY(:articles) OR id = ANY(:entries)
        ORDER BY id FOR UPDATE""",
        articles=list(articles_),
        entries=list(entries),
    )
    ids = [int(row["id"]) for row in found]
    after = {move(ENTRY_MOVES, EntryState(row["state"]), EntryEvent.PURGED) for row in found}
    run(
        db,
        """UPDATE entries SET state = :state, reason = :reason, detail = :why, article_id = NULL, due_at =
        NULL, attempts = 0, errors = 0, etag = NULL, last_modified = NULL, body_hash = NULL, look = 'good',
        look_reason = NULL, look_detail = NULL, look_since = NULL, look_times = 0, look_sketch = NULL,
        look_text_since = NULL, look_text_times = 0, finished_at = coalesce(finished_at, :now) WHERE id =
        ANY(:ids)""",
        ids=ids,
        state=next(iter(after), EntryState.REFUSED),
        reason=Reason.PURGED,
        why=why,
        now=now,
    )
    run(db, "DELETE FROM pages WHERE entry_id = ANY(:ids)", ids=ids)
    erase_texts(db, ids)


def erase_texts(db: Connection, entry_ids: Collection[int]) -> None:
    """Delete what feeds said of entries, also from the gaps that name them."""
    if not entry_ids:
        return
    found = rows(db, "SELECT title FROM entries WHERE id = ANY(:ids) AND title <> ''", ids=list(entry_ids))
    titles = [row["title"] for row in found]
    run(
        db,
        """UPDATE entries SET title = NULL, authors = '{}', summary = NULL, content = NULL
        WHERE id = ANY(:ids)""",
        ids=list(entry_ids),
    )
    for column in ("before", "after"):
        run(db, f"UPDATE gaps SET {column} = NULL WHERE {column} = ANY(:titles)", titles=titles)


def _leave_stories(db: Connection, articles_: Collection[int], left: Collection[int]) -> None:
    """Let the other members of the articles' stories be related again: without these they may fall apart."""
    run(db, "DELETE FROM story_bands WHERE article_id = ANY(:ids)", ids=list(articles_))
    run(
        db,
        """INSERT INTO story_queue (article_id) SELECT min(id) FROM articles
        WHERE story_id = ANY(:stories) AND id <> ALL(:ids) GROUP BY story_id""",
        stories=list(left),
        ids=list(articles_),
    )

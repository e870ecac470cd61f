"""What an operator may mean by a few words or an address: feeds, hosts, articles, stories, entries."""

from typing import Any
from uuid import UUID

from worker.store.db import Connection, first, rows
from worker.urls import canonical, key_of

ENTRY = """e.id, e.title, e.url, e.state, e.reason, e.detail, e.feed_id, coalesce(f.title, f.url) AS feed,
    e.article_id, e.discovered_at, e.finished_at"""
"""The columns of an entry that lists show."""


def entries_at(db: Connection, url: str, *, limit: int) -> list[dict[str, Any]]:
    """Return the entries with this address, or whose page was fetched there. Raises `BadUrl`."""
    keys = sorted({key_of(canonical(url)), key_of(canonical(url, by_value=False))})
    return rows(
        db,
        f"""SELECT {ENTRY} FROM (
            SELECT id FROM entries WHERE key = ANY(:keys)
            UNION SELECT id FROM entries WHERE page_key = ANY(:keys)
        ) AS found JOIN entries e USING (id) LEFT JOIN feeds f ON f.id = e.feed_id
        ORDER BY e.id LIMIT :limit""",
        keys=keys,
        limit=limit,
    )


def article_of_key(db: Connection, key: UUID) -> int | None:
    """Return the id of the article with this key, which consumers know it by; None if there is none."""
    found = first(
        db,
        """SELECT id FROM articles WHERE lasting_key = :key
        UNION ALL SELECT id FROM articles WHERE key = :key LIMIT 1""",
        key=key,
    )
    return int(found["id"]) if found else None


def ids_named(db: Connection, number: int) -> list[str]:
    """Return the kinds of which something has this id: article, entry, feed, host, story."""
    return [
        str(row["kind"])
        for row in rows(
            db,
            """SELECT 'article' AS kind FROM articles WHERE id = :id
            UNION ALL SELECT 'entry' FROM entries WHERE id = :id
            UNION ALL SELECT 'feed' FROM feeds WHERE id = :id
            UNION ALL SELECT 'host' FROM hosts WHERE id = :id
            UNION ALL SELECT 'story' FROM stories WHERE id = :id AND merged_into IS NULL ORDER BY kind""",
            id=number,
        )
    ]


def entry(db: Connection, entry_id: int) -> dict[str, Any] | None:
    """Return one entry with its feed and host; None if it does not exist."""
    return first(
        db,
        f"""SELECT {ENTRY}, e.due_at, e.attempts, e.errors, e.looks, e.look, e.look_reason, e.look_detail,
            e.look_since, e.published, e.published_precision, e.host_id, e.hop_url, h.key AS host
        FROM entries e LEFT JOIN feeds f ON f.id = e.feed_id LEFT JOIN hosts h ON h.id = e.host_id
        WHERE e.id = :id""",
        id=entry_id,
    )


def sightings_of(db: Connection, entry_id: int, *, limit: int) -> list[dict[str, Any]]:
    """Return the feeds that list an entry, the first one first."""
    return rows(
        db,
        """SELECT s.feed_id, coalesce(f.title, f.url) AS feed, s.first_seen_at, s.last_seen_at, s.position
        FROM sightings s JOIN feeds f ON f.id = s.feed_id WHERE s.entry_id = :id
        ORDER BY s.first_seen_at LIMIT :limit""",
        id=entry_id,
        limit=limit,
    )

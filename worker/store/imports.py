"""Imports: sources that are never polled, in the form of paused feeds with the address `import:NAME`.

An entry of an import has no host, so no page of it is ever requested. Its feed counts what it discovered, as
polls do, so that the identity of entries holds.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from worker.model import EntryState
from worker.rows.entries import EntryUpdate, Item
from worker.rows.pages import NewPage, PageClaim
from worker.store import entries, hosts, pages, publishers, sightings
from worker.store.db import Connection, rows, run, value
from worker.store.feeds import IMPORT

HOST = "import://import:0"
"""The host of all imports, which nothing is requested from: every feed has one."""


def source(db: Connection, name: str, *, labels: Sequence[str], now: datetime) -> int:
    """Return the feed of an import, creating it if it is new; labels are added to those that it has."""
    host_id = hosts.ensure(db, [HOST])[HOST]
    return int(
        value(
            db,
            """
            INSERT INTO feeds (url, host_id, title, kind, labels, state, due_because, added_at)
            VALUES (:url, :host_id, :title, 'import', :labels, 'paused', 'it is an import', :now)
            ON CONFLICT (url) DO UPDATE
                SET labels = ARRAY(SELECT DISTINCT unnest(feeds.labels || excluded.labels) ORDER BY 1)
            RETURNING id
            """,
            url=f"{IMPORT}{name}",
            host_id=host_id,
            title=f"import {name}",
            labels=sorted(set(labels)),
            now=now,
        )
    )


@dataclass(frozen=True, slots=True)
class KnownCapture:
    """An entry that is known: when its page was fetched last, and what became of it."""

    entry_id: int
    at: datetime | None
    is_stored: bool
    is_blocked: bool
    """A filter of the operator has kept it out."""


def labels_of(db: Connection, feed_id: int) -> list[str]:
    """Return the labels of an import."""
    return list(value(db, "SELECT labels FROM feeds WHERE id = :id", id=feed_id))


def newest_captures(db: Connection, keys: Collection[UUID]) -> dict[UUID, KnownCapture]:
    """Return the known entries among these keys."""
    found = rows(
        db,
        """SELECT e.key, e.id, greatest(max(p.fetched_at), max(a.stored_at), max(a.revised_at)) AS at,
            e.article_id IS NOT NULL AS is_stored, e.reason IS NOT DISTINCT FROM 'blocked' AS is_blocked
        FROM entries e LEFT JOIN pages p ON p.entry_id = e.id LEFT JOIN articles a ON a.id = e.article_id
        WHERE e.key = ANY(:keys) GROUP BY e.id""",
        keys=list(keys),
    )
    return {
        row["key"]: KnownCapture(int(row["id"]), row["at"], row["is_stored"], row["is_blocked"])
        for row in found
    }


def discover(db: Connection, feed_id: int, items: Sequence[Item], *, now: datetime) -> dict[UUID, int]:
    """Store new entries as fetched (refused ones as refused), and count them; return key → id.

    An entry that another transaction has stored meanwhile is missing from the result. The pages of fetched
    entries must be inserted in the same transaction.
    """
    found = entries.insert(db, feed_id, items, now=now)
    # With a hash of the body: an entry without one is fetched again once it is stored (`entries.settle`).
    updates = [
        EntryUpdate(id=found[item.key], state=EntryState.FETCHED, due_at=None, body_hash=item.key)
        for item in items
        if item.reason is None and item.key in found
    ]
    entries.save(db, updates, now=now)
    sightings.see(db, feed_id, [(found[item.key], item) for item in items if item.key in found], now=now)
    run(
        db,
        """UPDATE feeds SET discovered = discovered + :new, last_ok_at = :now,
            last_new_at = CASE WHEN :new > 0 THEN :now ELSE last_new_at END
        WHERE id = :id""",
        new=len(found),
        now=now,
        id=feed_id,
    )
    return found


def see_again(db: Connection, feed_id: int, seen: Mapping[int, Item], *, now: datetime) -> None:
    """Record that the import has another capture of these known entries."""
    sightings.see(db, feed_id, sorted(seen.items(), key=lambda pair: pair[0]), now=now)


def insert_pages(
    db: Connection, captures: Sequence[NewPage], *, now: datetime, due_at: datetime, expires_at: datetime
) -> list[PageClaim]:
    """Store captures as pages that wait for extraction."""
    return pages.insert(db, captures, now=now, due_at=due_at, expires_at=expires_at)


def unread(db: Connection, feed_id: int, *, until: datetime, limit: int) -> list[PageClaim]:
    """Claim pages of the import that wait for extraction, also those that a killed import has left."""
    found = rows(
        db,
        """
        UPDATE pages SET due_at = :until, lease = pages.lease + 1
        WHERE id IN (
            SELECT p.id FROM pages p JOIN sightings s ON s.entry_id = p.entry_id AND s.feed_id = :feed_id
            WHERE p.due_at IS NOT NULL ORDER BY p.id LIMIT :limit FOR UPDATE OF p SKIP LOCKED
        ) RETURNING id, lease
        """,
        feed_id=feed_id,
        until=until,
        limit=limit,
    )
    return sorted((PageClaim(int(row["id"]), int(row["lease"])) for row in found), key=lambda one: one.id)


def publisher_ids(db: Connection, sites: Collection[str]) -> dict[str, int]:
    """Return the ids of the publishers of these sites, creating the missing ones."""
    return publishers.ensure(db, sites)

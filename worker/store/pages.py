"""Pages: fetched responses with their bodies as received, and their extraction as work."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from worker.model import LookState
from worker.rows.entries import Look
from worker.rows.pages import FeedSaid, KeptPage, NewPage, Page, PageClaim, PageEnd
from worker.store import schema
from worker.store.db import Connection, dumps, first, rows, run
from worker.store.schema import LOOK_COLUMNS, columns_of, recordset

CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM pages WHERE due_at <= :now ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED
)
UPDATE pages SET due_at = :until, lease = lease + 1
FROM due WHERE pages.id = due.id
RETURNING pages.id, pages.lease, pages.attempts
"""


def insert(
    db: Connection, pages: Sequence[NewPage], *, now: datetime, due_at: datetime, expires_at: datetime
) -> list[PageClaim]:
    """Store fetched pages, claimed until `due_at` for the message that the caller sends next."""
    if not pages:
        return []
    cursor: Any = db.connection.cursor()
    # psycopg pipelines executemany: one round trip for all pages.
    cursor.executemany(
        """INSERT INTO pages (entry_id, state, due_at, lease, url, status, content_type, headers, body,
            encoding, size, reason, detail, fetched_at, expires_at, reserved)
        VALUES (%s, 'fetched', %s, 1, %s, %s, %s, %s, %b, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
        [
            (
                page.entry_id,
                due_at,
                page.url,
                page.status,
                page.content_type,
                dumps([page.headers])[1:-1],
                page.body,
                page.encoding,
                page.size,
                page.reason,
                page.detail,
                page.fetched_at or now,
                expires_at,
                dumps([page.reserved])[1:-1],
            )
            for page in pages
        ],
        returning=True,
    )
    claims = [PageClaim(int(cursor.fetchone()[0]), 1)]
    while cursor.nextset():
        claims.append(PageClaim(int(cursor.fetchone()[0]), 1))
    return claims


def claim(db: Connection, *, now: datetime, lease: timedelta, limit: int) -> list[tuple[PageClaim, int]]:
    """Claim due pages, the longest due first; return each with its number of unfinished attempts."""
    found = rows(db, CLAIM, now=now, until=now + lease, limit=limit)
    return [(PageClaim(int(row["id"]), int(row["lease"])), int(row["attempts"])) for row in found]


def take(db: Connection, claims: Sequence[PageClaim], *, now: datetime, lease: timedelta) -> list[Page]:
    """Begin work on the claims that still hold, and return their pages."""
    found = rows(
        db,
        f"""
        WITH taken AS (
            UPDATE pages SET due_at = :until, lease = pages.lease + 1, attempts = attempts + 1
            FROM unnest(CAST(:ids AS bigint[]), CAST(:leases AS bigint[])) AS claim (id, lease)
            WHERE pages.id = claim.id AND pages.lease = claim.lease AND state = 'fetched'
            RETURNING pages.*
        )
        SELECT t.id, t.lease, t.attempts, t.entry_id, t.url, t.status, t.content_type, t.headers, t.body,
            t.encoding, t.reason, t.detail, t.fetched_at, t.reserved, e.url AS entry_url, e.host_id,
            CASE WHEN e.state = 'stored' THEN e.article_id END AS article_id, f.publisher_id, e.looks,
            coalesce(f.labels, '{{}}') AS labels,
            t.extractor IS NOT NULL AND t.reason IS NULL AS was_read,
            coalesce(a.read_by, a.extractor) AS read_by,
            {", ".join(f"e.{column} AS {column}" for column in LOOK_COLUMNS)},
            {columns_of(schema.entries, FeedSaid, "e")}
        FROM taken t JOIN entries e ON e.id = t.entry_id LEFT JOIN feeds f ON f.id = e.feed_id
            LEFT JOIN articles a ON a.id = e.article_id
        ORDER BY t.id
        """,
        ids=[c.id for c in claims],
        leases=[c.lease for c in claims],
        until=now + lease,
    )
    return [_page(row) for row in found]


def earlier(db: Connection, held: Sequence[Page]) -> dict[int, Page]:
    """Return for pages the kept one of the same entry from which an article was read last, by the pages' ids.

    A page without an earlier one, or whose body is no longer kept, is missing from the result.
    """
    names = (
        *("url", "status", "content_type", "headers", "body", "encoding", "reason", "detail", "fetched_at"),
        "reserved",
    )
    found = rows(
        db,
        f"""
        SELECT DISTINCT ON (newer.id) newer.id AS newer, {", ".join(f"p.{name}" for name in names)}
        FROM pages newer JOIN pages p ON p.entry_id = newer.entry_id AND p.id < newer.id
        WHERE newer.id = ANY(:ids) AND p.state = 'extracted' AND p.body IS NOT NULL AND p.status IS NOT NULL
        ORDER BY newer.id, p.id DESC
        """,
        ids=[page.id for page in held],
    )
    by_id = {page.id: page for page in held}
    earlier: dict[int, Page] = {}
    for row in found:
        newer = by_id[row.pop("newer")]
        earlier[newer.id] = replace(newer, **row)
    return earlier


def _page(row: dict[str, Any]) -> Page:
    said = {name: row.pop(name) for name in FeedSaid.__slots__}
    look = {name: row.pop(column) for column, name in LOOK_COLUMNS.items()}
    look["state"] = LookState(look["state"])
    row["labels"] = tuple(row["labels"])
    return Page(**row, look=Look(**look), said=FeedSaid(**{**said, "authors": tuple(said["authors"])}))


def lock(db: Connection, held: Sequence[PageClaim]) -> set[int]:
    """Lock the pages whose lease is still the caller's and return their ids."""
    found = rows(
        db,
        """
        SELECT pages.id FROM pages
        JOIN unnest(CAST(:ids AS bigint[]), CAST(:leases AS bigint[])) AS held (id, lease)
            ON pages.id = held.id AND pages.lease = held.lease
        WHERE state = 'fetched' ORDER BY pages.id FOR NO KEY UPDATE OF pages
        """,
        ids=[c.id for c in held],
        leases=[c.lease for c in held],
    )
    return {int(row["id"]) for row in found}


def give_back(db: Connection, held: Sequence[PageClaim], *, now: datetime) -> None:
    """Make pages due at once that were taken but not extracted, as if they had not been taken."""
    if held:
        run(
            db,
            """
            UPDATE pages SET due_at = :now, attempts = greatest(attempts - 1, 0)
            FROM unnest(CAST(:ids AS bigint[]), CAST(:leases AS bigint[])) AS held (id, lease)
            WHERE pages.id = held.id AND pages.lease = held.lease AND state = 'fetched'
            """,
            ids=[c.id for c in held],
            leases=[c.lease for c in held],
            now=now,
        )


def finish(db: Connection, ends: Sequence[PageEnd]) -> None:
    """Move locked pages to the states in which extraction left them."""
    run(
        db,
        f"""
        UPDATE pages SET state = r.state, due_at = NULL, lease = pages.lease + 1, attempts = 0,
            reason = r.reason, detail = r.detail, extractor = r.extractor,
            body = CASE WHEN r.keep THEN body END
        FROM {recordset(schema.pages, "id", "state", "reason", "detail", "extractor", keep="boolean")}
        WHERE pages.id = r.id AND pages.state = 'fetched'
        """,
        records=dumps(ends),
    )


def requeue(
    db: Connection,
    *,
    now: datetime,
    ids: Sequence[int] | None = None,
    other_than: str | None = None,
    limit: int = 1_000_000,
) -> int:
    """Let kept pages be extracted again, and return their number.

    Of each entry this takes the newest page that had a text, or the newest if none had: a wall that was
    fetched later says nothing. Entries are skipped that have a page waiting anyway, or one that the extractor
    version `other_than` has read.
    """
    return run(
        db,
        """
        UPDATE pages SET state = 'fetched', due_at = :now, attempts = 0
        WHERE id IN (
            SELECT coalesce(max(id) FILTER (WHERE state = 'extracted'), max(id)) FROM pages
            WHERE body IS NOT NULL AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(:ids))
            GROUP BY entry_id
            HAVING bool_and(state <> 'fetched')
                AND (CAST(:other_than AS text) IS NULL OR bool_and(extractor IS DISTINCT FROM :other_than))
            LIMIT :limit
        )
        """,
        now=now,
        ids=None if ids is None else list(ids),
        other_than=other_than,
        limit=limit,
    )


def expire(db: Connection, *, now: datetime, limit: int = 1000) -> int:
    """Delete the bodies whose retention has passed, at most `limit`, and return their number."""
    return run(
        db,
        """
        UPDATE pages SET body = NULL WHERE id IN (
            SELECT id FROM pages WHERE expires_at <= :now AND body IS NOT NULL AND state <> 'fetched'
            LIMIT :limit FOR UPDATE SKIP LOCKED
        )
        """,
        now=now,
        limit=limit,
    )


def of_entry(db: Connection, entry_id: int) -> list[dict[str, Any]]:
    """Return what was fetched for an entry, newest first, without the bodies."""
    return rows(
        db,
        """
        SELECT id, state, reason, detail, url, status, content_type, encoding, size, fetched_at, extractor,
            body IS NOT NULL AS kept
        FROM pages WHERE entry_id = :id ORDER BY id DESC
        """,
        id=entry_id,
    )


def of_article(db: Connection, article_id: int) -> KeptPage | None:
    """Return the page from which the newest revision of an article was read; None: it is unknown."""
    found = first(
        db,
        f"""SELECT {columns_of(schema.pages, KeptPage, "p")}
        FROM revisions r JOIN pages p ON p.id = r.page_id
        WHERE r.article_id = :id ORDER BY r.number DESC LIMIT 1""",
        id=article_id,
    )
    return KeptPage(**found) if found else None

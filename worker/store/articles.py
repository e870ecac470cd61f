"""Articles and their revisions: writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from worker.model import ENTRY_MOVES, ArticleState, EntryEvent, pairs
from worker.store.db import Connection, dumps, rows, run

CONTENT = """title, authors, agencies, published, published_precision, published_offset, modified, language,
section,
tags, site_name, summary, text, word_count, kind, paywalled, blocks, images, rights, provenance, extractor,
content_hash, signature, bands"""

RECORD = """id bigint, key uuid, url text, publisher_id bigint, page_id bigint, seen_at timestamptz, changed
text[],
title text, authors text[], agencies text[], published timestamptz, published_precision text,
published_offset smallint,
modified timestamptz, language text, section text, tags text[], site_name text, summary text, text text,
word_count int, kind text, paywalled boolean, blocks jsonb, images jsonb, rights jsonb, provenance jsonb,
extractor text, content_hash text, signature text, bands bigint[]"""

VALUES = ", ".join(
    f"decode(r.{column}, 'hex')" if column in ("content_hash", "signature") else f"r.{column}"
    for column in (name.strip() for name in CONTENT.split(","))
)


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a stored article before a page of it is saved."""

    id: int
    key: UUID
    state: ArticleState
    revision: int
    content_hash: bytes
    signature: bytes | None
    removed_at: datetime | None


def lock(db: Connection, *, keys: Sequence[UUID], ids: Sequence[int]) -> list[Head]:
    """The articles with these keys or ids, locked in the order of their ids."""
    found = rows(
        db,
        """SELECT id, key, state, revision, content_hash, signature, removed_at FROM articles
        WHERE key = ANY(:keys) OR id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE""",
        keys=list(keys),
        ids=list(ids),
    )
    return [Head(**{**row, "state": ArticleState(row["state"])}) for row in found]


def create(db: Connection, records: Sequence[dict[str, Any]]) -> dict[UUID, int]:
    """Store new articles with their first revisions; key → id of those that nobody else stored meanwhile.

    A record has the columns of `articles`, hashes as hexadecimal text, and `page_id` and `seen_at`.
    """
    if not records:
        return {}
    found = rows(
        db,
        f"""
        WITH r AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r ({RECORD})),
        created AS (
            INSERT INTO articles (key, url, publisher_id, state, revision, stored_at, {CONTENT})
            SELECT key, url, publisher_id, 'live', 1, seen_at, {VALUES} FROM r ORDER BY key
            ON CONFLICT (key) DO NOTHING RETURNING id, key
        ), first AS (
            INSERT INTO revisions (article_id, number, page_id, seen_at, content_hash, extractor)
            SELECT created.id, 1, page_id, seen_at, decode(content_hash, 'hex'), extractor
            FROM created JOIN r USING (key)
        )
        SELECT id, key FROM created
        """,
        records=dumps(list(records)),
    )
    return {row["key"]: int(row["id"]) for row in found}


def revise(db: Connection, records: Sequence[dict[str, Any]]) -> None:
    """Keep a new revision of locked articles: what stood there moves into the revision that it was.

    A record is as for `create`, with the article's `id` and the names of the `changed` fields.
    """
    if not records:
        return
    columns = ", ".join(
        name.strip() for name in CONTENT.split(",") if name.strip() not in ("signature", "bands")
    )
    run(
        db,
        f"""
        UPDATE revisions SET document = to_jsonb(old) FROM (
            SELECT id, revision, url, {columns} FROM articles WHERE id = ANY(:ids)
        ) AS old
        WHERE revisions.article_id = old.id AND revisions.number = old.revision
        """,
        ids=[record["id"] for record in records],
    )
    run(
        db,
        f"""
        WITH r AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r ({RECORD})),
        revised AS (
            UPDATE articles SET revision = revision + 1, state = 'live', removed_at = NULL,
                revised_at = r.seen_at, ({CONTENT}) = ROW({VALUES})
            FROM r WHERE articles.id = r.id RETURNING articles.id, articles.revision
        )
        INSERT INTO revisions (article_id, number, page_id, seen_at, changed, content_hash, extractor)
        SELECT revised.id, revised.revision, page_id, seen_at, changed, decode(content_hash, 'hex'), extractor
        FROM revised JOIN r ON r.id = revised.id
        """,
        records=dumps(list(records)),
    )


def refresh(db: Connection, records: Sequence[dict[str, Any]]) -> None:
    """The same text, read better (another extractor, a date found): no new revision, the fields are replaced.

    A page that was fetched before its article was removed changes nothing.
    """
    if not records:
        return
    run(
        db,
        f"""
        UPDATE articles SET state = 'live', removed_at = NULL, ({CONTENT}) = ROW({VALUES})
        FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r ({RECORD})
        WHERE articles.id = r.id AND (removed_at IS NULL OR removed_at < r.seen_at)
        """,
        records=dumps(list(records)),
    )


def remove(db: Connection, article_id: int, *, now: datetime) -> int | None:
    """Mark a live article as removed by its publisher; its revision, or None when it was not live."""
    found = rows(
        db,
        """UPDATE articles SET state = 'removed', removed_at = :now WHERE id = :id AND state = 'live'
        RETURNING revision""",
        id=article_id,
        now=now,
    )
    return int(found[0]["revision"]) if found else None


def documents(db: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the newest revisions say, to be compared with what comes."""
    sql = (
        "SELECT id, to_jsonb(articles) - 'bands' - 'signature' AS document FROM articles WHERE id = ANY(:ids)"
    )
    return {int(row["id"]): row["document"] for row in rows(db, sql, ids=list(ids))}


def settle(db: Connection, settled: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Move entries whose pages were extracted: `id`, `state`, `article_id`, `due_at`, `reason`, `detail`.

    A stored entry is only moved to stored again: a refusal never takes back good text. When a stored entry is
    looked at next was decided by the fetch.
    """
    if not settled:
        return
    befores, afters = pairs(ENTRY_MOVES, EntryEvent.STORED, EntryEvent.DUPLICATED, EntryEvent.REFUSED)
    run(
        db,
        """
        UPDATE entries SET state = r.state, article_id = r.article_id,
            due_at = CASE WHEN entries.state = 'stored' THEN entries.due_at ELSE r.due_at END,
            attempts = CASE WHEN entries.state = 'stored' THEN attempts ELSE 0 END,
            errors = CASE WHEN entries.state = 'stored' THEN errors ELSE 0 END,
            reason = r.reason, detail = r.detail, finished_at = coalesce(finished_at, :now)
        FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r (id bigint, state text, article_id bigint,
            due_at timestamptz, reason text, detail text)
        WHERE entries.id = r.id AND (entries.state, r.state) IN (
            SELECT * FROM unnest(CAST(:befores AS text[]), CAST(:afters AS text[])))
        """,
        records=dumps(list(settled)),
        befores=befores,
        afters=afters,
        now=now,
    )

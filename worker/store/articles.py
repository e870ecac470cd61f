"""Articles and their revisions: what extraction stores, and what is compared with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from worker.model import ARTICLE_MOVES, ArticleEvent, ArticleState, sources
from worker.rows.articles import OPENING, ArticleHead, ArticleRecord, ArticleRevision
from worker.rows.entries import FetchedAt
from worker.rows.pages import Page
from worker.store import schema, search
from worker.store.db import Connection, dumps, rows, run
from worker.store.schema import columns_of, recordset
from worker.store.stories import WIRE_ALONE

ADDRESS_LOCKS = 0x61_64_64_72
"""The space of the advisory locks on addresses: 'addr' in ASCII."""

_CONTENT = [
    column.name
    for column in schema.articles.c
    if column.name not in ("id", "key", "lasting_key", "url", "state", "publisher_id", "story_id")
    and column.name not in ("revision", "stored_at", "revised_at", "removed_at", "wire")
]
"""The columns that each version of an article replaces: all that are read from its page."""

_COLUMNS = ", ".join(_CONTENT)
_VALUES = ", ".join(f"r.{name}" for name in _CONTENT)
_RECORDSET = recordset(
    schema.articles,
    *("id", "key", "url", "publisher_id", *_CONTENT),
    page_id="bigint",
    seen_at="timestamptz",
    changed="text[]",
)


def lock_addresses(db: Connection, keys: Iterable[UUID]) -> None:
    """Make other transactions that decide on these addresses wait until this one has ended.

    A row lock is not enough: which page an address belongs to is also decided while it has no article.
    """
    halves = {int.from_bytes(key.bytes[:4], "big", signed=True) for key in keys}
    if halves:
        run(
            db,
            """SELECT pg_advisory_xact_lock(:space, half) FROM unnest(CAST(:halves AS integer[])) AS half""",
            space=ADDRESS_LOCKS,
            # In order, so that two transactions do not wait for each other.
            halves=sorted(halves),
        )


def fetched_at(db: Connection, keys: Sequence[UUID]) -> list[FetchedAt]:
    """Return the entries with an article whose pages were fetched at the addresses with these keys."""
    found = rows(
        db,
        """SELECT page_key AS key, id AS entry_id, article_id FROM entries
        WHERE page_key = ANY(:keys) AND article_id IS NOT NULL ORDER BY id""",
        keys=list(keys),
    )
    return [FetchedAt(**row) for row in found]


def lock(db: Connection, *, keys: Sequence[UUID], ids: Sequence[int]) -> list[ArticleHead]:
    """Lock the articles with these keys or ids, in the order of their ids, and return them."""
    found = rows(
        db,
        f"""SELECT {columns_of(schema.articles, ArticleHead, "a")},
            coalesce(a.revised_at, a.stored_at) AS seen_at,
            left(concat_ws(E'\n', coalesce(a.title, ''), a.text), :opening) AS opening,
            p.url AS read_at, e.id AS entry_id, e.url AS entry_url
        FROM articles a
        LEFT JOIN revisions r ON r.article_id = a.id AND r.number = 1
        LEFT JOIN pages p ON p.id = r.page_id
        LEFT JOIN LATERAL (
            SELECT id, url FROM entries WHERE article_id = a.id AND state = 'stored' ORDER BY id LIMIT 1
        ) AS e ON true
        WHERE a.key = ANY(:keys) OR a.id = ANY(:ids) ORDER BY a.id FOR NO KEY UPDATE OF a""",
        keys=list(keys),
        ids=list(ids),
        opening=OPENING,
    )
    return [ArticleHead(**{**row, "state": ArticleState(row["state"])}) for row in found]


def create(db: Connection, records: Sequence[ArticleRecord]) -> dict[UUID, int]:
    """Store new articles with their first revisions; return key → id.

    An article that another transaction has stored under the same key meanwhile is missing from the result.
    """
    if not records:
        return {}
    found = rows(
        db,
        f"""
        WITH r AS MATERIALIZED (SELECT * FROM {_RECORDSET}),
        created AS (
            INSERT INTO articles
                (key, lasting_key, url, publisher_id, state, revision, stored_at, wire, {_COLUMNS})
            -- Consumers may know an article that moved away by this key.
            SELECT key, CASE WHEN EXISTS (SELECT FROM articles o WHERE o.lasting_key = r.key)
                THEN gen_random_uuid() END, url, publisher_id, 'live', 1, seen_at, {WIRE_ALONE}, {_VALUES}
            FROM r ORDER BY key
            ON CONFLICT (key) DO NOTHING RETURNING id, key
        ), first AS (
            INSERT INTO revisions (article_id, number, page_id, seen_at, content_hash, extractor)
            SELECT created.id, 1, page_id, seen_at, content_hash, extractor
            FROM created JOIN r USING (key)
        )
        SELECT id, key FROM created
        """,
        records=_records(db, records),
    )
    return {row["key"]: int(row["id"]) for row in found}


def move(db: Connection, article_id: int, *, key: UUID, url: str) -> None:
    """Let a locked article be known by another address; consumers know it by the same key as before."""
    run(
        db,
        """UPDATE articles SET lasting_key = coalesce(lasting_key, key), key = :key, url = :url
        WHERE id = :id""",
        id=article_id,
        key=key,
        url=url,
    )


def revise(db: Connection, revisions: Sequence[ArticleRevision]) -> None:
    """Store new revisions of locked articles; what each said before moves into its previous revision."""
    if not revisions:
        return
    _keep_document(db, [revision.article_id for revision in revisions])
    run(
        db,
        f"""
        WITH r AS MATERIALIZED (SELECT * FROM {_RECORDSET}),
        revised AS (
            UPDATE articles SET revision = revision + 1, state = 'live', removed_at = NULL,
                revised_at = r.seen_at, ({_COLUMNS}) = ROW({_VALUES})
            FROM r WHERE articles.id = r.id AND articles.state = ANY(:sources)
            RETURNING articles.id, articles.revision
        )
        INSERT INTO revisions (article_id, number, page_id, seen_at, changed, content_hash, extractor)
        SELECT revised.id, revised.revision, page_id, seen_at, changed, content_hash, extractor
        FROM revised JOIN r ON r.id = revised.id
        """,
        records=_records(
            db,
            [one.record for one in revisions],
            [{"id": one.article_id, "changed": one.changed} for one in revisions],
        ),
        sources=sorted(sources(ARTICLE_MOVES, ArticleEvent.REVISED)),
    )


def _keep_document(db: Connection, ids: Sequence[int]) -> None:
    """Copy what articles say now into their newest revisions, before another one replaces it."""
    hidden = ("signature", "bands", "search", "read_by")
    columns = ", ".join(name for name in _CONTENT if name not in hidden)
    run(
        db,
        f"""
        UPDATE revisions SET document = to_jsonb(old) FROM (
            SELECT id, revision, url, {columns} FROM articles WHERE id = ANY(:ids)
        ) AS old
        WHERE revisions.article_id = old.id AND revisions.number = old.revision
        """,
        ids=list(ids),
    )


def refresh(db: Connection, records: Mapping[int, ArticleRecord]) -> None:
    """Replace what is known of live articles, by article id, without a new revision."""
    if records:
        run(
            db,
            f"""
            WITH r AS MATERIALIZED (SELECT * FROM {_RECORDSET}),
            refreshed AS (
                UPDATE articles SET ({_COLUMNS}) = ROW({_VALUES}) FROM r
                WHERE articles.id = r.id AND articles.state = ANY(:sources)
                RETURNING articles.id, articles.revision
            )
            UPDATE revisions SET content_hash = r.content_hash, extractor = r.extractor
            FROM refreshed JOIN r ON r.id = refreshed.id
            WHERE revisions.article_id = refreshed.id AND revisions.number = refreshed.revision
            """,
            records=_records(db, list(records.values()), [{"id": article_id} for article_id in records]),
            sources=sorted(sources(ARTICLE_MOVES, ArticleEvent.REFRESHED)),
        )


def mark_read(db: Connection, read_by: Mapping[int, str]) -> None:
    """Note by what articles were read last, by article id, where all that a reader sees stayed."""
    if read_by:
        run(
            db,
            """UPDATE articles SET read_by = r.read_by
            FROM unnest(CAST(:ids AS bigint[]), CAST(:by AS text[])) AS r (id, read_by)
            WHERE articles.id = r.id""",
            ids=list(read_by),
            by=list(read_by.values()),
        )


def restore(db: Connection, records: Mapping[int, ArticleRecord]) -> None:
    """Make removed articles live again, by article id, if their page was fetched after the removal."""
    if records:
        run(
            db,
            f"""UPDATE articles SET state = 'live', removed_at = NULL, ({_COLUMNS}) = ROW({_VALUES})
            FROM {_RECORDSET}
            WHERE articles.id = r.id AND articles.state = ANY(:sources) AND removed_at < r.seen_at""",
            records=_records(db, list(records.values()), [{"id": article_id} for article_id in records]),
            sources=sorted(sources(ARTICLE_MOVES, ArticleEvent.RESTORED)),
        )


def remove(db: Connection, article_id: int, *, now: datetime) -> int | None:
    """Mark a live article as removed by its publisher; return its revision, or None if it was not live."""
    found = rows(
        db,
        """UPDATE articles SET state = 'removed', removed_at = :now
        WHERE id = :id AND state = ANY(:sources) RETURNING revision""",
        id=article_id,
        now=now,
        sources=sorted(sources(ARTICLE_MOVES, ArticleEvent.REMOVED)),
    )
    return int(found[0]["revision"]) if found else None


def documents(db: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the content of articles as it is stored, by id, for comparing it with a new version."""
    sql = """SELECT id, to_jsonb(articles) - 'bands' - 'signature' - 'search' AS document
        FROM articles WHERE id = ANY(:ids)"""
    return {int(row["id"]): row["document"] for row in rows(db, sql, ids=list(ids))}


def addresses(db: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the addresses of articles by id: the canonical one, and that of the page they were read from."""
    found = rows(
        db,
        """SELECT a.id, a.url, p.url AS page_url FROM articles a
        LEFT JOIN revisions r ON r.article_id = a.id AND r.number = a.revision
        LEFT JOIN pages p ON p.id = r.page_id WHERE a.id = ANY(:ids)""",
        ids=list(ids),
    )
    return {row["id"]: tuple(url for url in (row["url"], row["page_url"]) if url) for row in found}


def alike(db: Connection, asked: Sequence[tuple[Page, ArticleRecord]]) -> dict[int, list[bytes]]:
    """Return the signatures of other articles of the publisher that share a band, by the ids of pages."""
    found = rows(
        db,
        """
        SELECT page.id, a.signature
        FROM jsonb_to_recordset(CAST(:records AS jsonb))
            AS page (id bigint, publisher_id bigint, article_id bigint, bands bigint[])
        JOIN articles a ON a.bands && page.bands AND a.publisher_id = page.publisher_id
            AND a.id <> page.article_id
        """,
        records=dumps(
            [
                {
                    "id": page.id,
                    "publisher_id": page.publisher_id,
                    "article_id": page.article_id,
                    "bands": record.bands,
                }
                for page, record in asked
                if record.bands
            ]
        ),
    )
    shown: dict[int, list[bytes]] = {}
    for row in found:
        shown.setdefault(row["id"], []).append(bytes(row["signature"]))
    return shown


def _records(
    db: Connection, records: Sequence[ArticleRecord], others: Sequence[Mapping[str, object]] = ()
) -> str:
    """Return records as JSON for `_RECORDSET`, with their indexed words and the further fields of each."""
    vectors = search.vectors(db, [record.content for record in records])
    return dumps(
        [
            _row(record, search=vector, **more)
            for record, vector, more in zip(records, vectors, others or [{}] * len(records), strict=True)
        ]
    )


def _row(record: ArticleRecord, **others: object) -> dict[str, Any]:
    """The record as JSON for `_RECORDSET`; PostgreSQL reads bytea from text as hexadecimal after \\x."""
    return {
        **record.content,
        "key": record.key,
        "url": record.url,
        "publisher_id": record.publisher_id,
        "page_id": record.page_id,
        "seen_at": record.seen_at,
        "content_hash": f"\\x{record.content_hash.hex()}",
        "signature": f"\\x{record.signature.hex()}" if record.signature else None,
        "bands": record.bands or None,
        **others,
    }


def first_entries(db: Connection, article_ids: Collection[int]) -> list[int]:
    """Return the first entry of each of these articles."""
    found = rows(
        db,
        "SELECT min(id) AS id FROM entries WHERE article_id = ANY(:ids) GROUP BY article_id",
        ids=list(article_ids),
    )
    return [int(row["id"]) for row in found]

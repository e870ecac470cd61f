"""Articles: reading, for the API, the pages and the command line."""

from typing import Any

from worker.store.db import Connection, rows
from worker.store.schema import SEARCH_VECTOR, articles

SUMMARY = """a.id, a.url, a.state, a.title, a.authors, a.published, a.published_precision, a.language,
a.site_name,
a.summary, a.word_count, a.kind, a.paywalled, a.story_id, a.revision, a.stored_at, a.revised_at, p.site AS
publisher"""

_INTERNAL = ("key", "publisher_id", "content_hash", "signature", "bands")
"""Columns that only the store needs: identity, and what finds the same text elsewhere."""

WHOLE = ", ".join(f"a.{column.name}" for column in articles.c if column.name not in _INTERNAL)
WHOLE += ", p.site AS publisher"

FROM = "FROM articles a LEFT JOIN publishers p ON p.id = a.publisher_id"


def newest(db: Connection, *, limit: int, before: int | None = None) -> list[dict[str, Any]]:
    """The newest articles in short, those with an id below `before`."""
    return _list(
        db,
        f"SELECT {SUMMARY} {FROM} WHERE CAST(:before AS bigint) IS NULL OR a.id < :before "
        "ORDER BY a.id DESC LIMIT :limit",
        before=before,
        limit=limit,
    )


def search(db: Connection, query: str, *, limit: int) -> list[dict[str, Any]]:
    """The newest articles in which the words of `query` (as a person types them, "phrases" and -not)
    occur."""
    return _list(
        db,
        f"SELECT {SUMMARY} {FROM} WHERE {SEARCH_VECTOR} @@ websearch_to_tsquery('simple', :query) "
        "ORDER BY a.stored_at DESC LIMIT :limit",
        query=query,
        limit=limit,
    )


def whole(db: Connection, article_id: int) -> dict[str, Any] | None:
    """One article with everything, its revisions and where it was seen; None where there is none."""
    found = _list(db, f"SELECT {WHOLE} {FROM} WHERE a.id = :id", id=article_id)
    if not found:
        return None
    revisions = _list(
        db,
        """SELECT number, seen_at, changed, extractor FROM revisions
        WHERE article_id = :id ORDER BY number""",
        id=article_id,
    )
    sightings = _list(
        db,
        """SELECT f.id AS feed_id, f.url AS feed, s.first_seen_at, s.last_seen_at, s.position
        FROM entries e JOIN sightings s ON s.entry_id = e.id JOIN feeds f ON f.id = s.feed_id
        WHERE e.article_id = :id ORDER BY s.first_seen_at""",
        id=article_id,
    )
    return {**found[0], "revisions": revisions, "sightings": sightings}


def revision(db: Connection, article_id: int, number: int) -> dict[str, Any] | None:
    """One earlier version as it was; None where there is none (the newest is the article itself)."""
    found = _list(
        db,
        "SELECT document FROM revisions WHERE article_id = :id AND number = :number AND document IS NOT NULL",
        id=article_id,
        number=number,
    )
    return dict(found[0]["document"]) if found else None


def version(db: Connection, article_id: int, number: int) -> dict[str, Any] | None:
    """One version, earlier or newest; None where there is none."""
    newest = f"SELECT {WHOLE} {FROM} WHERE a.id = :id AND a.revision = :number"
    found = _list(db, newest, id=article_id, number=number)
    return found[0] if found else revision(db, article_id, number)


def changed_after(db: Connection, cursor: int, *, limit: int) -> list[dict[str, Any]]:
    """Whole articles in the order of the change log: one for each change after `cursor`, which is its
    `cursor`.

    An article that changed several times among these comes once, at the last of them.
    """
    return _list(
        db,
        f"""
        SELECT * FROM (
            SELECT DISTINCT ON (c.article_id) c.id AS cursor, c.kind AS change, {WHOLE}
            FROM (SELECT * FROM changes WHERE id > :cursor ORDER BY id LIMIT :limit) AS c
            JOIN articles a ON a.id = c.article_id LEFT JOIN publishers p ON p.id = a.publisher_id
            ORDER BY c.article_id, c.id DESC
        ) AS latest ORDER BY cursor
        """,
        cursor=cursor,
        limit=limit,
    )


def _list(db: Connection, sql: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in rows(db, sql, **values)]

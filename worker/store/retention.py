"""What has passed its retention: which rows those are, and how many bytes they hold.

Ages are counted from the moment of storing. A size is a bound on what is stored in all: the newest rows that
fit stay. Sizes are those of the stored, compressed values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.store.db import Connection, first, rows, run

ARTICLE_BYTES = """(pg_column_size(a.text) + pg_column_size(a.blocks) + pg_column_size(a.images)
    + coalesce(pg_column_size(a.summary), 0))"""
"""Bytes of an article `a`, without reading its values: their sizes are in the row."""

KEPT_BY_FEED = """EXISTS (SELECT FROM entries e JOIN feeds f ON f.id = e.feed_id
    WHERE e.article_id = a.id AND f.settings ->> 'retention' IS NOT NULL)"""
"""Whether a feed that brought the article has another retention than the rest."""

ARTICLES = {
    "articles_age": f"""a.stored_at < CAST(:now AS timestamptz) - CAST(:age AS interval)
        AND NOT {KEPT_BY_FEED}""",
    "articles_feed": """a.id IN (
        SELECT b.id FROM feeds f JOIN entries e ON e.feed_id = f.id JOIN articles b ON b.id = e.article_id
        WHERE f.settings ->> 'retention' IS NOT NULL GROUP BY b.id
        HAVING b.stored_at < CAST(:now AS timestamptz)
            - max(CAST(f.settings ->> 'retention' AS double precision)) * interval '1 second')""",
    "articles_size": f"""a.id IN (
        SELECT id FROM (
            SELECT a.id, sum({ARTICLE_BYTES}) OVER (ORDER BY a.stored_at DESC, a.id DESC) AS total
            FROM articles a
        ) AS sized WHERE total > :bytes)""",
}
"""Which articles `a` each rule purges. The longest of several feeds' retentions counts."""

REVISIONS = "r.document IS NOT NULL AND r.seen_at < CAST(:now AS timestamptz) - CAST(:age AS interval)"
ENTRIES = """e.finished_at < CAST(:now AS timestamptz) - CAST(:age AS interval) AND e.due_at IS NULL
    AND (e.content IS NOT NULL OR e.summary IS NOT NULL)"""
"""Not while the page is to be fetched again: the feed's text may be needed then."""
AUDIT_AGE = "l.at < CAST(:now AS timestamptz) - CAST(:age AS interval)"
PAGES_AGE = "g.body IS NOT NULL AND g.state <> 'fetched' AND g.expires_at <= :now"
"""Not before extraction has read them."""
PAGES_SIZE = """g.state <> 'fetched' AND g.id IN (
    SELECT id FROM (
        SELECT id, sum(octet_length(body)) OVER (ORDER BY fetched_at DESC, id DESC) AS total
        FROM pages WHERE body IS NOT NULL
    ) AS sized WHERE total > :bytes)"""
"""Those that do not fit below the newer ones."""

FOUND = {
    **{
        rule: f"""SELECT count(*) AS rows, coalesce(sum({ARTICLE_BYTES}), 0) AS bytes
        FROM articles a WHERE {condition}"""
        for rule, condition in ARTICLES.items()
    },
    "revisions_age": f"""SELECT count(*) AS rows, coalesce(sum(pg_column_size(r.document)), 0) AS bytes
        FROM revisions r WHERE {REVISIONS}""",
    "entries_age": f"""SELECT count(*) AS rows, coalesce(sum(
            coalesce(pg_column_size(e.content), 0) + coalesce(pg_column_size(e.summary), 0)), 0) AS bytes
        FROM entries e WHERE {ENTRIES}""",
    "audit_age": f"""SELECT count(*) AS rows, coalesce(sum(pg_column_size(l.*)), 0) AS bytes
        FROM audit l WHERE {AUDIT_AGE}""",
    **{
        rule: f"""SELECT count(*) AS rows, coalesce(sum(octet_length(g.body)), 0) AS bytes
        FROM pages g WHERE {condition}"""
        for rule, condition in (("pages_age", PAGES_AGE), ("pages_size", PAGES_SIZE))
    },
}
"""The rows and bytes of each rule."""

EMPTIED = {
    "revisions_age": f"""UPDATE revisions SET document = NULL WHERE (article_id, number) IN (
        SELECT r.article_id, r.number FROM revisions r WHERE {REVISIONS}
        ORDER BY r.article_id, r.number LIMIT :limit FOR UPDATE SKIP LOCKED)""",
    "entries_age": f"""UPDATE entries SET content = NULL, summary = NULL WHERE id IN (
        SELECT e.id FROM entries e WHERE {ENTRIES} ORDER BY e.id LIMIT :limit FOR UPDATE SKIP LOCKED)""",
    "audit_age": f"""DELETE FROM audit WHERE id IN (
        SELECT l.id FROM audit l WHERE {AUDIT_AGE} ORDER BY l.at LIMIT :limit FOR UPDATE SKIP LOCKED)""",
    **{
        rule: f"""UPDATE pages SET body = NULL WHERE id IN (
        SELECT g.id FROM pages g WHERE {condition} ORDER BY g.id LIMIT :limit FOR UPDATE SKIP LOCKED)"""
        for rule, condition in (("pages_age", PAGES_AGE), ("pages_size", PAGES_SIZE))
    },
}
"""What the rules for other rows than articles do to them."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Rows that a rule concerns, and the bytes they hold."""

    rule: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """A rule of retention with its bound: an age, a number of bytes, or none of both."""

    name: str
    age: timedelta | None = None
    bytes: int | None = None

    def values(self, now: datetime) -> Mapping[str, Any]:
        """Return the parameters of its statements."""
        bounds = {"age": self.age, "bytes": self.bytes}
        needs_now = {} if self.bytes is not None else {"now": now}
        return needs_now | {name: value for name, value in bounds.items() if value is not None}


def amount(db: Connection, rule: RetentionRule, *, now: datetime) -> Amount:
    """Return what has passed the bound of a rule."""
    found = first(db, FOUND[rule.name], **rule.values(now))
    assert found is not None
    return Amount(rule.name, int(found["rows"]), int(found["bytes"]))


def expired_articles(db: Connection, rule: RetentionRule, *, now: datetime, limit: int) -> list[int]:
    """Return articles that a rule purges, the oldest first."""
    sql = f"SELECT a.id FROM articles a WHERE {ARTICLES[rule.name]} ORDER BY a.stored_at, a.id LIMIT :limit"
    return [int(row["id"]) for row in rows(db, sql, **rule.values(now), limit=limit)]


def empty(db: Connection, rule: RetentionRule, *, now: datetime, limit: int) -> int:
    """Delete the values of rows that stay, or whole lines of the audit log; return how many rows."""
    return run(db, EMPTIED[rule.name], **rule.values(now), limit=limit)

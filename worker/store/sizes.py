"""Rows and bytes of the store, by table and index."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.store.db import Connection, first, rows

RATE_OVER = timedelta(days=7)
"""The time over which the rate of new articles is taken: a whole week, since weekends are quieter."""


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table: its rows as PostgreSQL estimates them, and the bytes of its heap, long values and indexes."""

    table: str
    rows: int
    heap: int
    long_values: int
    indexes: int

    @property
    def bytes(self) -> int:
        """All bytes of the table."""
        return self.heap + self.long_values + self.indexes


def tables(db: Connection) -> list[TableSize]:
    """Return all tables, the largest first."""
    found = rows(
        db,
        """SELECT c.relname AS "table", greatest(c.reltuples, s.n_live_tup)::bigint AS rows,
            pg_relation_size(c.oid) AS heap,
            pg_table_size(c.oid) - pg_relation_size(c.oid) AS long_values, pg_indexes_size(c.oid) AS indexes
        FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
        ORDER BY pg_total_relation_size(c.oid) DESC, c.relname""",
    )
    return [TableSize(**row) for row in found]


@dataclass(frozen=True, slots=True)
class IndexSize:
    """An index and its bytes."""

    table: str
    index: str
    bytes: int


def indexes(db: Connection) -> list[IndexSize]:
    """Return all indexes, the largest first."""
    found = rows(
        db,
        """SELECT t.relname AS "table", i.relname AS "index", pg_relation_size(i.oid) AS bytes
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
        WHERE t.relnamespace = 'public'::regnamespace ORDER BY 3 DESC, 2""",
    )
    return [IndexSize(**row) for row in found]


@dataclass(frozen=True, slots=True)
class Growth:
    """Articles and entries of the store, and the new articles of a time before now."""

    articles: int
    entries: int
    new_articles: int
    days: float


def growth(db: Connection, *, now: datetime) -> Growth:
    """Return the present rate of new articles: of the last seven days, or since the first article."""
    found = first(
        db,
        """SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM entries) AS entries,
            (SELECT count(*) FROM articles WHERE stored_at > :since) AS new_articles,
            (SELECT min(stored_at) FROM articles) AS first_at""",
        since=now - RATE_OVER,
    )
    assert found is not None
    begun = max(found.pop("first_at") or now, now - RATE_OVER)
    return Growth(**found, days=(now - begun) / timedelta(days=1))

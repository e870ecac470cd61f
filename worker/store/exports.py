"""What an export reads: its plan, and the rows of each part by their ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from worker.store import changes, schema
from worker.store.changes import KEY, LINES
from worker.store.db import Connection, rows, value
from worker.store.reading import FROM
from worker.store.where import Where

LABELS = """ARRAY(
    SELECT unnest(p.labels) UNION
    SELECT unnest(f.labels) FROM entries e JOIN sightings s ON s.entry_id = e.id
        JOIN feeds f ON f.id = s.feed_id WHERE e.article_id = a.id
    ORDER BY 1)"""
"""The labels of an article: those of its publisher and of the feeds that listed it."""

FEEDS = """ARRAY(
    SELECT DISTINCT f.url FROM entries e JOIN sightings s ON s.entry_id = e.id
    JOIN feeds f ON f.id = s.feed_id WHERE e.article_id = a.id ORDER BY 1)"""
"""The addresses of the feeds that listed an article."""

STORED_DAY = "(a.stored_at AT TIME ZONE 'UTC')::date"
"""The day of storing of an article."""

# What is not a column of `articles` under the same name.
_MADE = {
    "key": KEY,
    "publisher": "p.site",
    "publisher_name": "p.name",
    "publisher_country": "p.country",
    "labels": LABELS,
    "feeds": FEEDS,
}


@dataclass(frozen=True, slots=True)
class IdRange:
    """The articles of one file: of a day, with ids from `first` to `last`; `rows` at the time of planning."""

    day: date
    first: int
    last: int
    rows: int


@dataclass(frozen=True, slots=True)
class LogPosition:
    """A position in the change log: the newest line, its time, and the epoch; `at` None: the log is empty."""

    cursor: int
    epoch: str
    at: datetime | None


def position(db: Connection) -> LogPosition:
    """Return the position of the newest line."""
    log = changes.state(db)
    at = value(db, f"SELECT at FROM ({LINES}) AS l WHERE id = :id", id=log.newest)
    return LogPosition(log.newest, log.epoch, at)


def ranges(db: Connection, where: Where, *, size: int, day: date | None = None) -> list[IdRange]:
    """Return the matching articles in ranges of `size`, by day and id; only those of `day` if it is given."""
    begin = None if day is None else datetime.combine(day, time(), UTC)
    of_day = "" if begin is None else "AND a.stored_at >= :day_begins AND a.stored_at < :day_ends"
    found = rows(
        db,
        f"""
        SELECT day, min(id) AS first, max(id) AS last, count(*) AS rows FROM (
            SELECT a.id, {STORED_DAY} AS day,
                (row_number() OVER (PARTITION BY {STORED_DAY} ORDER BY a.id) - 1) / CAST(:size AS bigint)
                AS part
            {FROM} WHERE ({where.sql}) {of_day}
        ) AS numbered GROUP BY day, part ORDER BY day, part
        """,
        **where.values,
        size=size,
        **({} if begin is None else {"day_begins": begin, "day_ends": begin + timedelta(days=1)}),
    )
    return [IdRange(**row) for row in found]


def changed_days(db: Connection, after: int, upto: int) -> set[date]:
    """Return the days of storing of the articles that have lines after `after`, up to the line `upto`."""
    found = rows(
        db,
        f"""SELECT DISTINCT {STORED_DAY} AS day FROM changes c JOIN articles a ON a.id = c.article_id
        WHERE c.id > :after AND c.id <= :upto""",
        after=after,
        upto=upto,
    )
    return {row["day"] for row in found}


def lost_articles(db: Connection, after: int, upto: int) -> list[int]:
    """Return the ids of articles that have lines in this part of the log, and exist no longer."""
    found = rows(
        db,
        """SELECT DISTINCT c.article_id FROM changes c
        WHERE c.id > :after AND c.id <= :upto AND c.article_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM articles WHERE id = c.article_id)""",
        after=after,
        upto=upto,
    )
    return [int(row["article_id"]) for row in found]


def ids(db: Connection, where: Where, part: IdRange) -> list[int]:
    """Return the ids of the matching articles of a range, in order."""
    begin = datetime.combine(part.day, time(), UTC)
    found = rows(
        db,
        f"""SELECT a.id {FROM} WHERE ({where.sql}) AND a.id BETWEEN :first_id AND :last_id
            AND a.stored_at >= :day_begins AND a.stored_at < :day_ends ORDER BY a.id""",
        **where.values,
        first_id=part.first,
        last_id=part.last,
        day_begins=begin,
        day_ends=begin + timedelta(days=1),
    )
    return [int(row["id"]) for row in found]


def articles(db: Connection, wanted: Sequence[int], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return these columns of articles, in the order of the ids. A column that no table has is NULL."""
    listed = ", ".join(f"{_column(name)} AS {name}" for name in columns)
    return rows(db, f"SELECT {listed} {FROM} WHERE a.id = ANY(:ids) ORDER BY a.id", ids=list(wanted))


def _column(name: str) -> str:
    return _MADE.get(name) or (f"a.{name}" if name in schema.articles.c else "NULL")


def revisions(db: Connection, wanted: Sequence[int]) -> list[dict[str, Any]]:
    """Return all versions of articles, in the order of ids and numbers; the current ones, too."""
    found = rows(
        db,
        f"""
        SELECT r.article_id, {KEY} AS key, r.number, r.document IS NULL AS is_current, r.seen_at, r.changed,
            r.extractor, d.url, d.title, d.authors, d.published, d.language, d.summary, d.text, d.word_count
        FROM revisions r JOIN articles a ON a.id = r.article_id
        CROSS JOIN LATERAL jsonb_to_record(CASE WHEN r.document IS NULL THEN jsonb_build_object(
            'url', a.url, 'title', a.title, 'authors', a.authors, 'published', a.published,
            'language', a.language, 'summary', a.summary, 'text', a.text, 'word_count', a.word_count
        ) ELSE r.document END) AS d (url text, title text, authors text[], published timestamptz,
            language text, summary text, text text, word_count integer)
        WHERE r.article_id = ANY(:ids) ORDER BY r.article_id, r.number
        """,
        ids=list(wanted),
    )
    return found


def pages(db: Connection, wanted: Sequence[int]) -> list[dict[str, Any]]:
    """Return the responses kept for articles, with their bodies, in the order of articles and pages."""
    return rows(
        db,
        """
        SELECT e.article_id, p.id, p.url, p.status, p.content_type, p.headers, p.body, p.encoding,
            p.size, p.fetched_at, a.extractor
        FROM entries e JOIN pages p ON p.entry_id = e.id JOIN articles a ON a.id = e.article_id
        WHERE e.article_id = ANY(:ids) AND p.body IS NOT NULL AND p.status IS NOT NULL
        ORDER BY e.article_id, p.id
        """,
        ids=list(wanted),
    )

"""The history of a feed's polls: its last answers, its polls by day, and its document as last seen.

Bounded for each feed. An answer replaces that of `ANSWERS` polls ago, a day that of `DAYS` days ago; a new
document replaces the last.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from worker.rows.polls import LastDocument, PollAnswer
from worker.store import schema
from worker.store.db import Connection, dumps, first, rows, run
from worker.store.schema import recordset

ANSWERS = 10
"""Answers kept of each feed: enough to see whether a failure is the first. A guess."""

DAYS = 15
"""Days kept of each feed: two weeks, and today."""

EXPIRED_AT_ONCE = 1_000
"""Documents deleted in one transaction. A guess, as for pages."""

_ANSWER = (*PollAnswer.__slots__,)
"""The fields of an answer, which are columns, too."""


def record(db: Connection, answers: Sequence[PollAnswer]) -> None:
    """Add answers to the history of their feeds. The caller has locked them, and counts the polls later."""
    if not answers:
        return
    listed = ", ".join(_ANSWER)
    records = dumps(sorted(answers, key=lambda answer: answer.feed_id))
    run(
        db,
        f"""INSERT INTO poll_answers ({listed}, slot)
        SELECT {", ".join(f"r.{name}" for name in _ANSWER)}, f.polls % {ANSWERS}
        FROM {recordset(schema.poll_answers, *_ANSWER)} JOIN feeds f ON f.id = r.feed_id
        ON CONFLICT (feed_id, slot) DO UPDATE
            SET {", ".join(f"{name} = excluded.{name}" for name in _ANSWER if name != "feed_id")}""",
        records=records,
    )
    run(
        db,
        f"""INSERT INTO poll_days (feed_id, slot, day, polls, failed)
        SELECT r.feed_id, (CAST(r.at AT TIME ZONE 'UTC' AS date) - DATE '2000-01-01') % {DAYS},
            CAST(r.at AT TIME ZONE 'UTC' AS date), 1, CAST(r.reason IS NOT NULL AS int)
        FROM {recordset(schema.poll_answers, "feed_id", "at", "reason")} JOIN feeds f ON f.id = r.feed_id
        ON CONFLICT (feed_id, slot) DO UPDATE SET day = excluded.day,
            polls = 1 + CASE WHEN poll_days.day = excluded.day THEN poll_days.polls ELSE 0 END,
            failed = excluded.failed
                + CASE WHEN poll_days.day = excluded.day THEN poll_days.failed ELSE 0 END""",
        records=records,
    )


def last_answers(db: Connection, feed_id: int) -> list[dict[str, Any]]:
    """Return the last answers to polls of a feed, newest first."""
    return rows(
        db,
        "SELECT * FROM poll_answers WHERE feed_id = :id ORDER BY at DESC, slot DESC",
        id=feed_id,
    )


def days(db: Connection, feed_id: int, *, since: datetime) -> list[dict[str, Any]]:
    """Return the polls of a feed by day (UTC), oldest first: in all, and how many failed."""
    return rows(
        db,
        """SELECT day, polls, failed FROM poll_days
        WHERE feed_id = :id AND day >= CAST(CAST(:since AS timestamptz) AT TIME ZONE 'UTC' AS date)
        ORDER BY day""",
        id=feed_id,
        since=since,
    )


def publications(db: Connection, feed_id: int, *, since: datetime, step: timedelta) -> list[dict[str, Any]]:
    """Return how many entries a feed first showed in each step of time; empty steps are missing."""
    return rows(
        db,
        """SELECT date_bin(:step, first_seen_at, TIMESTAMPTZ '2000-01-01 00:00Z') AS at, count(*) AS entries
        FROM sightings WHERE feed_id = :id AND first_seen_at >= :since GROUP BY 1 ORDER BY 1""",
        id=feed_id,
        since=since,
        step=step,
    )


def delays(db: Connection, feed_id: int, *, since: datetime) -> dict[str, Any]:
    """Return how long entries of a feed were public before a poll found them: p50 and p95 in seconds.

    Of entries whose feed states the time of publication, from the second document on.
    """
    found = first(
        db,
        """SELECT count(*) AS entries,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) AS p50,
            percentile_cont(0.95) WITHIN GROUP (ORDER BY waited) AS p95
        FROM (
            SELECT extract(epoch FROM s.first_seen_at - e.published) AS waited
            FROM sightings s JOIN entries e ON e.id = s.entry_id
            WHERE s.feed_id = :id AND s.first_seen_at >= :since AND s.first_seen_at > (
                    SELECT min(first_seen_at) FROM sightings WHERE feed_id = :id)
                AND e.published_precision = 'instant' AND e.published <= s.first_seen_at
        ) AS waits""",
        id=feed_id,
        since=since,
    )
    return found or {}


def keep_document(db: Connection, document: LastDocument) -> None:
    """Keep the document of a feed in the place of the last one. The caller has locked the feed."""
    names = (*LastDocument.__slots__,)
    run(
        db,
        f"""INSERT INTO feed_documents ({", ".join(names)})
        SELECT {", ".join(f":{name}" for name in names)} WHERE EXISTS (SELECT FROM feeds WHERE id = :feed_id)
        ON CONFLICT (feed_id) DO UPDATE
            SET {", ".join(f"{name} = excluded.{name}" for name in names if name != "feed_id")}""",
        **{name: getattr(document, name) for name in names},
    )


def document(db: Connection, feed_id: int) -> LastDocument | None:
    """Return the document of a feed as last seen; None if none is kept."""
    names = ", ".join(LastDocument.__slots__)
    found = first(db, f"SELECT {names} FROM feed_documents WHERE feed_id = :id", id=feed_id)
    return LastDocument(**{**found, "body": bytes(found["body"])}) if found else None


def expire_documents(db: Connection, *, before: datetime) -> int:
    """Delete documents that were last seen before a time, a bounded number; return how many there were."""
    return run(
        db,
        """DELETE FROM feed_documents WHERE feed_id IN (
            SELECT feed_id FROM feed_documents WHERE seen_at < :before ORDER BY seen_at LIMIT :limit
            FOR UPDATE SKIP LOCKED)""",
        before=before,
        limit=EXPIRED_AT_ONCE,
    )

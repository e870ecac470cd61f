"""The counts of each feed's entries, kept so that a list of feeds need not count.

Triggers write the differences that a statement makes to `feed_count_changes`, in its transaction: one row for
each feed, never an update, so that no transaction waits for another. `fold` adds them up in `feed_counts`,
and readers add what is not folded yet (`counts`), so that the counts are always exact. `recheck` counts the
entries of the feeds that were checked longest ago, and corrects what differs: a count that drifted, as by a
restore of single tables, is noticed and repaired.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.store.db import Connection, rows, run, value

FOLD_LOCK = 0x5749_5245_434F
"""The advisory lock of the fold and the check: 'WIRECO' in ASCII."""

FOLDED_AT_ONCE = 50_000
"""Rows of changes that one fold adds up. A guess: about a second."""

CHECKED_FEEDS, CHECKED_ENTRIES = 1_000, 100_000
"""Feeds that one check counts again, and about how many entries it reads for this. Guesses: some 50 ms, and
a million feeds are through in four days."""

NET = """coalesce(sum(stored), 0) AS stored, coalesce(sum(duplicate), 0) AS duplicate,
    coalesce(sum(refused), 0) AS refused, coalesce(sum(waiting), 0) AS waiting,
    max(last_stored_at) AS last_stored_at"""
"""The sums of kept counts and changes; of nothing they are 0."""


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """The entries that a feed was the first to bring, by state; `waiting` includes fetched ones."""

    stored: int = 0
    duplicate: int = 0
    refused: int = 0
    waiting: int = 0
    last_stored_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """A feed whose kept counts differed from its entries; each number is how many too few were kept."""

    feed_id: int
    stored: int
    duplicate: int
    refused: int
    waiting: int


def counts(db: Connection, feed_ids: Sequence[int]) -> Mapping[int, FeedCounts]:
    """Return the counts of these feeds; feeds that were not counted yet are missing."""
    found = rows(
        db,
        f"""
        SELECT feed_id, {NET} FROM (
            SELECT feed_id, stored, duplicate, refused, waiting, last_stored_at FROM feed_counts
            WHERE feed_id = ANY(:ids) AND checked_at IS NOT NULL
            UNION ALL
            SELECT c.feed_id, c.stored, c.duplicate, c.refused, c.waiting, c.last_stored_at
            FROM feed_count_changes c JOIN feed_counts k USING (feed_id)
            WHERE c.feed_id = ANY(:ids) AND k.checked_at IS NOT NULL
        ) AS parts GROUP BY feed_id
        """,
        ids=list(feed_ids),
    )
    return {
        int(row["feed_id"]): FeedCounts(
            int(row["stored"]),
            int(row["duplicate"]),
            int(row["refused"]),
            int(row["waiting"]),
            row["last_stored_at"],
        )
        for row in found
    }


def alone(db: Connection) -> bool:
    """Whether no other process folds or checks; if so, none will until the end of the transaction."""
    return bool(value(db, "SELECT pg_try_advisory_xact_lock(:key)", key=FOLD_LOCK))


def fold(db: Connection) -> int:
    """Add changes to the kept counts; return how many rows of changes there were. The caller is `alone`."""
    return run(
        db,
        f"""
        WITH taken AS (
            DELETE FROM feed_count_changes WHERE id IN (
                SELECT id FROM feed_count_changes ORDER BY id LIMIT :most
            ) RETURNING feed_id, stored, duplicate, refused, waiting, last_stored_at
        ), added AS (
            UPDATE feed_counts c SET stored = c.stored + n.stored, duplicate = c.duplicate + n.duplicate,
                refused = c.refused + n.refused, waiting = c.waiting + n.waiting,
                last_stored_at = greatest(c.last_stored_at, n.last_stored_at)
            FROM (SELECT feed_id, {NET} FROM taken GROUP BY feed_id) AS n WHERE c.feed_id = n.feed_id
        )
        SELECT FROM taken
        """,
        most=FOLDED_AT_ONCE,
    )


def has_uncounted(db: Connection) -> bool:
    """Whether feeds were not counted yet, as after the upgrade that brought the counts."""
    return bool(value(db, "SELECT EXISTS (SELECT FROM feed_counts WHERE checked_at IS NULL)"))


def recheck(db: Connection, *, now: datetime) -> list[Drift]:
    """Count the entries of feeds that were checked longest ago, correct their counts, and return the drifted.

    One statement reads all: kept counts, changes and entries are of the same instant. The caller is `alone`.
    """
    found = rows(
        db,
        f"""
        WITH asked AS (
            SELECT feed_id, checked_at IS NOT NULL AS was_counted FROM (
                SELECT feed_id, checked_at, row_number() OVER ordered AS place,
                    sum(stored + duplicate + refused + waiting) OVER ordered AS entries
                FROM (
                    SELECT * FROM feed_counts ORDER BY checked_at NULLS FIRST LIMIT :feeds
                ) AS oldest
                WINDOW ordered AS (ORDER BY checked_at NULLS FIRST, feed_id)
            ) AS oldest WHERE entries <= :entries OR place = 1
        ), kept AS (
            SELECT feed_id, {NET} FROM (
                SELECT feed_id, stored, duplicate, refused, waiting, last_stored_at FROM feed_counts
                WHERE feed_id IN (SELECT feed_id FROM asked)
                UNION ALL
                SELECT feed_id, stored, duplicate, refused, waiting, last_stored_at FROM feed_count_changes
                WHERE feed_id IN (SELECT feed_id FROM asked)
            ) AS parts GROUP BY feed_id
        )
        SELECT a.feed_id, a.was_counted, e.stored - k.stored AS stored,
            e.duplicate - k.duplicate AS duplicate, e.refused - k.refused AS refused,
            e.waiting - k.waiting AS waiting, e.last_stored_at
        FROM asked a JOIN kept k USING (feed_id) CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE state = 'stored') AS stored,
                count(*) FILTER (WHERE state = 'duplicate') AS duplicate,
                count(*) FILTER (WHERE state = 'refused') AS refused,
                count(*) FILTER (WHERE state IN ('waiting', 'fetched')) AS waiting,
                max(finished_at) FILTER (WHERE state = 'stored') AS last_stored_at
            FROM entries WHERE feed_id = a.feed_id
        ) AS e
        """,
        feeds=CHECKED_FEEDS,
        entries=CHECKED_ENTRIES,
    )
    names = ("stored", "duplicate", "refused", "waiting")
    for row in found:
        if any(row[name] for name in names) or not row["was_counted"]:
            _correct(db, row)
    run(
        db,
        "UPDATE feed_counts SET checked_at = :now WHERE feed_id = ANY(:ids)",
        ids=[row["feed_id"] for row in found],
        now=now,
    )
    return [
        Drift(int(row["feed_id"]), *(int(row[name]) for name in names))
        for row in found
        if row["was_counted"] and any(row[name] for name in names)
    ]


def _correct(db: Connection, row: Mapping[str, object]) -> None:
    """Add the difference, and not the count: changes that are not folded yet stay right."""
    run(
        db,
        """UPDATE feed_counts SET stored = stored + :stored, duplicate = duplicate + :duplicate,
            refused = refused + :refused, waiting = waiting + :waiting,
            last_stored_at = greatest(last_stored_at, :last_stored_at)
        WHERE feed_id = :feed_id""",
        **{name: found for name, found in row.items() if name != "was_counted"},
    )

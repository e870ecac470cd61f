"""Counts that are kept as rows change: of entries by day of discovery, state and reason, and of other tables.

Triggers (migration 0036) write the difference that each statement makes into `count_deltas`, in its own
transaction. They only insert, so writers never wait for each other. Once a minute the tick
adds the deltas to `kept_counts`. A reader adds up both tables in one statement, and so sees exactly the rows
that its snapshot sees. `wiredesk db recount` counts the rows themselves and compares.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from pydantic_core import to_json

from worker.store.db import Connection, first, rows, run, value

EPOCH = date(1970, 1, 1)
"""The day of what is not counted by day."""

FOLD_SECONDS = 60.0
"""Between two foldings. A guess: a minute of deltas at full speed is read in a few milliseconds."""

MOST_FOLDED = 50_000
"""Deltas of one folding, which a tick waits for: about 0.2 s. A guess."""

LOCK = 0x66_6F_6C_64
"""The advisory lock of a fold: 'fold' in ASCII."""

SAMPLES_KEPT = timedelta(days=2)
"""As long as rates can be asked of; 2,880 rows."""

MEASURES: Mapping[str, Sequence[tuple[str, str, str, str, str]]] = {
    "entries": (
        (
            "'entries'",
            "(r.discovered_at AT TIME ZONE 'UTC')::date",
            "r.state",
            "CASE WHEN r.state = 'refused' THEN r.reason ELSE '' END",
            "1",
        ),
        ("'entries without a feed'", "DATE '1970-01-01'", "''", "''", "(r.feed_id IS NULL)::int"),
    ),
    "feeds": (
        (
            "'feeds'",
            "DATE '1970-01-01'",
            "r.state",
            "CASE WHEN r.state = 'active' AND r.errors > 0 THEN 'failing' ELSE '' END",
            "1",
        ),
        ("'polls'", "DATE '1970-01-01'", "''", "''", "r.polls"),
        ("'discovered'", "DATE '1970-01-01'", "''", "''", "r.discovered"),
    ),
    "articles": (("'articles'", "DATE '1970-01-01'", "r.state", "''", "1"),),
    "pages": (("'pages'", "DATE '1970-01-01'", "r.state", "''", "1"),),
    "stories": (("'stories'", "DATE '1970-01-01'", "''", "''", "1"),),
    "gaps": (("'gaps'", "DATE '1970-01-01'", "r.fill", "''", "1"),),
}
"""For each table what its rows count for, as SQL: subject, day, state, reason and amount. The triggers hold
the same; `differences` finds where they do not."""

KEPT = """(SELECT subject, day, state, reason, amount FROM kept_counts
    UNION ALL SELECT subject, day, state, reason, amount FROM count_deltas)"""
"""Both tables: a count is the sum over its rows in them."""

Key = tuple[str, date, str, str]
"""Subject, day, state and reason."""


@dataclass(frozen=True)
class KeptCounts:
    """The counts at one instant, by subject, day, state and reason."""

    amounts: Mapping[Key, int] = field(default_factory=dict)

    @cached_property
    def by_state(self) -> dict[str, dict[str, int]]:
        """The counts of each subject by state, over all days."""
        return self._summed(lambda key: key[2])

    @cached_property
    def refusals(self) -> dict[str, int]:
        """The refused entries by reason, the most frequent first."""
        found = self._summed(lambda key: key[3] if key[2] == "refused" else "").get("entries", {})
        return dict(sorted(((k, n) for k, n in found.items() if k), key=lambda one: (-one[1], one[0])))

    @property
    def failing(self) -> int:
        """Active feeds whose last poll failed."""
        return sum(n for key, n in self.amounts.items() if key[0] == "feeds" and key[3] == "failing")

    def total(self, subject: str) -> int:
        """Return the count of a subject in all states."""
        return sum(self.by_state.get(subject, {}).values())

    def days(self, limit: int) -> list[dict[str, Any]]:
        """Return the entries in each state for each of the newest days of discovery, newest first."""
        found: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for (subject, day, state, _), amount in self.amounts.items():
            if subject == "entries" and amount:
                found[day][state] += amount
        return [_day(day, found[day]) for day in sorted(found, reverse=True)[:limit]]

    def _summed(self, name: Callable[[Key], str]) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for key, amount in self.amounts.items():
            found[key[0]][name(key)] += amount
        return {subject: {k: n for k, n in sums.items() if n} for subject, sums in found.items()}


def _day(day: date, states: Mapping[str, int]) -> dict[str, Any]:
    ended = {name: states.get(name, 0) for name in ("stored", "duplicate", "refused")}
    waiting = states.get("waiting", 0) + states.get("fetched", 0)
    return {"day": day, "discovered": sum(states.values()), **ended, "waiting": waiting}


def read(db: Connection) -> KeptCounts:
    """Return all counts as this transaction sees them, in one statement."""
    found = rows(
        db,
        f"""SELECT subject, day, state, reason, sum(amount)::bigint AS amount FROM {KEPT} AS kept
        GROUP BY subject, day, state, reason""",
    )
    return KeptCounts(
        {(row["subject"], row["day"], row["state"], row["reason"]): row["amount"] for row in found}
    )


def fold_when_due(db: Connection, *, now: datetime) -> bool:
    """Add the deltas to the counts if that was last done a minute ago; return whether it was done."""
    before = now - timedelta(seconds=FOLD_SECONDS)
    newest = first(db, "SELECT max(at) AS at FROM count_samples")
    if newest is not None and newest["at"] is not None and before < newest["at"] <= now:
        return False
    fold(db)
    _sample(db, now=now)
    return True


def fold(db: Connection, *, limit: int = MOST_FOLDED) -> int:
    """Add the oldest deltas to the counts; return how many counts changed. A second fold is a no-op."""
    if not value(db, "SELECT pg_try_advisory_xact_lock(:lock)", lock=LOCK):
        return 0
    folded = run(
        db,
        """WITH taken AS (
            DELETE FROM count_deltas WHERE id IN (
                SELECT id FROM count_deltas ORDER BY id LIMIT :limit)
            RETURNING subject, day, state, reason, amount
        )
        INSERT INTO kept_counts AS kept (subject, day, state, reason, amount)
        SELECT subject, day, state, reason, sum(amount) FROM taken
        GROUP BY subject, day, state, reason ORDER BY subject, day, state, reason
        ON CONFLICT (subject, day, state, reason) DO UPDATE SET amount = kept.amount + excluded.amount""",
        limit=limit,
    )
    run(db, "DELETE FROM kept_counts WHERE amount = 0")
    return folded


def _sample(db: Connection, *, now: datetime) -> None:
    """Remember the totals that only grow, for rates."""
    run(
        db,
        """INSERT INTO count_samples (at, amounts) VALUES (:now, CAST(:amounts AS jsonb))
        ON CONFLICT DO NOTHING""",
        now=now,
        amounts=to_json(_growing(db)).decode(),
    )
    run(db, "DELETE FROM count_samples WHERE at < :before OR at > :now", before=now - SAMPLES_KEPT, now=now)


def _growing(db: Connection) -> dict[str, int]:
    counts = read(db)
    ended = counts.by_state.get("entries", {})
    highest = rows(
        db,
        """SELECT coalesce((SELECT max(id) FROM pages), 0) AS pages,
            coalesce((SELECT max(id) FROM changes), 0) AS changes""",
    )[0]
    return {
        "polls": counts.total("polls"),
        "discovered": counts.total("discovered"),
        # Ids are given in order, to rows that are deleted, too.
        "fetched": int(highest["pages"]),
        "changes": int(highest["changes"]),
        **{state: ended.get(state, 0) for state in ("stored", "duplicate", "refused")},
    }


def rates(db: Connection, *, now: datetime, over: timedelta) -> dict[str, float]:
    """Return how much each growing total grew per minute, since the last sample older than `over`.

    Empty until there are samples. Totals that shrank, as after a purge, count as 0.
    """
    found = first(
        db,
        """SELECT at, amounts FROM (
            (SELECT at, amounts FROM count_samples WHERE at <= :since ORDER BY at DESC LIMIT 1)
            UNION ALL (SELECT at, amounts FROM count_samples WHERE at > :since ORDER BY at LIMIT 1)
        ) AS s ORDER BY at LIMIT 1""",
        since=now - over,
    )
    if found is None or (minutes := (now - found["at"]).total_seconds() / 60) <= 0:
        return {}
    return {
        name: max(0, amount - found["amounts"].get(name, amount)) / minutes
        for name, amount in _growing(db).items()
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """A kept count that differs from the count of the rows."""

    subject: str
    day: date
    state: str
    reason: str
    kept: int
    counted: int


def _counted() -> str:
    """Return the SELECT that counts the rows of all tables."""
    return " UNION ALL ".join(
        f"""SELECT {subject} AS subject, {day} AS day, {state} AS state, {reason} AS reason,
            sum({amount})::bigint AS amount FROM {table} AS r GROUP BY 1, 2, 3, 4"""
        for table, measures in MEASURES.items()
        for subject, day, state, reason, amount in measures
    )


_COMPARED = f"""SELECT subject, day, state, reason, sum(kept)::bigint AS kept, sum(counted)::bigint AS counted
    FROM (
        SELECT subject, day, state, reason, amount AS kept, 0 AS counted FROM {KEPT} AS k
        UNION ALL SELECT subject, day, state, reason, 0, amount FROM ({_counted()}) AS c
    ) AS both_sides GROUP BY subject, day, state, reason HAVING sum(kept) <> sum(counted)"""
"""One statement: its snapshot sees each row together with what its transaction wrote to the deltas."""


def differences(db: Connection) -> list[Difference]:
    """Count all rows, and return where the kept counts differ: nowhere, unless a trigger was off."""
    return [Difference(**row) for row in rows(db, f"{_COMPARED} ORDER BY subject, day, state, reason")]


def repair(db: Connection) -> int:
    """Count all rows, and correct the kept counts where they differ; return how many did. Stops nobody."""
    return run(
        db,
        f"""INSERT INTO count_deltas (subject, day, state, reason, amount)
        SELECT subject, day, state, reason, counted - kept FROM ({_COMPARED}) AS found""",
    )

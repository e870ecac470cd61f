"""What happened in the last minutes and hours: visits to hosts, entries that ended, the newest article.

Each question reads a bounded number of rows through an index, so that it can be put on every page.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.store.db import Connection, rows, value

VISITS_FOR = timedelta(minutes=10)
"""Visits to hosts that count as recent. A guess: several polls of most feeds, and an outage fills it soon."""

VISITS = 1_000
"""Hosts looked at most, the last visited first. A guess that keeps the query below a few milliseconds."""

ENTRIES = 200
"""Newest entries looked at to see whether any is stored. A guess."""

RECENT_FOR, BEFORE_FOR = timedelta(hours=1), timedelta(hours=24)
"""An hour is compared with the day before it. A guess: publishers' nights are in both less than half."""

NAMED_HOSTS = 20
"""Hosts that metrics name: each is a time series. A guess."""

SETTLED = 5_000
"""Entries looked at in each of the two spans at most. A guess."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Recently visited hosts, and those of them that could not be reached."""

    visited: int
    unreachable: int


def reach(db: Connection, unreachable: Collection[str], *, now: datetime) -> Reach:
    """Return how many of the recently visited hosts failed for one of the reasons `unreachable`."""
    found = rows(
        db,
        """SELECT count(*) AS visited,
            count(*) FILTER (WHERE errors > 0 AND reason = ANY(:reasons)) AS unreachable
        FROM (SELECT errors, reason FROM hosts WHERE last_turn_at > :since
            ORDER BY last_turn_at DESC LIMIT :most) h""",
        reasons=list(unreachable),
        since=now - VISITS_FOR,
        most=VISITS,
    )
    return Reach(**found[0])


@dataclass(frozen=True, slots=True)
class Unstored:
    """Entries found since the newest article: at most `ENTRIES`, and when the first of them was found."""

    count: int
    since: datetime | None
    newest_article_at: datetime | None


def unstored(db: Connection) -> Unstored:
    """Return the entries that were found after the newest article was stored, without duplicates."""
    newest = value(db, "SELECT max(stored_at) FROM articles")
    found = rows(
        db,
        """SELECT count(*) AS count, min(discovered_at) AS since
        FROM (SELECT state, discovered_at FROM entries ORDER BY id DESC LIMIT :most) e
        WHERE state <> 'duplicate' AND discovered_at > coalesce(CAST(:newest AS timestamptz), '-infinity')""",
        newest=newest,
        most=ENTRIES,
    )
    return Unstored(**found[0], newest_article_at=newest)


@dataclass(frozen=True, slots=True)
class Settled:
    """Entries that ended in a span of time, and those of them that were refused."""

    ended: int
    refused: int

    @property
    def share(self) -> float:
        """The refused share; 0 without entries."""
        return self.refused / self.ended if self.ended else 0.0


def settled(db: Connection, intended: Collection[str], *, now: datetime) -> tuple[Settled, Settled]:
    """Return how entries ended in the last hour, and in the day before it.

    Refusals for one of the reasons `intended` do not count: the operator wants them.
    """
    sql = """SELECT count(*) AS ended, count(*) FILTER (WHERE state = 'refused') AS refused
        FROM (SELECT state, reason FROM entries WHERE finished_at > :since AND finished_at <= :until
            ORDER BY finished_at DESC LIMIT :most) e
        WHERE state <> 'refused' OR reason <> ALL(:intended)"""
    begins = now - RECENT_FOR
    recent, before = (
        Settled(**rows(db, sql, since=since, until=until, most=SETTLED, intended=list(intended))[0])
        for since, until in ((begins, now), (begins - BEFORE_FOR, begins))
    )
    return recent, before


@dataclass(frozen=True, slots=True)
class FailingHosts:
    """The hosts with the most failures in a row, by key, and how many others fail with how many failures."""

    errors: dict[str, int]
    others: int
    errors_of_others: int


def failing_hosts(db: Connection) -> FailingHosts:
    """Return the hosts that fail: the worst `NAMED_HOSTS` by name, so that metrics stay bounded."""
    worst = rows(
        db,
        "SELECT key, errors FROM hosts WHERE errors > 0 ORDER BY errors DESC, key LIMIT :most",
        most=NAMED_HOSTS,
    )
    (total,) = rows(
        db, "SELECT count(*) AS hosts, coalesce(sum(errors), 0)::bigint AS errors FROM hosts WHERE errors > 0"
    )
    named = {row["key"]: int(row["errors"]) for row in worst}
    return FailingHosts(named, total["hosts"] - len(named), total["errors"] - sum(named.values()))

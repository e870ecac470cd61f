"""Counts for people: where everything is, and since when the oldest due work is waiting."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from worker.model import HostLane
from worker.store import (
    feed_conditions,
    feed_health,
    feed_pages,
    hosts,
    hubs,
    kept_counts,
    poll_price,
    pushes,
)
from worker.store.db import Connection, rows, value
from worker.store.kept_counts import KeptCounts
from worker.store.poll_price import Steering


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity discovered = stored + duplicate + refused + waiting.

    `discovered` was counted by polls, the other side is counted over the rows now. The two sides come from
    different places, so `holds` can fail.
    """

    discovered: int
    stored: int
    duplicate: int
    refused: int
    waiting: int

    @property
    def holds(self) -> bool:
        """Whether no entry has disappeared."""
        return self.discovered == self.stored + self.duplicate + self.refused + self.waiting


IDENTITY = """
SELECT coalesce((SELECT discovered FROM feeds WHERE id = :feed_id), 0) AS discovered,
    count(*) FILTER (WHERE state = 'stored') AS stored,
    count(*) FILTER (WHERE state = 'duplicate') AS duplicate,
    count(*) FILTER (WHERE state = 'refused') AS refused,
    count(*) FILTER (WHERE state IN ('waiting', 'fetched')) AS waiting
FROM entries WHERE feed_id = :feed_id
"""


def identity(db: Connection, *, feed_id: int | None = None) -> Identity:
    """Return the identity of all feeds, or of one."""
    if feed_id is None:
        return identity_of(kept_counts.read(db))
    return Identity(**{k: int(v) for k, v in rows(db, IDENTITY, feed_id=feed_id)[0].items()})


def identity_of(kept: KeptCounts) -> Identity:
    """Return the identity of all feeds from the kept counts."""
    entries = kept.by_state.get("entries", {})
    return Identity(
        discovered=kept.total("discovered") + kept.total("entries without a feed"),
        stored=entries.get("stored", 0),
        duplicate=entries.get("duplicate", 0),
        refused=entries.get("refused", 0),
        waiting=entries.get("waiting", 0) + entries.get("fetched", 0),
    )


def days(db: Connection, *, feed_id: int | None = None, limit: int = 14) -> list[dict[str, Any]]:
    """Return, for each day of discovery (UTC), the entries in each state; newest day first."""
    if feed_id is None:
        return kept_counts.read(db).days(limit)
    return rows(
        db,
        """
        SELECT (discovered_at AT TIME ZONE 'UTC')::date AS day, count(*) AS discovered,
            count(*) FILTER (WHERE state = 'stored') AS stored,
            count(*) FILTER (WHERE state = 'duplicate') AS duplicate,
            count(*) FILTER (WHERE state = 'refused') AS refused,
            count(*) FILTER (WHERE state IN ('waiting', 'fetched')) AS waiting
        FROM entries WHERE feed_id = :feed_id
        GROUP BY 1 ORDER BY 1 DESC LIMIT :limit
        """,
        feed_id=feed_id,
        limit=limit,
    )


def refusals(db: Connection, *, feed_id: int | None = None) -> dict[str, int]:
    """Return the number of refused entries by reason, the most frequent first."""
    if feed_id is None:
        return kept_counts.read(db).refusals
    found = rows(
        db,
        """SELECT reason, count(*) AS n FROM entries
        WHERE state = 'refused' AND feed_id = :feed_id
        GROUP BY reason ORDER BY n DESC, reason""",
        feed_id=feed_id,
    )
    return {row["reason"]: int(row["n"]) for row in found}


def doubtful(db: Connection) -> dict[str, int]:
    """Return the number of stored entries whose last look was doubtful, by reason."""
    found = rows(
        db,
        """SELECT look_reason AS reason, count(*) AS n FROM entries WHERE look = 'doubtful'
        GROUP BY look_reason ORDER BY n DESC, look_reason""",
    )
    return {row["reason"]: int(row["n"]) for row in found}


@dataclass(frozen=True, slots=True)
class DueLane:
    """The free hosts in one lane with due work of a stage, and since when the first of them waits."""

    stage: str
    lane: str
    hosts: int
    oldest_due_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """All counts that the status shows, at one instant."""

    identity: Identity
    refusals: dict[str, int]
    feeds: dict[str, int]
    feeds_failing: int
    polls: int
    pages: dict[str, int]
    articles: int
    stories: int
    changes: int
    gaps: int
    hub_subscriptions: dict[str, int]
    pushes_waiting: int
    oldest_due: dict[str, datetime | None]
    lanes: Sequence[DueLane] = ()
    polling: Steering | None = None
    doubtful: dict[str, int] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain dicts for JSON, with whether the identity holds."""
        return {**asdict(self), "identity": {**asdict(self.identity), "holds": self.identity.holds}}


def counts(db: Connection, *, now: datetime) -> Counts:
    """Return all counts that the status shows."""
    kept = kept_counts.read(db)
    newest = int(value(db, "SELECT coalesce(max(id), 0) FROM changes") or 0)
    return Counts(
        identity=identity_of(kept),
        refusals=kept.refusals,
        feeds=kept.by_state.get("feeds", {}),
        feeds_failing=kept.failing,
        polls=kept.total("polls"),
        pages=kept.by_state.get("pages", {}),
        articles=kept.total("articles"),
        stories=kept.total("stories"),
        changes=newest,
        gaps=kept.total("gaps"),
        entries=kept.by_state.get("entries", {}),
        hub_subscriptions=hubs.states(db),
        pushes_waiting=pushes.count(db),
        polling=poll_price.steering(db),
        oldest_due=oldest_due(db, now=now),
        lanes=due_lanes(db, now=now),
        doubtful=doubtful(db),
    )


def oldest_due(db: Connection, *, now: datetime) -> dict[str, datetime | None]:
    """Return, by stage, since when its oldest row is due; None if nothing is due.

    Hosts of the slow lanes do not count, unless none answers: they wait for each other (`due_lanes`).
    """
    oldest = "(SELECT min({0}) FROM hosts WHERE lane = '{1}' AND {0} <= :now AND free_at <= :now)"

    def of_hosts(column: str) -> str:
        answering, *slow = (oldest.format(column, lane.value) for lane in HostLane)
        return f"least({answering}, CASE WHEN NOT answers THEN least({', '.join(slow)}) END)"

    found = rows(
        db,
        f"""SELECT {of_hosts("poll_due_at")} AS poll, {of_hosts("fetch_due_at")} AS fetch,
            (SELECT min(due_at) FROM pages WHERE due_at <= :now) AS extract
        FROM (SELECT {hosts.ANY_ANSWERS} AS answers) AS known""",
        now=now,
    )
    return found[0]


def due_lanes(db: Connection, *, now: datetime) -> list[DueLane]:
    """Return the lanes in which free hosts have due work, by stage."""
    sql = """SELECT lane, count(*) AS hosts, min({stage}_due_at) AS oldest_due_at FROM hosts
        WHERE {stage}_due_at <= :now AND free_at <= :now GROUP BY lane ORDER BY lane"""
    return [
        DueLane(stage=stage, **row)
        for stage in ("poll", "fetch")
        for row in rows(db, sql.format(stage=stage), now=now)
    ]


def failing_feeds(db: Connection, *, limit: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many feeds fail or are gone for good, and at most `limit` of them, the longest first.

    A single failure does not count: the next poll may succeed.
    """
    sql = "FROM feeds WHERE state = 'retired' OR (state = 'active' AND errors > 1)"
    worst = rows(
        db,
        f"""SELECT id, url, state, errors, reason, successor {sql}
        ORDER BY successor IS NULL, last_ok_at NULLS FIRST, id LIMIT :limit""",
        limit=limit,
    )
    return int(value(db, f"SELECT count(*) {sql}") or 0), worst


def feed_show(db: Connection, feed_id: int) -> dict[str, Any] | None:
    """Return one feed with its identity, health, hubs and newest entries; None if it does not exist."""
    found = feed_pages.shown(db, [feed_id])
    if not found:
        return None
    whole = identity(db, feed_id=feed_id)
    entries = rows(
        db,
        """SELECT e.id, e.title, e.url, e.state, e.reason, e.detail, e.published,
        e.published_precision, e.discovered_at, e.article_id
        FROM sightings s JOIN entries e ON e.id = s.entry_id WHERE s.feed_id = :id
        ORDER BY s.first_seen_at DESC, s.position LIMIT 20""",
        id=feed_id,
    )
    return {
        **found[0],
        "identity": {**asdict(whole), "holds": whole.holds},
        "refusals": refusals(db, feed_id=feed_id),
        "health": feed_health.shares(db, feed_id),
        "was": feed_conditions.ended(db, feed_id),
        "hubs": hubs.listing(db, feed_id=feed_id),
        "entries": entries,
    }


def resting_hosts(db: Connection, *, now: datetime, limit: int = 200) -> list[dict[str, Any]]:
    """Return the hosts that get no requests for now, those that rest for longest first."""
    return rows(
        db,
        """SELECT key, rest_until, reason, detail FROM hosts WHERE rest_until > :now
        ORDER BY rest_until DESC, key LIMIT :limit""",
        now=now,
        limit=limit,
    )

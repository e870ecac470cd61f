"""The figures from which the health of feeds is judged: one row for each feed, updated by each check.

A check counts only the entries that ended since the last one (by the index on their time), and reads the
publication times only of feeds that have been silent for long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.feeds.health.habits import Share, Size
from worker.model import FeedState
from worker.outcome import Reason
from worker.store import schema
from worker.store.db import Connection, dumps, first, rows, run, value
from worker.store.schema import recordset

TURN_LOCK = 0x5749_5245_4845
"""The advisory lock of the check: 'WIREHE' in ASCII."""

MOST_TIMES = 5_000
"""Publication times read of one feed, newest first. A guess: enough for the rhythm of the busiest feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFeed:
    """A feed and its figures from the last check; `counted_to` is None before the first check.

    `seen_at` is when the feed last showed a new entry. `silent_since` is the value of `seen_at` for which
    `quiet_at`, the end of its usual silence, was computed.
    """

    id: int
    url: str
    state: FeedState
    errors: int
    reason: str | None
    detail: str | None
    last_ok_at: datetime | None
    last_items: int
    moved_to: str | None
    moved_seen: int
    moved_from: str | None
    moved_at: datetime | None
    seen_at: datetime | None
    counted_to: datetime | None
    silent_since: datetime | None
    quiet_at: datetime | None
    a_week: float
    size: Size | None
    refused: Share
    fallback: Share


@dataclass(frozen=True, slots=True)
class Ended:
    """How entries of a feed ended: `refused` of `ended`, and `fallback` of `stored` with the feed's text."""

    ended: int = 0
    refused: int = 0
    stored: int = 0
    fallback: int = 0


def alone(db: Connection) -> bool:
    """Whether this is the only check; if so it stays the only one until the end of the transaction."""
    return bool(value(db, "SELECT pg_try_advisory_xact_lock(:key)", key=TURN_LOCK))


def watched(db: Connection) -> list[WatchedFeed]:
    """Return all feeds with their figures, in the order of their ids."""
    found = rows(
        db,
        """
        SELECT f.id, f.url, f.state, f.errors, f.reason, f.detail, f.last_ok_at, f.last_items, f.moved_to,
            f.moved_seen, f.moved_from, f.moved_at, s.seen_at, h.counted_to, h.silent_since, h.quiet_at,
            coalesce(h.a_week, 0) AS a_week, h.items_lately, h.items_usual, h.refused, h.fallback
        FROM feeds f LEFT JOIN feed_health h ON h.feed_id = f.id
        CROSS JOIN LATERAL (SELECT max(first_seen_at) AS seen_at FROM sightings WHERE feed_id = f.id) AS s
        ORDER BY f.id
        """,
    )
    return [_watched(row) for row in found]


def _watched(row: dict[str, object]) -> WatchedFeed:
    lately, usual = row.pop("items_lately"), row.pop("items_usual")
    size = Size(lately, usual) if isinstance(lately, float) and isinstance(usual, float) else None
    shares = {name: Share(*(row.pop(name) or ())) for name in ("refused", "fallback")}  # type: ignore[misc]
    return WatchedFeed(**{**row, **shares, "size": size, "state": FeedState(str(row["state"]))})  # type: ignore[arg-type]


def ended(db: Connection, *, since: datetime, until: datetime) -> dict[int, Ended]:
    """Return, by feed, how its entries ended after `since` and up to `until`.

    Duplicates are left out, and entries whose pages the operator does not want.
    """
    found = rows(
        db,
        """
        SELECT e.feed_id, count(*) AS ended, count(*) FILTER (WHERE e.state = 'refused') AS refused,
            count(*) FILTER (WHERE e.state = 'stored') AS stored,
            count(*) FILTER (WHERE a.provenance ->> 'blocks' = 'feed') AS fallback
        FROM entries e LEFT JOIN articles a ON a.id = e.article_id
        WHERE e.finished_at > :since AND e.finished_at <= :until AND e.feed_id IS NOT NULL
            AND e.state IN ('stored', 'refused') AND e.reason IS DISTINCT FROM :unwanted
        GROUP BY e.feed_id
        """,
        since=since,
        until=until,
        unwanted=Reason.FEED_ONLY,
    )
    return {
        int(row["feed_id"]): Ended(*(int(row[name]) for name in ("ended", "refused", "stored", "fallback")))
        for row in found
    }


def times(db: Connection, feed_ids: Sequence[int], *, back: timedelta) -> dict[int, list[datetime]]:
    """Return, by feed, when its entries appeared: their stated date, or the first sighting if earlier.

    A date that is known only to the day counts as the end of that day: its beginning could come before the
    entry published previously."""
    found = rows(
        db,
        """
        SELECT f.id, s.at FROM unnest(CAST(:ids AS bigint[])) AS f (id) CROSS JOIN LATERAL (
            SELECT least(s.first_seen_at, e.published
                + CASE e.published_precision WHEN 'day' THEN interval '1 day' ELSE interval '0' END) AS at
            FROM sightings s JOIN entries e ON e.id = s.entry_id WHERE s.feed_id = f.id
                AND s.first_seen_at > (SELECT max(first_seen_at) FROM sightings WHERE feed_id = f.id) - :back
            ORDER BY s.first_seen_at DESC LIMIT :most
        ) AS s
        """,
        ids=list(feed_ids),
        back=back,
        most=MOST_TIMES,
    )
    by_feed: dict[int, list[datetime]] = {feed_id: [] for feed_id in feed_ids}
    for row in found:
        by_feed[int(row["id"])].append(row["at"])
    return by_feed


def mostly(db: Connection, feed_ids: Sequence[int]) -> dict[int, str]:
    """Return, by feed, the most frequent reason why its newest entries were refused or lack a page's text."""
    found = rows(
        db,
        """
        SELECT f.id, (
            SELECT mode() WITHIN GROUP (ORDER BY e.reason) FROM (
                SELECT reason FROM entries WHERE feed_id = f.id ORDER BY discovered_at DESC LIMIT 30
            ) AS e
        ) AS reason FROM unnest(CAST(:ids AS bigint[])) AS f (id)
        """,
        ids=list(feed_ids),
    )
    return {int(row["id"]): row["reason"] for row in found if row["reason"]}


_SAVED = [column.name for column in schema.feed_health.c if column.name != "counted_to"]


def save(db: Connection, feeds: Sequence[WatchedFeed], *, counted_to: datetime) -> None:
    """Save the figures of these feeds for the next check."""
    records = [
        {
            "feed_id": feed.id,
            "silent_since": feed.silent_since,
            "quiet_at": feed.quiet_at,
            "a_week": feed.a_week,
            "items_lately": feed.size.lately if feed.size else None,
            "items_usual": feed.size.usual if feed.size else None,
            "refused": _plain(feed.refused),
            "fallback": _plain(feed.fallback),
        }
        for feed in feeds
    ]
    run(
        db,
        f"""
        INSERT INTO feed_health (feed_id, counted_to, silent_since, quiet_at, a_week, items_lately,
            items_usual, refused, fallback)
        SELECT r.feed_id, :counted_to, r.silent_since, r.quiet_at, r.a_week, r.items_lately, r.items_usual,
            r.refused, r.fallback
        FROM {recordset(schema.feed_health, *_SAVED)}
        JOIN feeds f ON f.id = r.feed_id
        ON CONFLICT (feed_id) DO UPDATE SET counted_to = excluded.counted_to,
            silent_since = excluded.silent_since, quiet_at = excluded.quiet_at, a_week = excluded.a_week,
            items_lately = excluded.items_lately, items_usual = excluded.items_usual,
            refused = excluded.refused, fallback = excluded.fallback
        """,
        records=dumps(records),
        counted_to=counted_to,
    )


def _plain(share: Share) -> list[float]:
    return [share.lately, share.usual, share.entries]


def shares(db: Connection, feed_id: int) -> dict[str, Any]:
    """Return the figures of one feed for display; empty before its first check.

    Shares are of the newest entries, and None while no entry has ended.
    """
    found = first(
        db,
        """
        SELECT items_usual AS usual_items, CASE WHEN refused[3] > 0 THEN refused[1] END AS refused_share,
            CASE WHEN fallback[3] > 0 THEN 1 - fallback[1] END AS full_text_share,
            CASE WHEN silent_since >= f.last_new_at THEN quiet_at END AS quiet_at
        FROM feed_health h JOIN feeds f ON f.id = h.feed_id WHERE h.feed_id = :id
        """,
        id=feed_id,
    )
    return found or {}

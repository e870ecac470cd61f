"""What the health of feeds is told from: a row of numbers for each, brought forward from turn to turn.

Only what came since the last turn is counted (by the index on when entries finished), and only a feed that
has been silent for long has its times read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.feeds.health.habits import Share, Size
from worker.model import FeedState
from worker.outcome import Reason
from worker.store.db import Connection, dumps, rows, run, value

TURN_LOCK = 0x5749_5245_4845
MOST_TIMES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A feed as it stands, and what is kept of how it used to be; `counted_to` is None at its first turn.

    `seen_at` is when it last showed an entry that it had not shown before, `silent_since` the one for which
    `quiet_at` was told.
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
    """How entries of a feed ended: `refused` of `ended`, and `fallback` of `stored` with the feed's own
    text."""

    ended: int = 0
    refused: int = 0
    stored: int = 0
    fallback: int = 0


def alone(db: Connection) -> bool:
    """Whether nobody else brings the numbers forward; until the end of the transaction nobody else will."""
    return bool(value(db, "SELECT pg_try_advisory_xact_lock(:key)", key=TURN_LOCK))


def watched(db: Connection) -> list[Watched]:
    """All feeds, in the order of their ids."""
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
    return [_watched(dict(row)) for row in found]


def _watched(row: dict[str, object]) -> Watched:
    lately, usual = row.pop("items_lately"), row.pop("items_usual")
    size = Size(lately, usual) if isinstance(lately, float) and isinstance(usual, float) else None
    shares = {name: Share(*(row.pop(name) or ())) for name in ("refused", "fallback")}  # type: ignore[misc]
    return Watched(**{**row, **shares, "size": size, "state": FeedState(str(row["state"]))})  # type: ignore[arg-type]


def ended(db: Connection, *, since: datetime, until: datetime) -> dict[int, Ended]:
    """By feed, how the entries ended that did so after `since`, up to `until`.

    Duplicates are left out, and those whose pages the operator does not want.
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
    """When the entries of these feeds appeared: at the date that they state, unless it was yet to come when
    they were first seen."""
    found = rows(
        db,
        """
        SELECT f.id, s.at FROM unnest(CAST(:ids AS bigint[])) AS f (id) CROSS JOIN LATERAL (
            SELECT CASE WHEN e.published <= s.first_seen_at THEN e.published ELSE s.first_seen_at END AS at
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
    """The most frequent reason why the newest entries of these feeds were refused, or have no page's text."""
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


def save(db: Connection, feeds: Sequence[Watched], *, counted_to: datetime) -> None:
    """Keep the numbers of these feeds for the next turn."""
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
        """
        INSERT INTO feed_health (feed_id, counted_to, silent_since, quiet_at, a_week, items_lately,
            items_usual, refused, fallback)
        SELECT r.feed_id, :counted_to, r.silent_since, r.quiet_at, r.a_week, r.items_lately, r.items_usual,
            r.refused, r.fallback
        FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r (feed_id bigint, silent_since timestamptz,
            quiet_at timestamptz, a_week float8, items_lately float8, items_usual float8, refused float8[],
            fallback float8[])
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
    """The numbers of one feed that tell something to whoever looks at it; empty before its first turn.

    Shares are of the newest entries, and None where none has ended yet.
    """
    found = rows(
        db,
        """
        SELECT items_usual AS usual_items, CASE WHEN refused[3] > 0 THEN refused[1] END AS refused_share,
            CASE WHEN fallback[3] > 0 THEN 1 - fallback[1] END AS full_text_share,
            CASE WHEN silent_since >= f.last_new_at THEN quiet_at END AS quiet_at
        FROM feed_health h JOIN feeds f ON f.id = h.feed_id WHERE h.feed_id = :id
        """,
        id=feed_id,
    )
    return dict(found[0]) if found else {}

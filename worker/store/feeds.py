"""Feeds: what is subscribed, and how its polling goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from worker.model import FEED_MOVES, FeedEvent, FeedState, move, sources
from worker.store import hosts
from worker.store.db import Connection, dumps, rows, run, value

COLUMNS = """id, url, host_id, state, attempts, errors, etag, last_modified, body_hash, item_hashes, cadence,
moved_to, moved_seen, last_polled_at, settings"""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a poll needs to know of its feed."""

    id: int
    url: str
    host_id: int
    state: FeedState
    attempts: int
    errors: int
    etag: str | None
    last_modified: str | None
    body_hash: UUID | None
    item_hashes: list[int] | None
    cadence: dict[str, Any] | None
    moved_to: str | None
    moved_seen: int
    last_polled_at: datetime | None
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedUpdate:
    """What a poll leaves on its feed; None in a field of the document means: as it was."""

    state: FeedState
    due_at: datetime | None
    errors: int
    reason: str | None = None
    detail: str | None = None
    warning: str | None = None
    kind: str | None = None
    title: str | None = None
    link: str | None = None
    language: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: UUID | None = None
    item_hashes: Sequence[int] | None = None
    cadence: dict[str, Any] | None = None
    moved_to: str | None = None
    moved_seen: int = 0
    url: str | None = None
    host_id: int | None = None
    ok: bool = False
    unchanged: bool = False
    new: int = 0
    items: int | None = None
    overlap: int | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed to add."""

    url: str
    host_id: int
    publisher_id: int | None
    title: str | None
    labels: tuple[str, ...] = ()


def add(db: Connection, subscriptions: Sequence[Subscription], *, now: datetime) -> list[int]:
    """Subscribe; the ids of those that were new. Labels of a feed that is known already are added to its own."""
    records = [
        {
            "url": s.url,
            "host_id": s.host_id,
            "publisher_id": s.publisher_id,
            "title": s.title,
            "labels": sorted(set(s.labels)),
        }
        for s in {s.url: s for s in subscriptions}.values()
    ]
    found = rows(
        db,
        """
        INSERT INTO feeds (url, host_id, publisher_id, title, labels, state, due_at)
        SELECT url, host_id, publisher_id, title, labels, 'active', :now
        FROM jsonb_to_recordset(CAST(:records AS jsonb))
            AS r (url text, host_id bigint, publisher_id bigint, title text, labels text[])
        ORDER BY url
        ON CONFLICT (url) DO UPDATE
            SET labels = ARRAY(SELECT DISTINCT unnest(feeds.labels || excluded.labels) ORDER BY 1)
        RETURNING id, xmax = 0 AS inserted
        """,
        records=dumps(records),
        now=now,
    )
    hosts.wake(db, [s.host_id for s in subscriptions])
    return [int(row["id"]) for row in found if row["inserted"]]


def take_due(db: Connection, host_id: int, *, now: datetime, lease: timedelta, limit: int) -> list[Feed]:
    """The host's due feeds, taken for this turn: not due again before the lease has passed."""
    found = rows(
        db,
        f"""
        WITH due AS MATERIALIZED (
            SELECT id FROM feeds WHERE host_id = :host_id AND due_at <= :now ORDER BY due_at LIMIT :limit
        )
        UPDATE feeds SET due_at = :until, attempts = attempts + 1
        FROM due WHERE feeds.id = due.id AND state = 'active'
        RETURNING {", ".join("feeds." + c.strip() for c in COLUMNS.split(","))}
        """,  # noqa: S608 - the columns are a constant
        host_id=host_id,
        now=now,
        until=now + lease,
        limit=limit,
    )
    return [Feed(**{**row, "state": FeedState(row["state"])}) for row in found]


def give_back(db: Connection, ids: Sequence[int], *, now: datetime) -> None:
    """Untaken feeds of a turn that ended before it came to them: due at once."""
    run(
        db,
        """UPDATE feeds SET due_at = :now, attempts = greatest(attempts - 1, 0)
        WHERE id = ANY(:ids) AND state = 'active'""",
        ids=list(ids),
        now=now,
    )


def lock(db: Connection, feed_id: int) -> bool:
    """Lock a feed, after its host; False when it was paused or removed meanwhile."""
    return bool(rows(db, "SELECT id FROM feeds WHERE id = :id AND state = 'active' FOR UPDATE", id=feed_id))


def save(db: Connection, feed_id: int, update: FeedUpdate, *, now: datetime) -> bool:
    """Keep what a poll found. The caller holds the host's lease; False when the feed was paused meanwhile."""
    return bool(
        run(
            db,
            """
            UPDATE feeds SET
                state = :state, due_at = :due_at, attempts = 0, errors = :errors, reason = :reason,
                detail = :detail, last_polled_at = :now, polls = polls + 1,
                polls_unchanged = polls_unchanged + CAST(:unchanged AS int),
                last_ok_at = CASE WHEN :ok THEN :now ELSE last_ok_at END,
                last_new_at = CASE WHEN :new > 0 THEN :now ELSE last_new_at END,
                discovered = discovered + :new,
                last_items = coalesce(CAST(:items AS int), last_items),
                last_overlap = coalesce(CAST(:overlap AS int), last_overlap),
                warning = CASE WHEN CAST(:items AS int) IS NULL THEN warning ELSE :warning END,
                kind = coalesce(:kind, kind), title = coalesce(:title, title), link = coalesce(:link, link),
                language = coalesce(:language, language),
                etag = CASE WHEN :ok AND NOT :unchanged THEN :etag ELSE etag END,
                last_modified = CASE WHEN :ok AND NOT :unchanged THEN :last_modified ELSE last_modified END,
                body_hash = coalesce(CAST(:body_hash AS uuid), body_hash),
                item_hashes = coalesce(CAST(:item_hashes AS bigint[]), item_hashes),
                cadence = coalesce(CAST(:cadence AS jsonb), cadence),
                moved_to = :moved_to, moved_seen = :moved_seen,
                url = coalesce(:url, url), host_id = coalesce(CAST(:host_id AS bigint), host_id)
            WHERE id = :id AND state = 'active'
            """,
            id=feed_id,
            now=now,
            state=update.state,
            due_at=update.due_at,
            errors=update.errors,
            reason=update.reason,
            detail=update.detail,
            warning=update.warning,
            kind=update.kind,
            title=update.title,
            link=update.link,
            language=update.language,
            etag=update.etag,
            last_modified=update.last_modified,
            body_hash=update.body_hash,
            item_hashes=None if update.item_hashes is None else list(update.item_hashes),
            cadence=None if update.cadence is None else dumps([update.cadence])[1:-1],
            moved_to=update.moved_to,
            moved_seen=update.moved_seen,
            url=update.url,
            host_id=update.host_id,
            ok=update.ok,
            unchanged=update.unchanged,
            new=update.new,
            items=update.items,
            overlap=update.overlap,
        )
    )


def url_taken(db: Connection, url: str, *, by_other_than: int) -> bool:
    """Whether another feed has this URL already."""
    sql = "SELECT EXISTS (SELECT FROM feeds WHERE url = :url AND id <> :id)"
    return bool(value(db, sql, url=url, id=by_other_than))


def turn(db: Connection, feed_id: int, event: FeedEvent, *, now: datetime) -> FeedState:
    """Pause or resume a feed at the operator's word. Raises `LookupError`, `ForbiddenMove`."""
    host_id = value(db, "SELECT host_id FROM feeds WHERE id = :id", id=feed_id)
    if host_id is None:
        raise LookupError(feed_id)
    hosts.lock(db, [int(host_id)])
    state = value(db, "SELECT state FROM feeds WHERE id = :id FOR UPDATE", id=feed_id)
    after = move(FEED_MOVES, FeedState(state), event)
    run(
        db,
        """
        UPDATE feeds SET state = :state, attempts = 0,
            errors = CASE WHEN CAST(:due_at AS timestamptz) IS NULL THEN errors ELSE 0 END,
            due_at = CASE WHEN CAST(:due_at AS timestamptz) IS NULL THEN NULL ELSE coalesce(due_at, :due_at) END,
            reason = CASE WHEN state = 'retired' THEN NULL ELSE reason END
        WHERE id = :id AND state = ANY(:sources)
        """,
        id=feed_id,
        state=after,
        due_at=now if after is FeedState.ACTIVE else None,
        sources=sorted(sources(FEED_MOVES, event)),
    )
    hosts.wake(db, [int(host_id)])
    return after


def remove(db: Connection, feed_id: int) -> bool:
    """Unsubscribe. Entries and articles that came from it stay."""
    return bool(run(db, "DELETE FROM feeds WHERE id = :id", id=feed_id))


def find(db: Connection, name: str) -> int | None:
    """The id of the feed with this id or URL."""
    if name.isdigit() and (found := value(db, "SELECT id FROM feeds WHERE id = :id", id=int(name))):
        return int(found)
    found = value(db, "SELECT id FROM feeds WHERE url = :url", url=name)
    return None if found is None else int(found)

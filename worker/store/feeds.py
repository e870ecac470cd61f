"""Feeds: the subscriptions, and the state of their polling."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from worker.model import FEED_MOVES, FeedEvent, FeedState, move, sources
from worker.rows.feeds import Feed, FeedUpdate, Subscription
from worker.store import hosts, hubs, schema
from worker.store.db import Connection, dumps, rows, run, set_fields, value
from worker.store.schema import columns_of, recordset

_UPDATES = recordset(
    schema.feeds,
    "id",
    *(name for name in FeedUpdate.__slots__ if name in schema.feeds.c),
    **dict.fromkeys(("ok", "unchanged", "whole", "pushes_missed"), "boolean"),
    **dict.fromkeys(("new", "items", "overlap"), "int"),
)

UNKNOWN_RATE = 0.5 / 86400
"""Entries a second assumed of a feed before its first poll: half an entry a day, as `feeds.cadence` does."""


IMPORT = "import:"
"""The beginning of the address of an import, which is never polled (`worker.store.imports`)."""


class NothingToPoll(Exception):
    """The feed is an import, whose address is the text: it cannot be resumed."""


def add(db: Connection, subscriptions: Sequence[Subscription], *, now: datetime) -> list[int]:
    """Add feeds, and return the ids of the new ones.

    Labels and settings of a known feed are added to those it has; if its settings change, its next poll reads
    the document even if it is unchanged.
    """
    labels: dict[str, set[str]] = {}
    for one in subscriptions:
        labels.setdefault(one.url, set()).update(one.labels)
    by_url = {one.url: replace(one, labels=tuple(sorted(labels[one.url]))) for one in subscriptions}
    found = rows(
        db,
        f"""
        INSERT INTO feeds (url, host_id, publisher_id, title, labels, settings, state, due_at, due_because)
        SELECT url, host_id, publisher_id, title, labels, settings, 'active', :now, 'it was just added'
        FROM {recordset(schema.feeds, *Subscription.__slots__)}
        ORDER BY url
        ON CONFLICT (url) DO UPDATE
            SET labels = ARRAY(SELECT DISTINCT unnest(feeds.labels || excluded.labels) ORDER BY 1),
                settings = feeds.settings || excluded.settings,
                etag = CASE WHEN feeds.settings @> excluded.settings THEN feeds.etag END,
                last_modified = CASE WHEN feeds.settings @> excluded.settings THEN feeds.last_modified END,
                body_hash = CASE WHEN feeds.settings @> excluded.settings THEN feeds.body_hash END
        RETURNING id, xmax = 0 AS inserted
        """,
        records=dumps([*by_url.values()]),
        now=now,
    )
    hosts.wake(db, [s.host_id for s in subscriptions])
    return [int(row["id"]) for row in found if row["inserted"]]


def subscriptions(db: Connection, ids: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """Return url, title, labels and settings of all feeds but imports, or of those with these ids."""
    return rows(
        db,
        """SELECT url, coalesce(title, url) AS title, labels, settings FROM feeds
        WHERE NOT starts_with(url, :import) AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(:ids))
        ORDER BY id""",
        ids=None if ids is None else list(ids),
        **{"import": IMPORT},
    )


def take_due(
    db: Connection, host_ids: Sequence[int], *, now: datetime, lease: timedelta, limit: int
) -> list[Feed]:
    """Take the due feeds of these hosts for their turns, at most `limit` of each host, and return them.

    They are not due again before the lease has passed.
    """
    found = rows(
        db,
        f"""
        WITH due AS MATERIALIZED (
            SELECT due.id FROM unnest(CAST(:host_ids AS bigint[])) AS host (id) CROSS JOIN LATERAL (
                SELECT id FROM feeds WHERE host_id = host.id AND due_at <= :now ORDER BY due_at LIMIT :limit
            ) AS due
        ), crowd AS MATERIALIZED (
            SELECT host.id AS host_id, roots FROM unnest(CAST(:host_ids AS bigint[])) AS host (id)
            CROSS JOIN LATERAL (
                SELECT sum(sqrt(coalesce(rate, :unknown))) AS roots FROM feeds
                WHERE host_id = host.id AND due_at IS NOT NULL
            ) AS of_host
        )
        UPDATE feeds SET due_at = :until, attempts = attempts + 1
        FROM due, crowd
        WHERE feeds.id = due.id AND state = 'active' AND crowd.host_id = feeds.host_id
        RETURNING {columns_of(schema.feeds, Feed, "feeds")},
            sqrt(coalesce(rate, :unknown)) / nullif(roots, 0) AS host_share
        """,
        host_ids=list(host_ids),
        now=now,
        until=now + lease,
        limit=limit,
        unknown=UNKNOWN_RATE,
    )
    return [Feed(**{**row, "state": FeedState(row["state"])}) for row in found]


def give_back(db: Connection, ids: Sequence[int], *, now: datetime) -> None:
    """Make feeds due at once that a turn took but had no time for, as if it had not taken them."""
    run(
        db,
        """UPDATE feeds SET due_at = :now, attempts = greatest(attempts - 1, 0)
        WHERE id = ANY(:ids) AND state = 'active'""",
        ids=list(ids),
        now=now,
    )


def lock(db: Connection, ids: Sequence[int]) -> set[int]:
    """Lock feeds, after their hosts; return the ids without feeds that were paused or removed meanwhile."""
    sql = "SELECT id FROM feeds WHERE id = ANY(:ids) AND state = 'active' ORDER BY id FOR UPDATE"
    return {int(row["id"]) for row in rows(db, sql, ids=list(ids))}


def save(db: Connection, updates: Mapping[int, FeedUpdate], *, now: datetime) -> set[int]:
    """Save what polls found, by feed id; return the ids without feeds that were paused meanwhile.

    The caller holds the leases of their hosts.
    """
    records = [{"id": feed_id} | set_fields(update) for feed_id, update in sorted(updates.items())]
    found = rows(
        db,
        f"""
        UPDATE feeds SET
            state = r.state, due_at = r.due_at, due_because = r.due_because, attempts = 0,
            errors = r.errors, reason = r.reason, detail = r.detail, last_polled_at = :now, polls = polls + 1,
            polls_unchanged = polls_unchanged + CAST(r.unchanged AS int),
            last_ok_at = CASE WHEN r.ok THEN :now ELSE last_ok_at END,
            last_new_at = CASE WHEN r.new > 0 THEN :now ELSE last_new_at END,
            discovered = discovered + r.new,
            last_items = coalesce(r.items, last_items), last_overlap = coalesce(r.overlap, last_overlap),
            warning = CASE WHEN r.items IS NULL THEN feeds.warning ELSE r.warning END,
            kind = coalesce(r.kind, feeds.kind),
            title = coalesce(feeds.settings ->> 'title', r.title, feeds.title),
            link = coalesce(r.link, feeds.link), language = coalesce(r.language, feeds.language),
            etag = CASE WHEN r.ok THEN r.etag ELSE feeds.etag END,
            last_modified = CASE WHEN r.ok THEN r.last_modified ELSE feeds.last_modified END,
            whole_at = CASE WHEN r.whole THEN :now WHEN r.ok THEN coalesce(feeds.whole_at, :now)
                ELSE feeds.whole_at END,
            not_modified = CASE WHEN r.ok THEN r.not_modified ELSE feeds.not_modified END,
            validators_off_until = coalesce(r.validators_off_until, feeds.validators_off_until),
            body_hash = coalesce(r.body_hash, feeds.body_hash),
            item_hashes = coalesce(r.item_hashes, feeds.item_hashes),
            cadence = coalesce(r.cadence, feeds.cadence),
            rate = coalesce(CAST(r.cadence ->> 'rate' AS double precision), feeds.rate),
            timed = feeds.timed + r.timed, waited = feeds.waited + r.waited,
            moved_to = r.moved_to, moved_seen = r.moved_seen,
            moved_from = CASE WHEN r.url IS NULL THEN feeds.moved_from ELSE feeds.url END,
            moved_at = CASE WHEN r.url IS NULL THEN feeds.moved_at ELSE :now END,
            url = coalesce(r.url, feeds.url), host_id = coalesce(r.host_id, feeds.host_id),
            pushed_until = CASE WHEN r.pushes_missed THEN NULL ELSE feeds.pushed_until END,
            successor = CASE WHEN r.ok THEN NULL ELSE feeds.successor END
        FROM {_UPDATES}
        WHERE feeds.id = r.id AND feeds.state = 'active'
        RETURNING feeds.id
        """,
        records=dumps(records),
        now=now,
    )
    return {int(row["id"]) for row in found}


def get(db: Connection, feed_id: int) -> Feed | None:
    """Return an active feed; None if it is not active or does not exist."""
    found = rows(
        db,
        f"SELECT {columns_of(schema.feeds, Feed)} FROM feeds WHERE id = :id AND state = 'active'",
        id=feed_id,
    )
    return Feed(**{**found[0], "state": FeedState(found[0]["state"])}) if found else None


def save_push(db: Connection, feed_id: int, update: FeedUpdate, *, new: int, now: datetime) -> None:
    """Save what a push brought. Validators and errors belong to polls and stay unchanged.

    The caller has locked the feed.
    """
    run(
        db,
        """
        UPDATE feeds SET discovered = discovered + :new, item_hashes = :item_hashes,
            pushed_until = :pushed_until, cadence = coalesce(CAST(:cadence AS jsonb), cadence),
            rate = coalesce(CAST(CAST(:cadence AS jsonb) ->> 'rate' AS double precision), rate),
            last_new_at = CASE WHEN :new > 0 THEN :now ELSE last_new_at END,
            due_at = :due_at, due_because = :due_because
        WHERE id = :id AND state = 'active'
        """,
        id=feed_id,
        new=new,
        item_hashes=list(update.item_hashes or ()),
        pushed_until=update.pushed_until,
        cadence=None if update.cadence is None else dumps([update.cadence])[1:-1],
        due_at=update.due_at,
        due_because=update.due_because,
        now=now,
    )


def poll_at(db: Connection, feed_id: int, *, due_at: datetime | None, because: str) -> None:
    """Move a feed's next poll to `due_at`. The caller has locked the feed."""
    run(
        db,
        """UPDATE feeds SET due_at = :due_at, due_because = :because WHERE id = :id AND state = 'active'""",
        id=feed_id,
        due_at=due_at,
        because=because,
    )


def url_taken(db: Connection, url: str, *, by_other_than: int) -> bool:
    """Whether another feed has this URL already."""
    sql = "SELECT EXISTS (SELECT FROM feeds WHERE url = :url AND id <> :id)"
    return bool(value(db, sql, url=url, id=by_other_than))


def turn(db: Connection, feed_id: int, event: FeedEvent, *, now: datetime) -> FeedState:
    """Pause or resume a feed and return its new state.

    Raises `LookupError`, `ForbiddenMove`, `NothingToPoll`.
    """
    after = move(FEED_MOVES, _lock(db, feed_id), event)
    url = str(value(db, "SELECT url FROM feeds WHERE id = :id", id=feed_id))
    if after is FeedState.ACTIVE and url.startswith(IMPORT):
        raise NothingToPoll(url)
    found = rows(
        db,
        """
        UPDATE feeds SET state = :state, attempts = 0,
            errors = CASE WHEN CAST(:due_at AS timestamptz) IS NULL THEN errors ELSE 0 END,
            due_because = CASE WHEN CAST(:due_at AS timestamptz) IS NULL THEN 'it is paused'
                WHEN due_at IS NULL THEN 'it was resumed' ELSE due_because END,
            due_at = CASE WHEN CAST(:due_at AS timestamptz) IS NULL THEN NULL ELSE coalesce(due_at, :due_at)
            END,
            reason = CASE WHEN state = 'retired' THEN NULL ELSE reason END
        WHERE id = :id AND state = ANY(:sources) RETURNING host_id
        """,
        id=feed_id,
        state=after,
        due_at=now if after is FeedState.ACTIVE else None,
        sources=sorted(sources(FEED_MOVES, event)),
    )
    hosts.wake(db, [int(row["host_id"]) for row in found])
    return after


def override(db: Connection, feed_id: int, changes: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Change the operator's settings for one feed (None removes one) and return those now in force.

    A healthy feed is polled at once, since a new interval counts from its next poll. Raises `LookupError`.
    """
    _lock(db, feed_id)
    found = rows(
        db,
        """
        UPDATE feeds SET settings = jsonb_strip_nulls(settings || CAST(:changes AS jsonb)),
            due_because = CASE WHEN state = 'active' AND attempts = 0 AND errors = 0 AND due_at > :now
                THEN 'its settings were changed' ELSE due_because END,
            due_at = CASE WHEN state = 'active' AND attempts = 0 AND errors = 0
                THEN least(due_at, :now) ELSE due_at END
        WHERE id = :id RETURNING settings, host_id
        """,
        id=feed_id,
        changes=dumps([dict(changes)])[1:-1],
        now=now,
    )[0]
    hosts.wake(db, [int(found["host_id"])])
    return dict(found["settings"])


def settings(db: Connection, feed_id: int) -> dict[str, Any]:
    """Return what is set for one feed. Raises `LookupError`."""
    found = rows(db, "SELECT settings FROM feeds WHERE id = :id", id=feed_id)
    if not found:
        raise LookupError(feed_id)
    return dict(found[0]["settings"])


def title_and_labels(db: Connection, feed_id: int) -> tuple[str | None, list[str]]:
    """Return the title and the labels of a feed, which is locked until the end. Raises `LookupError`."""
    _lock(db, feed_id)
    found = rows(db, "SELECT title, labels FROM feeds WHERE id = :id", id=feed_id)[0]
    return found["title"], list(found["labels"])


def set_title(db: Connection, feed_id: int, title: str | None) -> None:
    """Give a feed a title that its document does not change, or None to take it from there at the next poll.

    Raises `LookupError`.
    """
    _lock(db, feed_id)
    run(
        db,
        """
        UPDATE feeds SET title = :title,
            settings = jsonb_strip_nulls(settings || jsonb_build_object('title', CAST(:title AS text))),
            etag = CASE WHEN CAST(:title AS text) IS NOT NULL THEN etag END,
            last_modified = CASE WHEN CAST(:title AS text) IS NOT NULL THEN last_modified END,
            body_hash = CASE WHEN CAST(:title AS text) IS NOT NULL THEN body_hash END
        WHERE id = :id
        """,
        id=feed_id,
        title=title,
    )


def set_labels(db: Connection, feed_id: int, labels: Sequence[str]) -> None:
    """Replace the labels of a feed. The caller has locked it."""
    run(db, "UPDATE feeds SET labels = :labels WHERE id = :id", id=feed_id, labels=list(labels))


def state_of(db: Connection, feed_id: int) -> tuple[FeedState, bool]:
    """Return the state of a feed, and whether a turn has taken it; it is locked. Raises `LookupError`."""
    state = _lock(db, feed_id)
    taken = value(db, "SELECT attempts > 0 AND due_at > now() FROM feeds WHERE id = :id", id=feed_id)
    return state, bool(taken)


def make_due(db: Connection, feed_id: int, *, because: str, now: datetime) -> datetime | None:
    """Make an active feed due now; return when its host is polled. The caller has locked it."""
    found = rows(
        db,
        """UPDATE feeds SET due_at = least(due_at, :now), due_because = :because
        WHERE id = :id AND state = 'active' RETURNING host_id""",
        id=feed_id,
        because=because,
        now=now,
    )
    hosts.wake(db, [int(row["host_id"]) for row in found])
    due = value(
        db, "SELECT h.poll_due_at FROM hosts h JOIN feeds f ON f.host_id = h.id WHERE f.id = :id", id=feed_id
    )
    return due if isinstance(due, datetime) else None


def successor(db: Connection, feed_id: int) -> str | None:
    """Return the address that the site of a failing feed names now."""
    found = value(db, "SELECT successor FROM feeds WHERE id = :id", id=feed_id)
    return None if found is None else str(found)


def move_to(db: Connection, feed_id: int, url: str, *, host_id: int, now: datetime) -> None:
    """Give a feed another address, and poll it at once, also if it was retired; its entries stay its own.

    The caller has made sure that no other feed has the address. Raises `LookupError`.
    """
    state = _lock(db, feed_id)
    after = move(FEED_MOVES, state, FeedEvent.RESUME) if state is FeedState.RETIRED else state
    run(
        db,
        """
        UPDATE feeds SET state = :state, moved_from = url, moved_at = :now, url = :url, host_id = :host_id,
            successor = NULL, moved_to = NULL, moved_seen = 0, etag = NULL, last_modified = NULL,
            body_hash = NULL, attempts = 0, errors = 0, reason = NULL, detail = NULL,
            due_because = CASE WHEN :state = 'active'
                THEN 'it was given another address' ELSE due_because END,
            due_at = CASE WHEN :state = 'active' THEN CAST(:now AS timestamptz) END
        WHERE id = :id
        """,
        id=feed_id,
        state=after,
        url=url,
        host_id=host_id,
        now=now,
    )
    hosts.wake(db, [host_id])


def offer(db: Connection, feed_id: int, url: str) -> None:
    """Keep the address that the site of a failing feed names now, unless it is another feed's."""
    run(
        db,
        """UPDATE feeds SET successor = :url
        WHERE id = :id AND NOT EXISTS (SELECT FROM feeds AS other WHERE other.url = :url)""",
        id=feed_id,
        url=url,
    )


def _lock(db: Connection, feed_id: int) -> FeedState:
    """Lock a feed after its host; return its state. Raises `LookupError`."""
    host_id = value(db, "SELECT host_id FROM feeds WHERE id = :id", id=feed_id)
    if host_id is None:
        raise LookupError(feed_id)
    hosts.lock(db, [int(host_id)])
    return FeedState(value(db, "SELECT state FROM feeds WHERE id = :id FOR UPDATE", id=feed_id))


def remove(db: Connection, feed_id: int, *, now: datetime) -> bool:
    """Remove a feed, also from its hubs; return False if it does not exist. Its entries and articles stay."""
    subscriptions = hubs.of_feed(db, feed_id)
    hosts.lock(db, [one.host_id for one in subscriptions])
    run(db, "SELECT FROM feeds WHERE id = :id FOR UPDATE", id=feed_id)
    hubs.leave(db, subscriptions, now=now)
    return bool(run(db, "DELETE FROM feeds WHERE id = :id", id=feed_id))


def ids_of(db: Connection, urls: Sequence[str]) -> dict[str, int]:
    """Return the ids of the feeds with these addresses, by address."""
    found = rows(db, "SELECT id, url FROM feeds WHERE url = ANY(:urls)", urls=list(urls))
    return {str(row["url"]): int(row["id"]) for row in found}


def find(db: Connection, name: str) -> int | None:
    """Return the id of the feed with this id or URL; None if there is no such feed."""
    if name.isdigit() and (found := value(db, "SELECT id FROM feeds WHERE id = :id", id=int(name))):
        return int(found)
    found = value(db, "SELECT id FROM feeds WHERE url = :url", url=name)
    return None if found is None else int(found)

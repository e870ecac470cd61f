"""Walks: progress back through a feed's archive, its pages or its site's sitemaps.

A walk is open while it has a next URL. It advances page by page in turns of that URL's host, and each page is
saved together with the URL after it, so an interrupted walk resumes where it stopped. `due_at` is NULL while
a command works on the walk and no worker does.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from worker.model import WALK_MOVES, GapFill, WalkEvent, WalkState, sources
from worker.rows.entries import Item
from worker.rows.walks import Walk, WalkUpdate
from worker.store import schema
from worker.store.db import Connection, dumps, first, rows, run, value
from worker.store.schema import columns_of, recordset

ARCHIVED = 1_000_000
"""Added to the positions of sightings in an archive: larger than any position in the feed's own document."""

_COLUMNS = f"""{columns_of(schema.walks, Walk, "walks")}, feeds.url AS feed_url,
(SELECT noticed_at FROM gaps WHERE gaps.id = walks.gap_id) AS noticed_at"""


def begin(
    db: Connection,
    feed_id: int,
    *,
    host_id: int,
    kind: str,
    url: str,
    ahead: Sequence[dict[str, str]] = (),
    since: datetime | None,
    pages: int,
    due_at: datetime | None,
    gap_id: int | None = None,
) -> int:
    """Store a walk that starts at `url`, and return its id."""
    found = value(
        db,
        """INSERT INTO walks (feed_id, gap_id, host_id, state, due_at, kind, next_url, ahead, since,
            pages_limit)
        VALUES (:feed_id, :gap_id, :host_id, 'open', :due_at, :kind, :url, CAST(:ahead AS jsonb), :since,
            :pages)
        RETURNING id""",
        feed_id=feed_id,
        gap_id=gap_id,
        host_id=host_id,
        due_at=due_at,
        kind=kind,
        url=url,
        ahead=dumps(list(ahead)),
        since=since,
        pages=pages,
    )
    return int(found)


def resumable(db: Connection, feed_id: int) -> dict[str, Any] | None:
    """Return the newest unfinished walk that a command began; None if there is no such walk."""
    return first(
        db,
        """SELECT id, state, since, pages, pages_limit, found FROM walks
        WHERE feed_id = :feed_id AND gap_id IS NULL AND state <> 'done' ORDER BY id DESC LIMIT 1""",
        feed_id=feed_id,
    )


def resume(db: Connection, walk_id: int, *, pages: int, since: datetime | None) -> bool:
    """Open a walk again for up to `pages` further pages; return False if it is done."""
    return bool(
        run(
            db,
            """UPDATE walks SET state = 'open', errors = 0, attempts = 0, reason = NULL, detail = NULL,
                pages_limit = pages + :pages, since = coalesce(:since, since)
            WHERE id = :id AND state = ANY(:sources)""",
            id=walk_id,
            pages=pages,
            since=since,
            sources=sorted(sources(WALK_MOVES, WalkEvent.RESUME)),
        )
    )


def take_due(db: Connection, host_ids: Sequence[int], *, now: datetime, lease: timedelta) -> list[Walk]:
    """Take the due walks of these hosts for their turns: not due again before the lease has passed."""
    found = rows(
        db,
        f"""UPDATE walks SET due_at = :until, attempts = walks.attempts + 1 FROM feeds
        WHERE feeds.id = walks.feed_id AND walks.host_id = ANY(:host_ids) AND walks.due_at <= :now
        RETURNING {_COLUMNS}""",
        host_ids=list(host_ids),
        now=now,
        until=now + lease,
    )
    return [Walk(**row) for row in found]


def open_one(db: Connection, walk_id: int) -> Walk | None:
    """Return the walk if it is open."""
    found = first(
        db,
        f"""SELECT {_COLUMNS} FROM walks JOIN feeds ON feeds.id = walks.feed_id
        WHERE walks.id = :id AND walks.state = 'open'""",
        id=walk_id,
    )
    return Walk(**found) if found else None


def lock(db: Connection, walk: Walk) -> bool:
    """Lock the walk and its feed, after the hosts; return whether the walk is open and has not advanced."""
    return bool(
        rows(
            db,
            """SELECT walks.id FROM walks JOIN feeds ON feeds.id = walks.feed_id
            WHERE walks.id = :id AND walks.state = 'open' AND walks.pages = :pages AND walks.next_url = :url
            FOR UPDATE""",
            id=walk.id,
            pages=walk.pages,
            url=walk.next_url,
        )
    )


def save(db: Connection, update: WalkUpdate, *, now: datetime) -> None:
    """Save how a page left its walk, and add its entries to the feed's count.

    The caller holds the host's lease.
    """
    state = WALK_MOVES[(WalkState.OPEN, update.event)]
    run(
        db,
        """UPDATE walks SET state = :state, host_id = :host_id, kind = :kind, next_url = :next_url,
            ahead = CAST(:ahead AS jsonb), seen = :seen, due_at = :due_at, attempts = 0, errors = :errors,
            pages = pages + :pages, found = found + :found, known = known + :known,
            oldest = least(oldest, :oldest), reason = :reason, detail = :detail, last_at = :now
        WHERE id = :id AND state = 'open'""",
        id=update.id,
        state=state,
        host_id=update.host_id,
        kind=update.kind,
        next_url=update.next_url,
        ahead=dumps(list(update.ahead)),
        seen=list(update.seen),
        due_at=update.due_at if state is WalkState.OPEN else None,
        errors=update.errors,
        pages=update.pages,
        found=update.found,
        known=update.known,
        oldest=update.oldest,
        reason=update.reason,
        detail=update.detail,
        now=now,
    )
    run(
        db,
        """UPDATE feeds SET discovered = discovered + :found
        FROM walks WHERE walks.id = :id AND feeds.id = walks.feed_id AND :found > 0""",
        id=update.id,
        found=update.found,
    )


def give_back(db: Connection, walk_id: int, *, now: datetime) -> None:
    """Make a walk due at once that a turn took but had no time for, as if it had not taken it."""
    run(
        db,
        """UPDATE walks SET due_at = :now, attempts = greatest(attempts - 1, 0)
        WHERE id = :id AND due_at IS NOT NULL""",
        id=walk_id,
        now=now,
    )


def sight(db: Connection, feed_id: int, seen: Sequence[tuple[int, Item]], *, now: datetime) -> None:
    """Record that these entries are in the feed's archive; sightings in its own document stay unchanged."""
    records = [
        {"entry_id": entry_id, "guid": i.guid, "guid_key": i.guid_key, "position": ARCHIVED + i.position}
        for entry_id, i in dict(seen).items()
    ]
    if not records:
        return
    run(
        db,
        f"""INSERT INTO sightings (feed_id, entry_id, guid, guid_key, position, first_seen_at, last_seen_at)
        SELECT :feed_id, entry_id, guid, guid_key, position, :now, :now
        FROM {recordset(schema.sightings, "entry_id", "guid", "guid_key", "position")}
        ON CONFLICT (feed_id, entry_id) DO NOTHING""",
        feed_id=feed_id,
        records=dumps(records),
        now=now,
    )


def seen_before(db: Connection, feed_id: int, entry_ids: Sequence[int], *, before: datetime) -> set[int]:
    """Return the ids of the entries that were seen in this feed before an instant."""
    found = rows(
        db,
        """SELECT entry_id FROM sightings
        WHERE feed_id = :feed_id AND entry_id = ANY(:ids) AND first_seen_at < :before""",
        feed_id=feed_id,
        ids=list(entry_ids),
        before=before,
    )
    return {int(row["entry_id"]) for row in found}


def sample_links(db: Connection, feed_id: int, *, limit: int = 100) -> list[str]:
    """Return links of the feed's newest entries, as samples of what its entries look like."""
    found = rows(
        db,
        """SELECT e.url FROM sightings s JOIN entries e ON e.id = s.entry_id
        WHERE s.feed_id = :id AND e.url IS NOT NULL ORDER BY s.last_seen_at DESC, s.position LIMIT :limit""",
        id=feed_id,
        limit=limit,
    )
    return [str(row["url"]) for row in found]


def progress(db: Connection, walk_id: int) -> dict[str, Any] | None:
    """Return how far a walk has come, with the state of its host; None if it does not exist."""
    return first(
        db,
        """SELECT w.id, w.state, w.kind, w.next_url, w.pages, w.pages_limit, w.found, w.known, w.oldest,
            w.since, w.reason, w.detail, w.host_id, h.free_at, h.rest_until, h.reason AS host_reason
        FROM walks w JOIN hosts h ON h.id = w.host_id WHERE w.id = :id""",
        id=walk_id,
    )


def of_gap(db: Connection, gap_id: int, fill: GapFill, *, found: int, reason: str | None) -> None:
    """Save on the gap how much of it its walk found."""
    run(
        db,
        "UPDATE gaps SET fill = :fill, found = :found, reason = :reason WHERE id = :id",
        id=gap_id,
        fill=fill,
        found=found,
        reason=reason,
    )


def found_so_far(db: Connection, walk_id: int) -> int:
    """Return how many new entries a walk has found."""
    return int(value(db, "SELECT found FROM walks WHERE id = :id", id=walk_id) or 0)

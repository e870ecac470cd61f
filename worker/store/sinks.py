"""Sinks: receivers of the change log with a cursor each, and what they have refused.

A claim moves `claimed_until` and the lease; `due_at` is when the sink may be tried next. An idle sink, whose
cursor is at the end of the log and which has no line set aside that is due, is not claimed.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_json

from worker.model import SinkContent, SinkKind, SinkMode
from worker.rows.sinks import (
    DeadLetter,
    NewSink,
    PendingLine,
    SinkClaim,
    SinkOptions,
    SinkRow,
    SinkTry,
    SinkUpdate,
)
from worker.store.db import Connection, dumps, first, rows, run
from worker.store.schema import dead_letters, recordset, sink_pending, sink_tries

CHECK_SECONDS = 10.0
"""Time after which the built-in stream is looked at although there is nothing new: it may have been lost, or
be ahead of a restored log. A guess."""

TRIES_KEPT = 1000
"""Tries kept for each sink: some hundred kilobytes, and a day of a receiver that fails. A guess."""

LAG_COUNTED = 100_000
"""Lines up to which lag and dead letters are counted: a million takes a quarter of a second. A guess."""

# Of the change log, as `changes.newest`.
NEWEST = """greatest((SELECT coalesce(max(id), 0) FROM changes), (SELECT coalesce(max(id), 0) FROM epochs))"""

# The claims of the built-in stream and of the others are separate, since only the others are counted.
CLAIM = f"""
WITH newest AS MATERIALIZED (SELECT {NEWEST} AS id),
due AS MATERIALIZED (
    SELECT s.id FROM sinks s, newest
    WHERE s.mode = 'active' AND s.due_at <= :now AND (s.kind = 'redis-stream') = :own
        AND (s.claimed_until IS NULL OR s.claimed_until <= :now)
        AND (s.cursor < newest.id OR s.pending_due_at <= :now
            OR (s.kind = 'redis-stream' AND (s.tried_at IS NULL OR s.tried_at <= :unchecked)))
    ORDER BY s.due_at, s.id
    LIMIT least(:room, greatest(0, :most - (
        SELECT count(*) FROM sinks WHERE claimed_until > :now AND (kind = 'redis-stream') = :own)))
    FOR UPDATE OF s SKIP LOCKED
)
UPDATE sinks SET claimed_until = :until, lease = lease + 1
FROM due WHERE sinks.id = due.id
RETURNING sinks.id, sinks.lease
"""

# A paused sink keeps its claim, which nobody takes.
TAKE = """
UPDATE sinks SET lease = lease + 1, claimed_until = :until
WHERE id = :id AND lease = :lease AND mode = 'active'
RETURNING id, lease, name, kind, mode, url, options, filter, cursor, singly_to, errors, failing_since,
    secret, old_secret, old_secret_until
"""

# Secrets are left out, so that no list can show them.
SHOWN = """
SELECT s.id, s.name, s.kind, s.mode, s.url, s.options, s.filter, s.cursor, s.epoch::text, s.errors, s.reason,
    s.detail, s.failing_since, s.due_at, s.tried_at, s.delivered_at, s.delivered, s.added_at,
    s.old_secret_until, behind.lines + pending.lines AS lag_lines, pending.lines AS pending,
    least(behind.at, pending.at) AS lag_since,
    (SELECT count(*) FROM (SELECT FROM dead_letters WHERE sink_id = s.id LIMIT :counted) AS d) AS dead_letters
FROM sinks s
CROSS JOIN LATERAL (
    SELECT count(*) AS lines, min(l.at) AS at
    FROM (SELECT at FROM changes WHERE id > s.cursor ORDER BY id LIMIT :counted) AS l
) AS behind
CROSS JOIN LATERAL (
    SELECT count(*) AS lines, min(c.at) AS at
    FROM sink_pending p LEFT JOIN changes c ON c.id = p.line_id WHERE p.sink_id = s.id
) AS pending
"""


def claim(db: Connection, *, now: datetime, lease: timedelta, room: int, most: int) -> list[SinkClaim]:
    """Claim up to `room` sinks with something to do, the longest due first.

    At most `most` are claimed at the same time, so slow ones leave threads to others; the built-in stream is
    not counted.
    """
    given = {"now": now, "until": now + lease, "unchecked": now - timedelta(seconds=CHECK_SECONDS)}
    found = rows(db, CLAIM, **given, own=True, room=1, most=1)
    found += rows(db, CLAIM, **given, own=False, room=room, most=most)
    return [SinkClaim(**row) for row in found]


def take(db: Connection, claim: SinkClaim, *, now: datetime, lease: timedelta) -> SinkRow | None:
    """Begin a turn; return None if the claim no longer holds, or the sink was paused."""
    found = first(db, TAKE, id=claim.id, lease=claim.lease, until=now + lease)
    if found is None:
        return None
    return _row(found)


def _row(found: dict[str, Any]) -> SinkRow:
    options = options_of(found["options"])
    kind, mode = SinkKind(found["kind"]), SinkMode(found["mode"])
    return SinkRow(**{**found, "kind": kind, "mode": mode, "options": options})


def options_of(stored: dict[str, Any]) -> SinkOptions:
    """Return the options from their JSON; those of a later release are ignored."""
    known = {name: value for name, value in stored.items() if name in SinkOptions.__slots__}
    return SinkOptions(**{**known, "content": SinkContent(known.get("content", SinkContent.NONE))})


def pending(db: Connection, sink_id: int) -> list[PendingLine]:
    """Return the lines that are set aside, by their id."""
    found = rows(
        db,
        f"""SELECT {", ".join(PendingLine.__slots__)} FROM sink_pending
        WHERE sink_id = :sink_id ORDER BY line_id""",
        sink_id=sink_id,
    )
    return [PendingLine(**row) for row in found]


def forget(db: Connection, sink_id: int, line_ids: Collection[int]) -> None:
    """Drop lines that were set aside and that the log no longer has: a restore made them void."""
    run(
        db,
        "DELETE FROM sink_pending WHERE sink_id = :sink_id AND line_id = ANY(:ids)",
        sink_id=sink_id,
        ids=list(line_ids),
    )


def save(db: Connection, sink: SinkRow, update: SinkUpdate, *, now: datetime, lease: timedelta) -> bool:
    """Save a sink after a window and extend its lease; return False if the lease was lost."""
    return bool(
        run(
            db,
            """UPDATE sinks SET cursor = :cursor, epoch = CAST(:epoch AS uuid), singly_to = :singly_to,
                errors = :errors, failing_since = :failing_since, mode = :mode, due_at = :due_at,
                reason = CASE WHEN :tried THEN :reason ELSE reason END,
                detail = CASE WHEN :tried THEN :detail ELSE detail END,
                delivered = delivered + :count, claimed_until = :until,
                tried_at = CASE WHEN :tried THEN :now ELSE tried_at END,
                delivered_at = CASE WHEN :count > 0 THEN :now ELSE delivered_at END
            WHERE id = :id AND lease = :lease""",
            **asdict(update),
            id=sink.id,
            lease=sink.lease,
            until=now + lease,
            now=now,
        )
    )


def end_turn(db: Connection, sink: SinkRow) -> None:
    """Give the sink back, so that it can be claimed when it is due."""
    run(
        db,
        "UPDATE sinks SET claimed_until = NULL WHERE id = :id AND lease = :lease",
        id=sink.id,
        lease=sink.lease,
    )


def release(db: Connection, now: datetime) -> int:
    """Give back all claimed sinks, and return their number; only while no worker is alive."""
    return run(
        db,
        "UPDATE sinks SET claimed_until = NULL, lease = lease + 1 WHERE claimed_until > :now",
        now=now,
    )


def set_aside(db: Connection, sink_id: int, lines: Sequence[PendingLine]) -> None:
    """Keep lines for a later try, or update those that are kept."""
    if not lines:
        return
    names = PendingLine.__slots__
    run(
        db,
        f"""INSERT INTO sink_pending (sink_id, {", ".join(names)})
        SELECT :sink_id, {", ".join(names)} FROM {recordset(sink_pending, *names)}
        ON CONFLICT (sink_id, line_id) DO UPDATE
        SET due_at = excluded.due_at, attempts = excluded.attempts, failed_at = excluded.failed_at""",
        records=dumps(lines),
        sink_id=sink_id,
    )


def bury(db: Connection, sink_id: int, letters: Sequence[DeadLetter], *, now: datetime) -> None:
    """Keep lines that are not tried again."""
    if not letters:
        return
    names = DeadLetter.__slots__
    run(
        db,
        f"""INSERT INTO dead_letters (sink_id, dead_at, {", ".join(names)})
        SELECT :sink_id, :now, {", ".join(names)} FROM {recordset(dead_letters, *names)}
        ON CONFLICT (sink_id, line_id) DO UPDATE
        SET dead_at = excluded.dead_at, attempts = excluded.attempts, reason = excluded.reason""",
        records=dumps(letters),
        sink_id=sink_id,
        now=now,
    )


def record(db: Connection, sink_id: int, tries: Sequence[SinkTry]) -> None:
    """Keep tries, and only the newest `TRIES_KEPT` of the sink."""
    if not tries:
        return
    names = SinkTry.__slots__
    run(
        db,
        f"""INSERT INTO sink_tries (sink_id, {", ".join(names)})
        SELECT :sink_id, {", ".join(names)} FROM {recordset(sink_tries, *names)}""",
        records=dumps(tries),
        sink_id=sink_id,
    )
    run(
        db,
        """DELETE FROM sink_tries WHERE sink_id = :sink_id AND id <= (
            SELECT id FROM sink_tries WHERE sink_id = :sink_id ORDER BY id DESC OFFSET :kept LIMIT 1)""",
        sink_id=sink_id,
        kept=TRIES_KEPT,
    )


def note_pending(db: Connection, sink_id: int) -> None:
    """Note when the next line that is set aside is due: the first one of an article decides for all."""
    run(
        db,
        """UPDATE sinks SET pending_due_at = (
            SELECT min(due_at) FROM (
                SELECT DISTINCT ON (article_id) due_at FROM sink_pending
                WHERE sink_id = :id ORDER BY article_id, line_id
            ) AS heads
        ) WHERE id = :id""",
        id=sink_id,
    )


def note_position(db: Connection, sink: SinkRow, cursor: int, *, epoch: str | None, now: datetime) -> None:
    """Note how far a sink is that keeps its own position, for lists and metrics, and give it back."""
    run(
        db,
        """UPDATE sinks SET cursor = :cursor, epoch = CAST(:epoch AS uuid), errors = 0, reason = NULL,
            detail = NULL, failing_since = NULL, due_at = :now, claimed_until = NULL, tried_at = :now,
            delivered_at = CASE WHEN cursor <> :cursor THEN :now ELSE delivered_at END
        WHERE id = :id AND lease = :lease""",
        id=sink.id,
        lease=sink.lease,
        cursor=cursor,
        epoch=epoch,
        now=now,
    )


def note_failure(db: Connection, sink: SinkRow, *, detail: str, now: datetime, due_at: datetime) -> None:
    """Note that a sink which keeps its own position could not be delivered to, and give it back."""
    run(
        db,
        """UPDATE sinks SET errors = errors + 1, reason = 'sink-away', detail = :detail, tried_at = :now,
            failing_since = coalesce(failing_since, :now), claimed_until = NULL, due_at = :due_at
        WHERE id = :id AND lease = :lease""",
        id=sink.id,
        lease=sink.lease,
        detail=detail,
        now=now,
        due_at=due_at,
    )


def listing(db: Connection, *, counted: int = LAG_COUNTED) -> list[dict[str, Any]]:
    """Return all sinks with their lag, the built-in one first; `url` is not masked, secrets are left out.

    `lag_lines` and `dead_letters` count up to `counted`, `lag_since` is the time of the oldest line that is
    missing there.
    """
    return rows(db, f"{SHOWN} ORDER BY s.kind = 'redis-stream' DESC, s.name", counted=counted)


def show(db: Connection, name: str, *, counted: int = LAG_COUNTED) -> dict[str, Any] | None:
    """Return one sink as `listing` does; None if no sink has this name."""
    return first(db, f"{SHOWN} WHERE s.name = :name", name=name, counted=counted)


def filters(db: Connection) -> dict[str, str]:
    """Return the filters of all sinks as text, by the names of the sinks."""
    return {row["name"]: row["filter"] for row in rows(db, "SELECT name, filter FROM sinks ORDER BY name")}


def get(db: Connection, name: str) -> SinkRow | None:
    """Return a sink with its secrets, outside of a turn; None if no sink has this name."""
    found = first(
        db,
        """SELECT id, lease, name, kind, mode, url, options, filter, cursor, singly_to, errors,
            failing_since, secret, old_secret, old_secret_until
        FROM sinks WHERE name = :name""",
        name=name,
    )
    return _row(found) if found else None


def tries(db: Connection, sink_id: int, *, limit: int) -> list[dict[str, Any]]:
    """Return the newest tries of a sink, newest first."""
    return rows(
        db,
        f"""SELECT {", ".join(SinkTry.__slots__)} FROM sink_tries
        WHERE sink_id = :sink_id ORDER BY id DESC LIMIT :limit""",
        sink_id=sink_id,
        limit=limit,
    )


def letters(db: Connection, sink_id: int, *, limit: int) -> list[dict[str, Any]]:
    """Return the dead letters of a sink, newest first."""
    return rows(
        db,
        """SELECT line_id, article_id, attempts, failed_at, dead_at, reason, detail FROM dead_letters
        WHERE sink_id = :sink_id ORDER BY line_id DESC LIMIT :limit""",
        sink_id=sink_id,
        limit=limit,
    )


def add(db: Connection, sink: NewSink) -> bool:
    """Add a sink; return False if the name is taken."""
    return bool(
        run(
            db,
            """INSERT INTO sinks (name, kind, url, options, filter, secret, cursor)
            VALUES (:name, :kind, :url, CAST(:options AS jsonb), :filter, :secret, :cursor)
            ON CONFLICT (name) DO NOTHING""",
            **{**{name: getattr(sink, name) for name in NewSink.__slots__}, "options": _json(sink.options)},
        )
    )


def _json(options: SinkOptions) -> str:
    return to_json(options).decode()


def remove(db: Connection, name: str) -> bool:
    """Remove a sink with its tries and dead letters; return False if no sink has this name."""
    return bool(run(db, "DELETE FROM sinks WHERE name = :name AND kind <> 'redis-stream'", name=name))


def pause(db: Connection, name: str) -> bool:
    """Stop delivering; a turn under way ends with its window. Return False if the sink was not active."""
    return bool(
        run(
            db,
            """UPDATE sinks SET mode = 'paused', lease = lease + 1, claimed_until = NULL
            WHERE name = :name AND mode = 'active'""",
            name=name,
        )
    )


def resume(db: Connection, name: str, *, now: datetime) -> bool:
    """Deliver again, at once and from where the sink stopped; lines that were set aside are due, too."""
    found = first(
        db,
        """UPDATE sinks SET mode = 'active', errors = 0, reason = NULL, detail = NULL,
            failing_since = NULL, due_at = :now, claimed_until = NULL, lease = lease + 1,
            pending_due_at = CASE WHEN pending_due_at IS NOT NULL THEN :now END
        WHERE name = :name RETURNING id""",
        name=name,
        now=now,
    )
    if found is None:
        return False
    run(
        db,
        "UPDATE sink_pending SET due_at = :now WHERE sink_id = :id AND due_at > :now",
        id=found["id"],
        now=now,
    )
    return True


def rewind(db: Connection, name: str, *, to: int) -> bool:
    """Set the cursor to before the line `to`; what was set aside or buried from there on is forgotten."""
    found = first(
        db,
        """UPDATE sinks SET cursor = least(cursor, :to - 1), lease = lease + 1, claimed_until = NULL
        WHERE name = :name RETURNING id""",
        name=name,
        to=to,
    )
    if found is None:
        return False
    for table in ("sink_pending", "dead_letters"):
        run(db, f"DELETE FROM {table} WHERE sink_id = :id AND line_id >= :to", id=found["id"], to=to)
    return True


def advance(db: Connection, name: str, *, to: int) -> None:
    """Set the cursor to the line `to`, and send nothing before it; a turn under way loses its lease."""
    run(
        db,
        """UPDATE sinks SET cursor = greatest(cursor, :to), lease = lease + 1, claimed_until = NULL
        WHERE name = :name""",
        name=name,
        to=to,
    )


def revive(db: Connection, name: str, *, now: datetime, line_ids: Collection[int] | None = None) -> int:
    """Set dead letters aside again, due now: all, or those of these lines. Return their number."""
    chosen = "d.sink_id = s.id AND (CAST(:ids AS bigint[]) IS NULL OR d.line_id = ANY(:ids))"
    values: dict[str, Any] = {"name": name, "ids": None if line_ids is None else list(line_ids), "now": now}
    run(
        db,
        f"""UPDATE sinks s SET pending_due_at = :now, lease = lease + 1, claimed_until = NULL
        WHERE name = :name AND EXISTS (SELECT FROM dead_letters d WHERE {chosen})""",
        **values,
    )
    return run(
        db,
        f"""WITH found AS (
            DELETE FROM dead_letters d USING sinks s WHERE s.name = :name AND {chosen}
            RETURNING d.sink_id, d.line_id, d.article_id
        )
        INSERT INTO sink_pending (sink_id, line_id, article_id, due_at)
        SELECT sink_id, line_id, article_id, :now FROM found ON CONFLICT DO NOTHING""",
        **values,
    )


def rotate(db: Connection, name: str, *, secret: str, until: datetime) -> bool:
    """Sign with `secret` from now on, and with the present one, too, until then."""
    return bool(
        run(
            db,
            """UPDATE sinks SET old_secret = secret, old_secret_until = :until, secret = :secret,
                lease = lease + 1, claimed_until = NULL
            WHERE name = :name AND secret IS NOT NULL""",
            name=name,
            secret=secret,
            until=until,
        )
    )

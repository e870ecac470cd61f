"""Hosts: the units of the schedule, since all requests to one host are made in its turn.

A claim takes hosts, not feeds or entries. A host with thousands of due rows is one row here, so it cannot
hold back the others.

`free_at` alone paces requests: during a turn it is the end of the lease, afterwards the end of the delay or
of the rest. `poll_due_at` and `fetch_due_at` are the due times of the host's earliest feed and earliest
entry. The end of a turn (`release`) and new work (`wake`) compute them again under the row's lock, so that
neither can overwrite what the other has just seen.

`lane` says whether the host answers (`HostLane`). Claims are made lane by lane, so that hosts that keep
silent hold up only each other.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from worker.model import HostLane
from worker.rows.hosts import Host, HostClaim, TurnEnd, TurnStage
from worker.store import schema
from worker.store.db import Connection, dumps, first, rows, run, value
from worker.store.schema import columns_of, recordset

# One statement, so that two ticks never claim the same host: SKIP LOCKED leaves the other's rows alone.
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM hosts
    WHERE {lane}{stage}_due_at <= :now AND free_at <= :now
    ORDER BY {stage}_due_at
    LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
UPDATE hosts SET free_at = :until, lease = lease + 1, claimed_for = '{stage}'
FROM due WHERE hosts.id = due.id
RETURNING hosts.id, hosts.lease
"""

TAKEN_FOR = "CASE WHEN lane <> 'answering' THEN claimed_for END"
"""`claimed_for` of a host whose turn begins. A host that answers is claimed only while it waits in the queue,
slow ones until their turns end, since their messages are counted by it."""


def ensure(db: Connection, keys: Iterable[str]) -> dict[str, int]:
    """Return the ids of the hosts with these keys, creating the missing ones."""
    return {key: host_id for key, (host_id, _) in ensure_with_lanes(db, keys).items()}


def ensure_with_lanes(db: Connection, keys: Iterable[str]) -> dict[str, tuple[int, HostLane]]:
    """Return the ids and lanes of the hosts with these keys, creating the missing ones."""

    def find(keys: Sequence[str]) -> dict[str, tuple[int, HostLane]]:
        found = rows(db, "SELECT key, id, lane FROM hosts WHERE key = ANY(:keys)", keys=keys)
        return {row["key"]: (int(row["id"]), HostLane.of(row["lane"])) for row in found}

    wanted = sorted(set(keys))
    known = find(wanted)
    missing = [key for key in wanted if key not in known]
    if missing:
        run(
            db,
            "INSERT INTO hosts (key) SELECT unnest(CAST(:keys AS text[])) ON CONFLICT DO NOTHING",
            keys=missing,
        )
        known |= find(missing)
    return known


def claim(
    db: Connection,
    stage: TurnStage,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    lane: HostLane | None = None,
) -> list[HostClaim]:
    """Claim up to `limit` free hosts with due work of `stage`, the longest due first.

    Only hosts in `lane` are claimed; None: those in all lanes.
    """
    of_lane = "" if lane is None else f"lane = '{lane.value}' AND "
    found = rows(db, CLAIM.format(stage=stage, lane=of_lane), now=now, until=now + lease, limit=limit)
    return [HostClaim(**row) for row in found]


ANY_ANSWERS = """(EXISTS (SELECT FROM hosts WHERE lane = 'answering' AND poll_due_at IS NOT NULL)
    OR EXISTS (SELECT FROM hosts WHERE lane = 'answering' AND fetch_due_at IS NOT NULL))"""
"""Whether any host with work, now or later, is known to answer; each half is read by an index."""


def any_answers(db: Connection) -> bool:
    """Whether any host with work, now or later, is known to answer."""
    return bool(value(db, f"SELECT {ANY_ANSWERS}"))


def slow_messages(db: Connection, stage: TurnStage, *, now: datetime) -> int:
    """Return how many messages with hosts of the slow lanes are out: in the queue, or with a worker.

    The hosts of one message have one end of their lease, when they are claimed and when they are taken, so
    each distinct end is a message of which at least one host's turn is not over.
    """
    return int(
        value(
            db,
            """SELECT count(DISTINCT free_at) FROM hosts
            WHERE lane <> 'answering' AND claimed_for IS NOT NULL
                AND claimed_for = :stage AND free_at > :now""",
            stage=stage,
            now=now,
        )
    )


def claim_one(db: Connection, host_id: int, *, now: datetime, lease: timedelta) -> HostClaim | None:
    """Claim this host even if nothing is due; None while it is not free."""
    found = first(
        db,
        """UPDATE hosts SET free_at = :until, lease = lease + 1, claimed_for = NULL
        WHERE id = :id AND free_at <= :now AND coalesce(rest_until, :now) <= :now RETURNING id, lease""",
        id=host_id,
        now=now,
        until=now + lease,
    )
    return HostClaim(**found) if found else None


def take(db: Connection, claims: Sequence[HostClaim], *, now: datetime, lease: timedelta) -> list[Host]:
    """Begin the turns of the claims that still hold, and return their hosts."""
    found = rows(
        db,
        f"""
        UPDATE hosts SET free_at = :until, lease = hosts.lease + 1, claimed_for = {TAKEN_FOR}
        FROM unnest(CAST(:ids AS bigint[]), CAST(:leases AS bigint[])) AS claim (id, lease)
        WHERE hosts.id = claim.id AND hosts.lease = claim.lease
        RETURNING {columns_of(schema.hosts, Host, "hosts")}
        """,
        ids=[c.id for c in claims],
        leases=[c.lease for c in claims],
        until=now + lease,
    )
    return [_host(row) for row in found]


def take_answering(
    db: Connection, stage: TurnStage, *, now: datetime, lease: timedelta, limit: int
) -> list[Host]:
    """Begin the turns of up to `limit` hosts that answer and have due work of `stage`, the longest due first.

    Also of hosts that are claimed for the stage and wait in its queue: their messages will find nothing.
    """
    found = rows(
        db,
        f"""
        WITH due AS MATERIALIZED (
            SELECT id FROM hosts
            WHERE lane = 'answering' AND {stage}_due_at <= :now AND (free_at <= :now OR claimed_for = :stage)
            ORDER BY {stage}_due_at
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
        )
        UPDATE hosts SET free_at = :until, lease = hosts.lease + 1, claimed_for = {TAKEN_FOR}
        FROM due WHERE hosts.id = due.id
        RETURNING {columns_of(schema.hosts, Host, "hosts")}
        """,
        stage=stage,
        now=now,
        until=now + lease,
        limit=limit,
    )
    return [_host(row) for row in found]


def _host(row: Mapping[str, Any]) -> Host:
    return Host(**{**row, "lane": HostLane.of(row["lane"])})


def lock(db: Connection, ids: Iterable[int]) -> dict[int, int]:
    """Lock these hosts and return id → lease.

    They are locked in the order of their ids, so that no two transactions wait for each other.
    """
    found = rows(
        db,
        "SELECT id, lease FROM hosts WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE",
        ids=sorted(set(ids)),
    )
    return {int(row["id"]): int(row["lease"]) for row in found}


def holds(db: Connection, host_id: int, lease: int) -> bool:
    """Whether the lease still holds. If so it holds until the end of the transaction."""
    return lock(db, [host_id]).get(host_id) == lease


def save_robots(
    db: Connection,
    host_id: int,
    lease: int,
    *,
    body: bytes | None,
    status: int | None,
    expires_at: datetime,
    failing_since: datetime | None = None,
    tdm: list[list[Any]] | None = None,
) -> bool:
    """Save the host's robots.txt and the rules of its tdmrep.json; return False if the lease was lost."""
    return bool(
        run(
            db,
            """
            UPDATE hosts SET robots = :body, robots_status = :status, robots_expires_at = :expires_at,
                robots_failing_since = :failing_since, tdm = CAST(:tdm AS jsonb)
            WHERE id = :id AND lease = :lease
            """,
            id=host_id,
            lease=lease,
            body=body,
            status=status,
            expires_at=expires_at,
            failing_since=failing_since,
            tdm=None if tdm is None else json.dumps(tdm),
        )
    )


def robots_failed(db: Connection, host_id: int, lease: int, *, now: datetime) -> None:
    """Remember since when the host's robots.txt is unreadable, for a host without a saved copy."""
    run(
        db,
        """
        UPDATE hosts SET robots_failing_since = coalesce(robots_failing_since, :now)
        WHERE id = :id AND lease = :lease
        """,
        id=host_id,
        lease=lease,
        now=now,
    )


def release(db: Connection, ends: Sequence[TurnEnd], *, now: datetime) -> set[int]:
    """End turns and return the ids of their hosts, without hosts whose lease was lost."""
    leases = lock(db, [end.id for end in ends])
    held = [end for end in ends if leases.get(end.id) == end.lease]
    run(
        db,
        f"""
        UPDATE hosts SET lease = hosts.lease + 1, free_at = r.free_at, rest_until = r.rest_until,
            errors = r.errors, reason = r.reason, detail = r.detail, requests = hosts.requests + r.requests,
            pace = r.pace, answer_seconds = r.answer_seconds, lane = r.lane,
            claimed_for = NULL, last_turn_at = :now
        FROM {recordset(schema.hosts, *TurnEnd.__slots__)}
        WHERE hosts.id = r.id
        """,
        records=dumps(held),
        now=now,
    )
    _set_due(db, [end.id for end in held])
    return {end.id for end in held}


def wake(db: Connection, ids: Iterable[int]) -> None:
    """Compute the due times of these hosts again, after work of theirs was added or put back."""
    wanted = sorted(set(ids))
    if wanted:
        lock(db, wanted)
        _set_due(db, wanted)


def wake_forgotten(db: Connection) -> int:
    """Wake hosts whose due times are later than their work, and return their number.

    They are left by workers that die after adding work and before waking the host.
    """
    found = rows(
        db,
        """
        SELECT h.id FROM hosts h WHERE
            coalesce(h.fetch_due_at, 'infinity') > (
                SELECT min(due_at) FROM entries WHERE host_id = h.id AND due_at IS NOT NULL)
            AND coalesce(h.fetch_due_at, 'infinity') > coalesce(h.rest_until, '-infinity')
        UNION
        SELECT h.id FROM hosts h WHERE
            coalesce(h.poll_due_at, 'infinity') > least(
                (SELECT min(due_at) FROM feeds WHERE host_id = h.id AND due_at IS NOT NULL),
                (SELECT min(due_at) FROM walks WHERE host_id = h.id AND due_at IS NOT NULL),
                (SELECT min(due_at) FROM hub_subscriptions WHERE host_id = h.id))
            AND coalesce(h.poll_due_at, 'infinity') > coalesce(h.rest_until, '-infinity')
        """,
    )
    wake(db, [int(row["id"]) for row in found])
    return len(found)


def _set_due(db: Connection, ids: Sequence[int]) -> None:
    # A separate statement after the lock, since only a new snapshot sees what the lock waited for.
    # greatest() ignores NULL, so a host with nothing due needs the CASE to stay NULL.
    run(
        db,
        """
        UPDATE hosts SET
            poll_due_at = CASE WHEN due.poll IS NOT NULL THEN greatest(due.poll, rest_until) END,
            fetch_due_at = CASE WHEN due.fetch IS NOT NULL THEN greatest(due.fetch, rest_until) END
        FROM (
            SELECT h.id,
                least((SELECT min(due_at) FROM feeds WHERE host_id = h.id AND due_at IS NOT NULL),
                    (SELECT min(due_at) FROM walks WHERE host_id = h.id AND due_at IS NOT NULL),
                    (SELECT min(due_at) FROM hub_subscriptions WHERE host_id = h.id)) AS poll,
                (SELECT min(due_at) FROM entries WHERE host_id = h.id AND due_at IS NOT NULL) AS fetch
            FROM unnest(CAST(:ids AS bigint[])) AS h (id)
        ) AS due
        WHERE hosts.id = due.id
        """,
        ids=list(ids),
    )

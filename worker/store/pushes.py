"""Pushes: documents that hubs have sent and that wait to be read. A row is deleted once it was read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from worker.rows.pushes import Push, PushClaim
from worker.store.db import Connection, rows, run, value

CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM pushes WHERE due_at <= :now ORDER BY due_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
)
UPDATE pushes SET due_at = :until, lease = lease + 1
FROM due WHERE pushes.id = due.id
RETURNING pushes.id, pushes.lease
"""


def waiting(db: Connection, subscription_id: int) -> int:
    """Return how many pushes of a subscription are waiting."""
    return int(value(db, "SELECT count(*) FROM pushes WHERE subscription_id = :id", id=subscription_id))


def keep(
    db: Connection,
    subscription_id: int,
    *,
    body: bytes,
    content_type: str | None,
    encoding: str,
    now: datetime,
) -> bool:
    """Store a push until it is read; return False if the same body is waiting already."""
    cursor = db.connection.cursor()
    cursor.execute(
        """INSERT INTO pushes (subscription_id, due_at, content_type, encoding, body, body_hash, received_at)
        VALUES (%s, %s, %s, %s, %b, %s, %s) ON CONFLICT (subscription_id, body_hash) DO NOTHING""",
        (
            subscription_id,
            now,
            content_type,
            encoding,
            body,
            UUID(bytes=blake2b(body, digest_size=16).digest()),
            now,
        ),
    )
    return bool(cursor.rowcount)


def claim(db: Connection, *, now: datetime, lease: timedelta, limit: int) -> list[PushClaim]:
    """Claim due pushes, the longest due first."""
    found = rows(db, CLAIM, now=now, until=now + lease, limit=limit)
    return [PushClaim(**row) for row in sorted(found, key=lambda row: row["id"])]


def take(db: Connection, claim: PushClaim, *, now: datetime, lease: timedelta) -> Push | None:
    """Begin to read a push; return None if the claim no longer holds."""
    cursor = db.connection.cursor(binary=True)
    cursor.execute(
        """UPDATE pushes p SET due_at = %s, lease = p.lease + 1, attempts = p.attempts + 1
        FROM hub_subscriptions s WHERE p.id = %s AND p.lease = %s AND s.id = p.subscription_id
        RETURNING p.id, p.lease, p.attempts, s.id, s.feed_id, s.topic, p.content_type, p.encoding, p.body,
            p.received_at""",
        (now + lease, claim.id, claim.lease),
    )
    found = cursor.fetchone()
    return Push(*found) if found else None


def finish(db: Connection, push: Push) -> bool:
    """Delete a push that was read; return False if its lease was lost."""
    return bool(run(db, "DELETE FROM pushes WHERE id = :id AND lease = :lease", id=push.id, lease=push.lease))


def release(db: Connection, now: datetime) -> int:
    """Make all leased pushes due at once, and return their number; only while no worker is alive."""
    return run(
        db,
        """UPDATE pushes SET due_at = :now, lease = lease + 1, attempts = greatest(attempts - 1, 0)
        WHERE due_at > :now""",
        now=now,
    )


def count(db: Connection) -> int:
    """Return how many pushes are waiting."""
    return int(value(db, "SELECT count(*) FROM pushes"))


def give_back(db: Connection, claims: Sequence[PushClaim], *, now: datetime) -> None:
    """Make claimed pushes due at once that there was no time for."""
    run(
        db,
        "UPDATE pushes SET due_at = :now WHERE id = ANY(:ids)",
        ids=[claim.id for claim in claims],
        now=now,
    )

"""Pushes: documents that hubs have sent and nobody has read yet. A row is work; what was read is deleted."""

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
    """How many wait to be read."""
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
    """Keep a push until it is read; False when the same one waits already."""
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
    return [PushClaim(int(row["id"]), int(row["lease"])) for row in sorted(found, key=lambda r: r["id"])]


def take(db: Connection, claim: PushClaim, *, now: datetime, lease: timedelta) -> Push | None:
    """Begin to read one; None when the claim does not hold any more."""
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
    """It has been read; False when the lease is another's."""
    return bool(run(db, "DELETE FROM pushes WHERE id = :id AND lease = :lease", id=push.id, lease=push.lease))


def release(db: Connection, now: datetime) -> int:
    """Make all that are leased due at once, for whoever knows that no worker is alive; how many."""
    return run(
        db,
        """UPDATE pushes SET due_at = :now, lease = lease + 1, attempts = greatest(attempts - 1, 0)
        WHERE due_at > :now""",
        now=now,
    )


def count(db: Connection) -> int:
    """How many wait in all."""
    return int(value(db, "SELECT count(*) FROM pushes"))


def give_back(db: Connection, claims: Sequence[PushClaim], *, now: datetime) -> None:
    """Claims that were not come to: due at once."""
    run(
        db,
        "UPDATE pushes SET due_at = :now WHERE id = ANY(:ids)",
        ids=[claim.id for claim in claims],
        now=now,
    )

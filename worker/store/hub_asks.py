"""Asking hubs: the work of a hub's turn, from the due subscription to what came of the request.

What the hub may verify is written down (`asking`) and committed before it is asked, since its verification
may come before its answer; what it has confirmed then stands, whatever its answer is (`asked`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from worker.rows.hub_subscriptions import Asked, HubSubscription, Mode
from worker.store import hosts
from worker.store.db import Connection, rows, run
from worker.store.hubs import COLUMNS, of_row


def take_due(
    db: Connection, host_ids: Sequence[int], *, now: datetime, lease: timedelta, limit: int
) -> list[HubSubscription]:
    """The due subscriptions at these hubs, at most `limit` at each, taken for the turn: not due again before
    the lease has passed. Those of feeds that are not polled any more are given up by that."""
    found = rows(
        db,
        f"""
        WITH due AS MATERIALIZED (
            SELECT due.id FROM unnest(CAST(:host_ids AS bigint[])) AS host (id) CROSS JOIN LATERAL (
                SELECT id FROM hub_subscriptions WHERE host_id = host.id AND due_at <= :now
                ORDER BY due_at LIMIT :limit
            ) AS due
        )
        UPDATE hub_subscriptions s SET due_at = :until, attempts = attempts + 1,
            tries = CASE WHEN polled.is OR state = 'leaving' THEN tries ELSE 0 END,
            state = CASE WHEN polled.is THEN state ELSE 'leaving' END
        FROM due, LATERAL (
            SELECT EXISTS (
                SELECT FROM feeds f, hub_subscriptions o
                WHERE o.id = due.id AND f.id = o.feed_id AND f.state = 'active'
            ) AS is
        ) AS polled
        WHERE s.id = due.id
        RETURNING {", ".join(f"s.{column}" for column in COLUMNS)}
        """,
        host_ids=list(host_ids),
        now=now,
        until=now + lease,
        limit=limit,
    )
    return [of_row(row) for row in found]


def give_back(db: Connection, ids: Sequence[int], *, now: datetime) -> None:
    """Those that were to be asked for when the turn ended: due at once."""
    run(
        db,
        """UPDATE hub_subscriptions SET due_at = :now, attempts = greatest(attempts - 1, 0),
            tries = greatest(tries - 1, 0) WHERE id = ANY(:ids)""",
        ids=list(ids),
        now=now,
    )


def put_off(db: Connection, ids: Sequence[int], *, until: datetime) -> None:
    """Those that are not to be asked for now."""
    run(
        db,
        "UPDATE hub_subscriptions SET due_at = :until, attempts = 0 WHERE id = ANY(:ids)",
        ids=list(ids),
        until=until,
    )


def asking(db: Connection, subscription: HubSubscription, mode: Mode, *, now: datetime) -> bool:
    """From now on the hub may verify `mode`; False when the subscription was given up or left meanwhile."""
    return bool(
        run(
            db,
            """
            UPDATE hub_subscriptions SET asked = :mode, asked_at = :now, tries = tries + 1,
                state = CASE WHEN state IN ('active', 'leaving') THEN state ELSE 'pending' END
            WHERE id = :id AND state = :state
            """,
            id=subscription.id,
            state=subscription.state,
            mode=mode,
            now=now,
        )
    )


def lapse(db: Connection, subscription_id: int, *, now: datetime) -> bool:
    """The lease has ended and was not renewed: nothing is pushed any more."""
    return bool(
        run(
            db,
            """UPDATE hub_subscriptions SET state = 'wanted', lease_until = NULL
            WHERE id = :id AND state = 'active' AND lease_until <= :now""",
            id=subscription_id,
            now=now,
        )
    )


def asked(db: Connection, result: Asked) -> None:
    """Keep it. What the hub has confirmed in the meantime stands."""
    run(
        db,
        """
        UPDATE hub_subscriptions SET attempts = 0, address = :address, host_id = :host_id,
            due_at = CASE WHEN confirmed_at >= asked_at THEN due_at ELSE :due_at END,
            reason = CASE WHEN confirmed_at >= asked_at OR state = 'denied' THEN reason ELSE :reason END,
            detail = CASE WHEN confirmed_at >= asked_at OR state = 'denied' THEN detail ELSE :detail END,
            state = CASE WHEN state = 'pending' AND CAST(:reason AS text) IS NOT NULL
                THEN 'wanted' ELSE state END
        WHERE id = :id AND asked = :mode
        """,
        **{slot: getattr(result, slot) for slot in Asked.__slots__},
    )
    hosts.wake(db, [result.host_id])

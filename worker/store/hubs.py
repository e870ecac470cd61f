"""Subscriptions at WebSub hubs: which hub pushes which feed, until when, and what it has pushed.

A due subscription is requested in the turn of its hub's host. What the hub may verify is committed (`asking`)
before the request is made, since the verification may come before the hub's answer. A confirmation that came
in between stands, whatever the answer is (`asked`). `tries` counts the requests since the last confirmation.
A subscription that has ended is deleted.

Locks are taken in the order hosts, feeds, subscriptions, pushes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from worker.model import SUBSCRIPTION_MOVES, SubscriptionEvent, SubscriptionState, sources
from worker.rows.hub_subscriptions import Asked, HubSubscription, Mode, NewSubscription
from worker.store import hosts, schema
from worker.store.db import Connection, dumps, rows, run, value
from worker.store.schema import columns_of, recordset

SHOWN = """s.id, s.feed_id, f.url AS feed, s.hub, s.topic, s.state, s.due_at, s.tries, s.reason, s.detail,
s.asked_at, s.confirmed_at, s.lease_until, s.last_push_at, s.pushes, s.brought, s.ignored, s.missed"""


_COLUMNS = columns_of(schema.hub_subscriptions, HubSubscription)


def _subscription(row: Mapping[str, Any]) -> HubSubscription:
    return HubSubscription(**{**row, "state": SubscriptionState(row["state"])})


def of_feed(db: Connection, feed_id: int) -> list[HubSubscription]:
    """Return the subscriptions of a feed, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM hub_subscriptions WHERE feed_id = :id ORDER BY id"
    return [_subscription(row) for row in rows(db, sql, id=feed_id)]


def by_token(db: Connection, token: str, *, lock: bool = False) -> HubSubscription | None:
    """Return the subscription with this callback; with `lock`, lock its host, its feed and then itself."""
    find = f"SELECT {_COLUMNS} FROM hub_subscriptions WHERE token = :token"
    found = rows(db, find, token=token)
    if found and lock:
        hosts.lock(db, [int(found[0]["host_id"])])
        run(db, "SELECT FROM feeds WHERE id = :id FOR NO KEY UPDATE", id=found[0]["feed_id"])
        found = rows(db, f"{find} FOR UPDATE", token=token)
    return _subscription(found[0]) if found else None


def hold(db: Connection, subscription_id: int) -> bool:
    """Lock a subscription; return False if it has ended."""
    sql = "SELECT FROM hub_subscriptions WHERE id = :id FOR NO KEY UPDATE"
    return bool(rows(db, sql, id=subscription_id))


def name(db: Connection, feed_id: int, wanted: Sequence[NewSubscription], *, now: datetime) -> None:
    """Save the hubs that a feed names: subscribe to new ones, and keep those that were being left."""
    hosts.lock(db, [one.host_id for one in wanted])
    run(
        db,
        f"""
        INSERT INTO hub_subscriptions
            (feed_id, hub, address, host_id, topic, token, secret, state, due_at)
        SELECT :feed_id, hub, hub, host_id, topic, token, secret, 'wanted', :now
        FROM {recordset(schema.hub_subscriptions, *NewSubscription.__slots__)}
        ORDER BY hub
        ON CONFLICT (feed_id, hub, topic) DO UPDATE
            SET state = 'wanted', due_at = excluded.due_at, tries = 0, asked = NULL, asked_at = NULL
            WHERE hub_subscriptions.state = ANY(:left)
        """,
        feed_id=feed_id,
        records=dumps(wanted),
        left=sorted(sources(SUBSCRIPTION_MOVES, SubscriptionEvent.NAMED)),
        now=now,
    )
    hosts.wake(db, [one.host_id for one in wanted])


def leave(db: Connection, subscriptions: Sequence[HubSubscription], *, now: datetime) -> None:
    """Begin to unsubscribe from these hubs."""
    hosts.lock(db, [one.host_id for one in subscriptions])
    run(
        db,
        """
        UPDATE hub_subscriptions SET state = 'leaving', due_at = :now, attempts = 0, tries = 0, asked = NULL,
            asked_at = NULL, reason = NULL, detail = NULL
        WHERE id = ANY(:ids) AND state = ANY(:sources)
        """,
        ids=[one.id for one in subscriptions],
        sources=sorted(sources(SUBSCRIPTION_MOVES, SubscriptionEvent.LEFT)),
        now=now,
    )
    hosts.wake(db, [one.host_id for one in subscriptions])


def confirm(
    db: Connection, subscription: HubSubscription, *, now: datetime, lease_until: datetime, due_at: datetime
) -> bool:
    """Save that the hub has verified the subscription, and pushes until `lease_until`."""
    done = run(
        db,
        """
        UPDATE hub_subscriptions SET state = 'active', confirmed_at = :now, lease_until = :lease_until,
            due_at = :due_at, tries = 0, attempts = 0, reason = NULL, detail = NULL
        WHERE id = :id AND state = ANY(:sources)
        """,
        id=subscription.id,
        now=now,
        lease_until=lease_until,
        due_at=due_at,
        sources=sorted(sources(SUBSCRIPTION_MOVES, SubscriptionEvent.CONFIRMED)),
    )
    hosts.wake(db, [subscription.host_id])
    return bool(done)


def deny(
    db: Connection, subscription: HubSubscription, *, reason: str, detail: str, due_at: datetime
) -> bool:
    """Save that the hub denies the subscription; its feed is polled as if there were no pushes."""
    trust(db, subscription.feed_id, until=None)
    done = run(
        db,
        """
        UPDATE hub_subscriptions SET state = 'denied', due_at = :due_at, tries = 0, attempts = 0,
            asked = NULL, asked_at = NULL, lease_until = NULL, reason = :reason, detail = :detail
        WHERE id = :id AND state = ANY(:sources)
        """,
        id=subscription.id,
        due_at=due_at,
        reason=reason,
        detail=detail,
        sources=sorted(sources(SUBSCRIPTION_MOVES, SubscriptionEvent.DENIED)),
    )
    hosts.wake(db, [subscription.host_id])
    return bool(done)


def end(db: Connection, subscription: HubSubscription) -> bool:
    """Delete a subscription that was given up, with its unread pushes."""
    hosts.lock(db, [subscription.host_id])
    gone = run(db, "DELETE FROM hub_subscriptions WHERE id = :id AND state = 'leaving'", id=subscription.id)
    hosts.wake(db, [subscription.host_id])
    return bool(gone)


def trust(db: Connection, feed_id: int | None, *, until: datetime | None) -> None:
    """Save until when the feed is polled less often, because a hub pushes it; None: no longer."""
    run(db, "UPDATE feeds SET pushed_until = :until WHERE id = :id", id=feed_id, until=until)


def pushed(db: Connection, subscription_id: int, *, now: datetime, brought: int) -> None:
    """Count a push that came at `now` and brought `brought` new entries."""
    run(
        db,
        """UPDATE hub_subscriptions SET pushes = pushes + 1, brought = brought + :brought,
            last_push_at = greatest(last_push_at, :now) WHERE id = :id""",
        id=subscription_id,
        now=now,
        brought=brought,
    )


def ignored(db: Connection, subscription_id: int, *, reason: str, detail: str) -> None:
    """Count a push that was ignored, for this reason."""
    run(
        db,
        """UPDATE hub_subscriptions SET ignored = ignored + 1, reason = :reason, detail = :detail
        WHERE id = :id""",
        id=subscription_id,
        reason=reason,
        detail=detail,
    )


def missed(db: Connection, feed_id: int, *, now: datetime, unless_since: datetime) -> None:
    """Renew active subscriptions now, since a poll found entries that no push brought.

    A subscription that was requested after `unless_since` is left alone.
    """
    found = rows(
        db,
        "SELECT id, host_id FROM hub_subscriptions WHERE feed_id = :id AND state = 'active'",
        id=feed_id,
    )
    hosts.lock(db, [int(row["host_id"]) for row in found])
    run(
        db,
        """
        UPDATE hub_subscriptions SET missed = missed + 1,
            due_at = CASE WHEN asked_at > :since THEN due_at ELSE least(due_at, :now) END
        WHERE id = ANY(:ids) AND state = 'active'
        """,
        ids=[int(row["id"]) for row in found],
        since=unless_since,
        now=now,
    )
    hosts.wake(db, [int(row["host_id"]) for row in found])


def listing(db: Connection, *, feed_id: int | None = None) -> list[dict[str, Any]]:
    """Return the subscriptions of all feeds or of one for display, without token and secret."""
    return rows(
        db,
        f"""SELECT {SHOWN} FROM hub_subscriptions s LEFT JOIN feeds f ON f.id = s.feed_id
        WHERE CAST(:feed_id AS bigint) IS NULL OR s.feed_id = :feed_id ORDER BY s.feed_id, s.id""",
        feed_id=feed_id,
    )


def states(db: Connection) -> dict[str, int]:
    """Return the number of subscriptions in each state that occurs."""
    found = rows(db, "SELECT state, count(*) AS n FROM hub_subscriptions GROUP BY state")
    return {row["state"]: int(row["n"]) for row in found}


def ask_again(db: Connection, *, feed_id: int | None, now: datetime) -> int:
    """Renew the subscriptions of all feeds, or of one, now; return their number."""
    found = rows(
        db,
        """SELECT host_id FROM hub_subscriptions
        WHERE CAST(:feed_id AS bigint) IS NULL OR feed_id = :feed_id""",
        feed_id=feed_id,
    )
    hosts.lock(db, [int(row["host_id"]) for row in found])
    done = run(
        db,
        """UPDATE hub_subscriptions SET due_at = :now, tries = 0
        WHERE CAST(:feed_id AS bigint) IS NULL OR feed_id = :feed_id""",
        feed_id=feed_id,
        now=now,
    )
    hosts.wake(db, [int(row["host_id"]) for row in found])
    return done


def live(db: Connection, feed_id: int) -> datetime | None:
    """Return until when a hub has promised to push the feed; None if no hub has."""
    sql = "SELECT max(lease_until) FROM hub_subscriptions WHERE feed_id = :id AND state = 'active'"
    found: datetime | None = value(db, sql, id=feed_id)
    return found


def take_due(
    db: Connection, host_ids: Sequence[int], *, now: datetime, lease: timedelta, limit: int
) -> list[HubSubscription]:
    """Take the due subscriptions at these hubs for their turns, at most `limit` of each hub.

    They are not due again before the lease has passed. Subscriptions of feeds that are no longer polled are
    given up.
    """
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
        RETURNING {columns_of(schema.hub_subscriptions, HubSubscription, "s")}
        """,
        host_ids=list(host_ids),
        now=now,
        until=now + lease,
        limit=limit,
    )
    return [_subscription(row) for row in found]


def give_back(db: Connection, ids: Sequence[int], *, now: datetime) -> None:
    """Make subscriptions due at once that a turn took but had no time for, as if it had not taken them."""
    run(
        db,
        """UPDATE hub_subscriptions SET due_at = :now, attempts = greatest(attempts - 1, 0),
            tries = greatest(tries - 1, 0) WHERE id = ANY(:ids)""",
        ids=list(ids),
        now=now,
    )


def put_off(db: Connection, ids: Sequence[int], *, until: datetime) -> None:
    """Postpone subscriptions that are not requested now."""
    run(
        db,
        "UPDATE hub_subscriptions SET due_at = :until, attempts = 0 WHERE id = ANY(:ids)",
        ids=list(ids),
        until=until,
    )


def asking(db: Connection, subscription: HubSubscription, mode: Mode, *, now: datetime) -> bool:
    """Let the hub verify `mode` from now on; return False if the subscription was given up meanwhile."""
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
    """Move a subscription whose lease has ended without renewal back to wanted."""
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
    """Save the result of a request. What the hub has confirmed meanwhile stands."""
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
        **asdict(result),
    )
    hosts.wake(db, [result.host_id])

"""Subscriptions at WebSub hubs: which hub pushes what, since when, and how that goes.

A row is worked on in its hub's host's turn, as a feed is (`hub_asks`); `tries` counts the requests since the
last confirmation. A subscription that has ended is deleted.

Locks are taken in the order hosts, feeds, subscriptions, pushes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from worker.model import SUBSCRIPTION_MOVES, SubscriptionEvent, SubscriptionState, sources
from worker.rows.hub_subscriptions import HubSubscription, NewSubscription
from worker.store import hosts
from worker.store.db import Connection, dumps, rows, run, value

SHOWN = """s.id, s.feed_id, f.url AS feed, s.hub, s.topic, s.state, s.due_at, s.tries, s.reason, s.detail,
s.asked_at, s.confirmed_at, s.lease_until, s.last_push_at, s.pushes, s.brought, s.ignored, s.missed"""


COLUMNS = HubSubscription.__slots__


def of_row(row: Mapping[str, Any]) -> HubSubscription:
    """The subscription of a row with these columns."""
    return HubSubscription(
        **{name: row[name] for name in COLUMNS} | {"state": SubscriptionState(row["state"])}
    )


def of_feed(db: Connection, feed_id: int) -> list[HubSubscription]:
    """Those of a feed, in the order in which they were made."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM hub_subscriptions WHERE feed_id = :id ORDER BY id"
    return [of_row(row) for row in rows(db, sql, id=feed_id)]


def by_token(db: Connection, token: str, *, lock: bool = False) -> HubSubscription | None:
    """The one with this callback. With `lock` its host and its feed are locked, and then the row."""
    find = f"SELECT {', '.join(COLUMNS)} FROM hub_subscriptions WHERE token = :token"
    found = rows(db, find, token=token)
    if found and lock:
        hosts.lock(db, [int(found[0]["host_id"])])
        run(db, "SELECT FROM feeds WHERE id = :id FOR NO KEY UPDATE", id=found[0]["feed_id"])
        found = rows(db, f"{find} FOR UPDATE", token=token)
    return of_row(found[0]) if found else None


def hold(db: Connection, subscription_id: int) -> bool:
    """Lock it; False when it has ended."""
    sql = "SELECT FROM hub_subscriptions WHERE id = :id FOR NO KEY UPDATE"
    return bool(rows(db, sql, id=subscription_id))


def name(db: Connection, feed_id: int, wanted: Sequence[NewSubscription], *, now: datetime) -> None:
    """The feed names these hubs: those that are new are to be asked, those that were being left are not
    left."""
    hosts.lock(db, [one.host_id for one in wanted])
    run(
        db,
        """
        INSERT INTO hub_subscriptions
            (feed_id, hub, address, host_id, topic, token, secret, state, due_at)
        SELECT :feed_id, hub, hub, host_id, topic, token, secret, 'wanted', :now
        FROM jsonb_to_recordset(CAST(:records AS jsonb))
            AS r (hub text, host_id bigint, topic text, token text, secret text)
        ORDER BY hub
        ON CONFLICT (feed_id, hub, topic) DO UPDATE
            SET state = 'wanted', due_at = excluded.due_at, tries = 0, asked = NULL, asked_at = NULL
            WHERE hub_subscriptions.state = ANY(:left)
        """,
        feed_id=feed_id,
        records=dumps([{slot: getattr(one, slot) for slot in NewSubscription.__slots__} for one in wanted]),
        left=sorted(sources(SUBSCRIPTION_MOVES, SubscriptionEvent.NAMED)),
        now=now,
    )
    hosts.wake(db, [one.host_id for one in wanted])


def leave(db: Connection, subscriptions: Sequence[HubSubscription], *, now: datetime) -> None:
    """Give these up: the hubs are to be told."""
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
    """The hub has verified that we want it, and pushes until `lease_until`."""
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
    """The hub does not want it; its feed is polled as if there were no pushes."""
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
    """It is over: the row goes, and what it pushed and nobody read."""
    hosts.lock(db, [subscription.host_id])
    gone = run(db, "DELETE FROM hub_subscriptions WHERE id = :id AND state = 'leaving'", id=subscription.id)
    hosts.wake(db, [subscription.host_id])
    return bool(gone)


def trust(db: Connection, feed_id: int | None, *, until: datetime | None) -> None:
    """Until when the feed's pushes are relied on, so that it is polled less often; None: not any more."""
    run(db, "UPDATE feeds SET pushed_until = :until WHERE id = :id", id=feed_id, until=until)


def pushed(db: Connection, subscription_id: int, *, now: datetime, brought: int) -> None:
    """A push came at `now` and was read; it brought so many new entries."""
    run(
        db,
        """UPDATE hub_subscriptions SET pushes = pushes + 1, brought = brought + :brought,
            last_push_at = greatest(last_push_at, :now) WHERE id = :id""",
        id=subscription_id,
        now=now,
        brought=brought,
    )


def ignored(db: Connection, subscription_id: int, *, reason: str, detail: str) -> None:
    """A push came that cannot be used, and was ignored."""
    run(
        db,
        """UPDATE hub_subscriptions SET ignored = ignored + 1, reason = :reason, detail = :detail
        WHERE id = :id""",
        id=subscription_id,
        reason=reason,
        detail=detail,
    )


def missed(db: Connection, feed_id: int, *, now: datetime, unless_since: datetime) -> None:
    """A poll found what no push brought: active subscriptions are renewed now, unless they were asked for
    after `unless_since`."""
    found = rows(
        db,
        """SELECT id, host_id FROM hub_subscriptions WHERE feed_id = :id AND state = 'active'""",
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
    """Those of all feeds or of one, for people: without token and secret."""
    found = rows(
        db,
        f"""SELECT {SHOWN} FROM hub_subscriptions s LEFT JOIN feeds f ON f.id = s.feed_id
        WHERE CAST(:feed_id AS bigint) IS NULL OR s.feed_id = :feed_id ORDER BY s.feed_id, s.id""",
        feed_id=feed_id,
    )
    return [dict(row) for row in found]


def states(db: Connection) -> dict[str, int]:
    """Subscriptions by state."""
    found = rows(db, "SELECT state, count(*) AS n FROM hub_subscriptions GROUP BY state")
    return {row["state"]: int(row["n"]) for row in found}


def ask_again(db: Connection, *, feed_id: int | None, now: datetime) -> int:
    """Make the hubs of all feeds, or of one, be asked now; how many."""
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
    """Until when a hub has promised to push the feed: the latest lease; None: none has."""
    sql = "SELECT max(lease_until) FROM hub_subscriptions WHERE feed_id = :id AND state = 'active'"
    found: datetime | None = value(db, sql, id=feed_id)
    return found

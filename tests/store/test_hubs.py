"""Subscriptions at hubs and their pushes, as the store keeps them."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

from tests.store.rows import NOW, added_feed, host_of
from worker.model import SUBSCRIPTION_MOVES, FeedEvent, SubscriptionEvent, SubscriptionState
from worker.rows.hub_subscriptions import Asked, HubSubscription, NewSubscription
from worker.rows.pushes import PushClaim
from worker.store import Connection, Store, feeds, hosts, hubs, pushes, recovery
from worker.store.db import rows, run, value

LATER = NOW + timedelta(hours=1)
LEASE = timedelta(minutes=3)
HUB, TOPIC = "https://hub.example/", "https://news.example/feed.xml"
TOKEN = "t" * 43


def subscribed(db: Connection, *, now: Any = NOW) -> HubSubscription:
    """A subscription of one feed that is to be requested."""
    new = NewSubscription(HUB, host_of(db, HUB), TOPIC, TOKEN, "secret")
    hubs.name(db, added_feed(db, TOPIC), [new], now=now)
    return the_only(db)


def the_only(db: Connection) -> HubSubscription:
    found = hubs.by_token(db, TOKEN)
    assert found is not None
    return found


def failed(db: Connection, one: HubSubscription) -> None:
    mode = one.asked or "subscribe"
    hubs.asked(
        db,
        Asked(id=one.id, mode=mode, due_at=LATER, address=one.address, host_id=one.host_id, reason="timeout"),
    )


def named(db: Connection, one: HubSubscription) -> None:
    assert one.feed_id is not None
    hubs.name(db, one.feed_id, [NewSubscription(one.hub, one.host_id, one.topic, "u" * 43, "other")], now=NOW)


EVENTS: dict[SubscriptionEvent, Callable[[Connection, HubSubscription], object]] = {
    SubscriptionEvent.ASKED: lambda db, one: hubs.asking(db, one, "subscribe", now=NOW),
    SubscriptionEvent.FAILED: failed,
    SubscriptionEvent.CONFIRMED: lambda db, one: hubs.confirm(
        db, one, now=NOW, lease_until=LATER, due_at=LATER
    ),
    SubscriptionEvent.DENIED: lambda db, one: hubs.deny(
        db, one, reason="hub-denied", detail="no", due_at=LATER
    ),
    SubscriptionEvent.LAPSED: lambda db, one: hubs.lapse(db, one.id, now=NOW),
    SubscriptionEvent.LEFT: lambda db, one: hubs.leave(db, [one], now=NOW),
    SubscriptionEvent.NAMED: named,
}
IN_STATE = {
    SubscriptionState.WANTED: "asked = NULL, asked_at = NULL",
    SubscriptionState.PENDING: "asked = 'subscribe', asked_at = now()",
    SubscriptionState.ACTIVE: "asked = 'subscribe', asked_at = now(), lease_until = '2026-05-04 11:00Z'",
    SubscriptionState.DENIED: "reason = 'hub-denied'",
    SubscriptionState.LEAVING: "asked = 'unsubscribe', asked_at = now()",
}


def test_a_subscription_moves_by_its_table_and_no_other(store: Store) -> None:
    reset = "asked = NULL, asked_at = NULL, confirmed_at = NULL, lease_until = NULL, reason = NULL"
    with store.begin() as db:
        number = subscribed(db).id
        for state, event in product(SubscriptionState, SubscriptionEvent):
            run(db, f"UPDATE hub_subscriptions SET state = 'wanted', {reset} WHERE id = :id", id=number)
            run(
                db,
                f"UPDATE hub_subscriptions SET state = :state, {IN_STATE[state]} WHERE id = :id",
                state=state,
                id=number,
            )
            EVENTS[event](db, the_only(db))
            assert the_only(db).state is SUBSCRIPTION_MOVES.get((state, event), state), (state, event)


def test_naming_a_hub_again_keeps_its_callback_and_secret(store: Store) -> None:
    with store.begin() as db:
        one = subscribed(db)
        named(db, one)
        assert the_only(db) == one


def test_what_the_hub_confirms_before_it_answers_stands(store: Store) -> None:
    with store.begin() as db:
        one = subscribed(db)
        hubs.asking(db, one, "subscribe", now=NOW)
        hubs.confirm(db, the_only(db), now=NOW, lease_until=LATER, due_at=LATER)
        failed(db, the_only(db))
        (row,) = hubs.listing(db)
    assert (row["state"], row["reason"], row["due_at"]) == ("active", None, LATER)


def test_its_host_is_due_when_it_is(store: Store) -> None:
    with store.begin() as db:
        one = subscribed(db)
        run(db, "UPDATE hosts SET free_at = :now", now=NOW)
        (claim,) = [c for c in hosts.claim(db, "poll", now=NOW, lease=LEASE, limit=9) if c.id == one.host_id]
        assert hosts.take(db, [claim], now=NOW, lease=LEASE)
        (taken,) = hubs.take_due(db, [one.host_id], now=NOW, lease=LEASE, limit=9)
        assert (taken.attempts, taken.state) == (1, SubscriptionState.WANTED)
        assert hubs.take_due(db, [one.host_id], now=NOW, lease=LEASE, limit=9) == []
        hubs.give_back(db, [one.id], now=NOW)
        assert len(hubs.take_due(db, [one.host_id], now=NOW, lease=LEASE, limit=9)) == 1


def test_the_subscription_of_a_paused_feed_is_left_when_it_is_due(store: Store) -> None:
    with store.begin() as db:
        one = subscribed(db)
        assert one.feed_id is not None
        feeds.turn(db, one.feed_id, FeedEvent.PAUSE, now=NOW)
        (taken,) = hubs.take_due(db, [one.host_id], now=NOW, lease=LEASE, limit=9)
    assert taken.state is SubscriptionState.LEAVING


def test_the_subscription_of_a_removed_feed_stays_to_be_left(store: Store) -> None:
    with store.begin() as db:
        one = subscribed(db)
        assert one.feed_id is not None
        feeds.remove(db, one.feed_id, now=NOW)
        left = the_only(db)
        assert (left.feed_id, left.state) == (None, SubscriptionState.LEAVING)
        assert hubs.end(db, left)
        assert hubs.by_token(db, TOKEN) is None


def keep(db: Connection, one: HubSubscription, body: bytes = b"<rss/>") -> bool:
    return pushes.keep(db, one.id, body=body, content_type="text/xml", encoding="", now=NOW)


def claimed(db: Connection, now: Any = NOW) -> list[PushClaim]:
    return pushes.claim(db, now=now, lease=LEASE, limit=9)


def test_a_push_is_read_once_however_often_its_message_comes(store: Store) -> None:
    with store.begin() as db:
        one = subscribed(db)
        assert [keep(db, one), keep(db, one)] == [True, False]
        (claim,) = claimed(db)
        push = pushes.take(db, claim, now=NOW, lease=LEASE)
        assert push is not None
        assert (push.body, push.topic, push.feed_id) == (b"<rss/>", TOPIC, one.feed_id)
        assert pushes.take(db, claim, now=NOW, lease=LEASE) is None
        assert [pushes.finish(db, push), pushes.finish(db, push)] == [True, False]
        assert pushes.count(db) == 0
        assert keep(db, one)


def test_pushes_are_read_in_the_order_in_which_they_came(store: Store) -> None:
    with store.begin() as db:
        one = subscribed(db)
        for n in range(5):
            keep(db, one, b"%d" % n)
        claims = claimed(db)
        assert [claim.id for claim in claims] == sorted(claim.id for claim in claims)
        taken = [pushes.take(db, claim, now=NOW, lease=LEASE) for claim in claims]
    assert [push.body for push in taken if push] == [b"0", b"1", b"2", b"3", b"4"]


def test_a_push_whose_worker_died_is_due_again_and_the_death_is_counted(store: Store) -> None:
    with store.begin() as db:
        keep(db, subscribed(db))
        (claim,) = claimed(db)
        pushes.take(db, claim, now=NOW, lease=LEASE)
        assert claimed(db) == []
        (again,) = claimed(db, LATER)
        push = pushes.take(db, again, now=LATER, lease=LEASE)
        assert push is not None
        assert push.attempts == 2


def test_a_start_frees_what_the_last_run_held(store: Store) -> None:
    with store.begin() as db:
        one = subscribed(db)
        keep(db, one)
        pushes.take(db, claimed(db)[0], now=NOW, lease=LEASE)
        hubs.take_due(db, [one.host_id], now=NOW, lease=LEASE, limit=9)
        released = recovery.release_all(db, NOW)
        assert (released.hubs, released.pushes) == (1, 1)
        assert len(claimed(db)) == 1
        assert value(db, "SELECT poll_due_at FROM hosts WHERE id = :id", id=one.host_id) == NOW


def test_nothing_that_is_shown_has_a_secret(store: Store) -> None:
    with store.begin() as db:
        subscribed(db)
        (shown,) = hubs.listing(db)
        assert not {"secret", "token"} & set(shown)
        assert hubs.states(db) == {"wanted": 1}
        assert hubs.ask_again(db, feed_id=None, now=LATER) == 1
        assert rows(db, "SELECT due_at FROM hub_subscriptions") == [{"due_at": LATER}]

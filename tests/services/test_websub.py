"""Subscribing at a hub in a separate process: our requests, its verifications, and the lease."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import requests

from tests.services.pushed_world import World
from tests.services.service import Service
from tests.site import faults
from tests.waiting import wait_until
from worker.store import feeds


def test_a_pushed_entry_is_stored_without_a_poll(world: World) -> None:
    row = world.subscribed()
    assert (row["state"], row["topic"], row["reason"]) == ("active", world.topic, None)
    polls = world.polls()

    world.write()
    assert world.hub.publish(world.topic) == [202]
    world.service.work()

    assert world.polls() == polls
    assert world.service.count("articles", title="Just written")
    assert (world.service.identity().stored, world.service.identity().holds) == (2, True)
    assert (world.row()["pushes"], world.row()["brought"], world.row()["ignored"]) == (1, 1, 0)
    assert world.row()["last_push_at"] is not None


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_the_hub_named_in_the_document_is_subscribed_at(world: World, kind: str) -> None:
    links = (
        f'<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="{world.hub.url()}"/>'
        f'<link xmlns="http://www.w3.org/2005/Atom" rel="self" href="{world.host.home}/named.xml"/>'
    )
    head = "<?xml version='1.0'?>"
    body = {
        "rss": f"{head}<rss version='2.0'><channel><title>T</title>{links}</channel></rss>",
        "atom": f"{head}<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{links}</feed>",
    }[kind]
    world.service.subscribe(world.host.put("/named.xml", body, f"application/{kind}+xml"))
    world.service.work()
    world.hub.verified(f"{world.host.home}/named.xml")
    assert world.row()["state"] == "active"


def test_without_a_callback_address_no_hub_is_asked(
    world: World, make_service: Callable[..., Service]
) -> None:
    silent = make_service()
    world.announce(world.hub.url())
    silent.subscribe(world.feed.url)
    silent.work()
    assert silent.read("hub_subscriptions") == []
    assert world.hub.told("requests", world.topic) == []


def test_after_websub_is_switched_off_subscriptions_rest_and_feeds_are_polled_as_usual(
    world: World, make_service: Callable[..., Service]
) -> None:
    world.subscribed()
    world.write()
    world.hub.publish(world.topic)
    world.service.work()
    asked = len(world.hub.told("requests", world.topic))

    silent = make_service()
    silent.later(days=9)
    silent.work()

    assert len(world.hub.told("requests", world.topic)) == asked
    assert world.feed_row()["wait"] < timedelta(hours=7)


# What a hub is asked


def test_a_subscription_request_has_the_fields_of_the_recommendation(world: World) -> None:
    row = world.subscribed()
    (asked,) = world.hub.told("requests", world.topic)
    assert asked["hub.mode"] == "subscribe"
    assert asked["hub.callback"] == f"{world.service.settings.websub_callback_url}/websub/{row['token']}"
    assert asked["hub.lease_seconds"] == "864000"
    assert asked["hub.secret"] == row["secret"]
    assert 32 <= len(asked["hub.secret"].encode()) < 200


def test_callbacks_and_secrets_are_unique(world: World) -> None:
    world.announce(world.hub.url(), world.hub.url(a=1), world.hub.url(b=1))
    world.service.subscribe(world.feed.url)
    world.service.work()
    # The hub serves other tests, too, and one of their hosts may have had this port.
    asked = world.hub.told("requests", world.topic)[-3:]
    assert len({one["hub.callback"] for one in asked}) == len({one["hub.secret"] for one in asked}) == 3
    assert all(len(one["hub.callback"].rpartition("/")[2]) >= 43 for one in asked)


def test_of_many_hubs_three_are_asked_and_one_push_brings_an_entry_once(world: World) -> None:
    world.announce(*(world.hub.url(n=n) for n in range(5)))
    world.service.subscribe(world.feed.url)
    world.service.work()
    world.hub.verified(world.topic, 3)
    world.write()
    assert world.hub.publish(world.topic, deliveries=3) == [202, 202, 202]
    world.service.work()
    assert world.service.identity().stored == 2
    assert sum(int(r["brought"]) for r in world.service.read("hub_subscriptions", "brought")) == 1  # type: ignore[call-overload]


def test_the_topic_is_the_self_link_of_the_document(world: World) -> None:
    other = world.host.feed("/canonical.xml", articles=1)
    world.announce(world.hub.url(), topic=other.url)
    world.service.subscribe(world.feed.url)
    world.service.work()
    world.hub.verified(other.url)
    other.add(world.host.article("Said of the canonical feed"))
    assert world.hub.publish(other.url) == [202]
    world.service.work()
    assert world.service.read("entries", "feed_id", title="Said of the canonical feed")
    assert world.row()["topic"] == other.url


@pytest.mark.parametrize("permanently", [False, True])
def test_a_topic_that_redirects_is_subscribed_by_its_new_self(world: World, permanently: bool) -> None:
    old = world.host.feed("/old.xml")
    world.host.fault(old.url, faults.moved(world.feed.url, permanently=permanently))
    world.announce(world.hub.url())
    world.service.subscribe(old.url)
    world.service.work()
    assert [one["hub.topic"] for one in world.hub.told("requests", world.topic)] == [world.feed.url]
    if permanently:
        for _ in range(4):
            world.service.later(days=1)
            world.service.work()
        assert world.feed_row()["url"] == world.feed.url


@pytest.mark.parametrize("status, remembered", [(307, False), (308, True)])
def test_a_hub_that_redirects_the_request_is_followed(world: World, status: int, remembered: bool) -> None:
    row = world.subscribed(redirect=status)
    assert row["state"] == "active"
    assert row["address"] == (world.hub.base if remembered else row["hub"])
    first, second = world.hub.told("requests", world.topic)
    assert {key: value for key, value in first.items() if key != "options"} == {
        key: value for key, value in second.items() if key != "options"
    }


def test_after_a_redirect_to_a_dead_address_the_hub_itself_is_asked_again(world: World) -> None:
    world.subscribed(lease=86400)
    world.service.change("hub_subscriptions", {"address": world.hub.url(status=404)})
    for _ in range(4):
        world.service.later(hours=19 if world.row()["tries"] == 0 else 1)
        world.service.work()
    row = world.row()
    assert row["address"] == row["hub"]
    world.hub.verified(world.topic, 2)
    assert world.row()["state"] == "active"


def test_a_hub_may_verify_before_it_answers(world: World) -> None:
    assert world.subscribed(sync=1)["state"] == "active"


# What a hub may ask back


@pytest.mark.parametrize(
    "options", [{"topic": "https://other.example/"}, {"challenge": "<script>"}, {"challenge": ""}]
)
def test_a_verification_of_an_unrequested_subscription_gets_a_404(
    world: World, options: dict[str, str]
) -> None:
    world.announce(world.hub.url(**options))
    world.service.subscribe(world.feed.url)
    world.service.work()
    told = wait_until(
        lambda: (
            world.hub.told("verifications", options.get("topic", world.topic))
            or world.hub.told("verifications", world.topic)
        )
    )
    assert (told[-1]["status"], told[-1]["type"].partition(";")[0]) == (404, "text/plain")
    assert "script" not in told[-1]["text"]
    assert world.row()["state"] == "pending"
    assert world.hub.told("subscriptions", world.topic) == []


def test_after_a_denial_the_hub_is_left_alone_and_the_feed_polled(world: World) -> None:
    row = world.subscribed(deny="not\nfor you")
    assert (row["state"], row["reason"], row["detail"]) == ("denied", "hub-denied", "not for you")
    asked = len(world.hub.told("requests", world.topic))

    world.write()
    world.service.later(hours=7)
    world.service.work()
    assert world.service.identity().stored == 2
    assert len(world.hub.told("requests", world.topic)) == asked

    world.service.later(days=7)
    world.service.work()
    assert len(world.hub.told("requests", world.topic)) == asked + 1


def test_a_hub_may_deny_what_it_has_accepted(world: World) -> None:
    row = world.subscribed()
    world.write()
    world.hub.publish(world.topic)
    world.service.work()
    assert world.feed_row()["pushed_until"] is not None
    query = {"hub.mode": "denied", "hub.topic": world.topic}
    address = f"{world.service.settings.websub_callback_url}/websub/{row['token']}"
    assert requests.get(address, params=query, timeout=5).status_code == 200
    assert world.row()["state"] == "denied"
    assert world.feed_row()["pushed_until"] is None


# The lease


def test_a_subscription_is_renewed_before_its_lease_ends(world: World) -> None:
    row = world.subscribed(lease=86400)
    lease = row["lease_until"] - row["confirmed_at"]
    assert lease == timedelta(days=1)
    assert 0.6 * lease <= row["due_at"] - row["confirmed_at"] <= 0.75 * lease

    world.service.later(hours=19)
    world.service.work()

    world.hub.verified(world.topic, 2)
    renewed = world.row()
    assert (renewed["state"], renewed["tries"], renewed["token"]) == ("active", 0, row["token"])
    assert renewed["confirmed_at"] > row["confirmed_at"]
    assert len(world.hub.told("subscriptions", world.topic)) == 1


def test_a_lease_that_is_not_renewed_ends_in_polling(world: World) -> None:
    world.subscribed(lease=86400)
    world.write()
    world.hub.publish(world.topic)
    world.service.work()
    assert world.feed_row()["pushed_until"] <= world.row()["lease_until"]
    world.announce(world.hub.url(status=500))
    world.service.change(
        "hub_subscriptions", {"address": world.hub.url(status=500), "hub": world.hub.url(status=500)}
    )

    for _ in range(8):
        world.service.later(hours=3, minutes=30)
        world.service.work()

    row = world.row()
    assert (row["state"], row["reason"], row["lease_until"]) == ("wanted", "http-server-error", None)
    world.write("Found by a poll")
    world.service.later(hours=6, minutes=1)
    world.service.work()
    assert world.service.count("articles", title="Found by a poll")


def test_a_hub_that_never_verifies_is_asked_again_more_and_more_seldom(world: World) -> None:
    world.announce(world.hub.url(never=1))
    world.service.subscribe(world.feed.url)
    waits = []
    for _ in range(4):
        world.service.work()
        row = world.row()
        assert row["state"] == "pending"
        waits.append(row["due_at"] - row["asked_at"])
        world.service.later(hours=2)
    assert [row["tries"]] == [4]
    assert waits[0] >= timedelta(minutes=10)
    assert waits[-1] >= timedelta(minutes=20)


@pytest.mark.parametrize("status, reason", [(400, "http-client-error"), (503, "http-server-error")])
def test_the_reason_of_a_hubs_refusal_is_kept(world: World, status: int, reason: str) -> None:
    world.announce(world.hub.url(status=status))
    world.service.subscribe(world.feed.url)
    world.service.work()
    row = world.row()
    assert (row["state"], row["reason"], row["tries"]) == ("wanted", reason, 1)
    assert "not at this hub" in row["detail"]


def test_a_removed_feed_is_unsubscribed(world: World) -> None:

    world.subscribed()
    (feed_id,) = [row["id"] for row in world.service.read("feeds", "id")]
    with world.service.store.begin() as db:
        feeds.remove(db, int(str(feed_id)), now=world.service.now())
    assert world.row()["state"] == "leaving"
    world.service.work()
    wait_until(lambda: not world.hub.told("subscriptions", world.topic))
    wait_until(lambda: not world.service.count("hub_subscriptions"))
    assert [one["hub.mode"] for one in world.hub.told("requests", world.topic)] == [
        "subscribe",
        "unsubscribe",
    ]


def test_leaving_a_hub_that_is_away_ends_without_its_answer(world: World) -> None:
    world.subscribed()
    world.service.change(
        "hub_subscriptions", {"address": world.hub.url(status=500), "hub": world.hub.url(status=500)}
    )
    with world.service.store.begin() as db:
        feeds.remove(db, int(world.feed_row()["id"]), now=world.service.now())
    for _ in range(5):
        world.service.work()
        world.service.later(hours=2)
    assert world.service.count("hub_subscriptions") == 0


def test_a_feed_that_names_another_hub_changes_over(world: World) -> None:
    world.subscribed()
    world.announce(world.hub.url(other=1))
    world.write()
    world.service.later(hours=6, minutes=1)
    world.service.work()
    wait_until(lambda: world.service.count("hub_subscriptions") == 1)
    wait_until(lambda: world.row()["state"] == "active")
    assert world.row()["hub"] == world.hub.url(other=1)


def test_a_paused_feed_is_left_when_its_renewal_is_due(world: World) -> None:
    world.subscribed()
    world.pause()
    world.service.later(days=8)
    world.service.work()
    wait_until(lambda: not world.service.count("hub_subscriptions"))

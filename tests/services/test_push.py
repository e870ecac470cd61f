"""What a hub pushes: kept, checked, read as a poll's document, and what it means for polls."""

from collections import Counter
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.services.pushed_world import World

AN_HOUR, MOMENTS = timedelta(minutes=63), timedelta(minutes=10.5)
"""The waits of these feeds with and without pushes, as far as polls are spread."""


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_every_method_of_the_specification_is_good(world: World, method: str) -> None:
    world.subscribed(method=method)
    world.write()
    assert world.hub.publish(world.topic) == [202]
    world.service.work()
    assert world.row()["brought"] == 1


@pytest.mark.parametrize("sign", ["wrong", "none"])
def test_a_push_that_is_not_signed_is_ignored(world: World, sign: str) -> None:
    world.subscribed(sign=sign)
    world.write()
    assert world.hub.publish(world.topic) == [202]
    assert world.service.count("pushes") == 0
    world.service.work()
    row = world.row()
    assert (row["ignored"], row["pushes"], row["reason"]) == (1, 0, "bad-signature")
    assert world.service.identity().discovered == 1
    assert world.feed_row()["pushed_until"] is None


def test_a_push_is_kept_before_it_is_answered(world: World) -> None:
    world.subscribed()
    world.write()
    assert world.hub.publish(world.topic) == [202]
    (kept,) = world.service.read("pushes")
    assert b"Just written" in bytes(kept["body"])  # type: ignore[arg-type]
    world.service.work()
    assert world.service.count("pushes") == 0


def test_each_push_is_reported_when_it_comes_and_when_it_is_read(world: World) -> None:
    with capture_logs() as lines:
        world.subscribed()
        world.write()
        world.hub.publish(world.topic)
        world.service.work()
    told = Counter((line["event"], line["outcome"]) for line in lines)
    assert told["hub asked", "asked"] == told["hub called", "confirmed"] == 1
    assert told["push received", "kept"] == told["push read", "new"] == 1


def test_a_push_whose_message_is_lost_is_read_when_its_lease_ends(world: World) -> None:
    world.subscribed()
    world.write()
    world.hub.publish(world.topic)
    world.service.tick()
    world.service.queue.messages.clear()
    world.service.later(minutes=4)
    world.service.work()
    assert world.service.identity().stored == 2


def test_the_same_push_twice_is_read_once(world: World) -> None:
    world.subscribed(repeat=1)
    world.write()
    assert world.hub.publish(world.topic, deliveries=2) == [202, 202]
    assert world.service.count("pushes") == 1
    world.service.work()
    world.hub.publish(world.topic, deliveries=2)
    world.service.work()
    assert (world.service.identity().stored, world.service.identity().holds) == (2, True)


def test_a_push_may_be_a_part_of_the_feed(world: World) -> None:
    world.subscribed()
    world.write()
    world.feed.window = 1
    world.hub.publish(world.topic)
    world.feed.window = 20
    world.service.work()
    assert world.service.count("gaps") == 0
    assert world.service.count("articles", state="removed") == 0
    assert world.service.identity().stored == 2

    world.service.later(hours=6, minutes=1)
    world.service.work()
    assert world.service.count("gaps") == 0
    assert world.service.identity().discovered == 2


def test_a_compressed_push_is_read_and_a_bomb_is_not(world: World) -> None:
    world.subscribed(gzip=1)
    world.write()
    world.hub.publish(world.topic)
    world.service.work()
    assert world.row()["brought"] == 1

    world.host.put("/feed.xml", "<rss>" + " " * 11_000_000, "application/rss+xml")
    assert world.hub.publish(world.topic) == [202]
    world.service.work()
    row = world.row()
    assert (row["ignored"], row["reason"]) == (1, "too-large")
    assert world.service.count("pushes") == 0


def test_a_push_that_is_not_a_feed_is_refused_with_a_reason(world: World) -> None:
    world.subscribed()
    world.host.put("/feed.xml", "<html>Sorry</html>", "text/html")
    assert world.hub.publish(world.topic) == [202]
    world.service.work()
    assert (world.row()["ignored"], world.row()["reason"]) == (1, "not-a-feed")
    assert world.service.identity().stored == 1


def test_a_push_that_cannot_be_read_has_the_feed_polled_soon(world: World) -> None:
    world.subscribed()
    assert world.feed_row()["wait"] > timedelta(minutes=10)
    world.host.put("/feed.xml", "", "application/rss+xml")
    assert world.hub.publish(world.topic) == [202]
    world.service.work()
    assert world.feed_row()["wait"] == timedelta(seconds=world.service.settings.poll_floor_seconds)
    assert world.feed_row()["pushed_until"] is None


def test_a_push_for_a_paused_feed_changes_nothing(world: World) -> None:
    world.subscribed()
    world.pause()
    world.write()
    world.hub.publish(world.topic)
    world.service.work()
    assert world.service.identity().discovered == 1
    assert world.service.count("pushes") == 0


# Pushes and polls


def test_a_feed_whose_pushes_come_is_polled_less_often(world: World) -> None:
    world.service.settings = world.service.settings.model_copy(
        update={"poll_cap_seconds": 600.0, "poll_floor_seconds": 300.0}
    )
    world.subscribed()
    assert world.feed_row()["wait"] <= MOMENTS

    world.write()
    world.hub.publish(world.topic)
    world.service.work()
    assert timedelta(hours=1) <= world.feed_row()["wait"] <= AN_HOUR
    assert world.feed_row()["due_because"].startswith("its hub pushes new entries")

    polls = world.polls()
    world.service.later(minutes=50)
    world.service.work()
    assert world.polls() == polls
    world.service.later(minutes=14)
    world.service.work()
    assert world.polls() == polls + 1
    assert timedelta(hours=1) <= world.feed_row()["wait"] <= AN_HOUR


def test_a_push_teaches_the_rate_by_which_its_feed_shares_its_host_and_the_budget(world: World) -> None:
    world.subscribed()
    before = world.feed_row()["rate"]

    world.write()
    world.hub.publish(world.topic)
    world.service.work()
    row = world.feed_row()
    assert row["rate"] == row["cadence"]["rate"] > before


def test_a_poll_that_finds_what_no_push_brought_ends_the_trust(world: World) -> None:
    world.service.settings = world.service.settings.model_copy(update={"poll_cap_seconds": 600.0})
    world.subscribed()
    world.write("Pushed")
    world.hub.publish(world.topic)
    world.service.work()

    world.write("Never pushed", published=world.service.now())
    world.service.later(minutes=64)
    world.service.work()

    assert world.service.count("articles", title="Never pushed")
    assert world.feed_row()["pushed_until"] is None
    assert world.feed_row()["wait"] <= MOMENTS
    assert world.row()["missed"] == 1

    world.write("Pushed again")
    world.hub.publish(world.topic)
    world.service.work()
    assert world.feed_row()["pushed_until"] is not None


def test_what_is_still_on_its_way_says_nothing_about_pushes(world: World) -> None:
    world.subscribed()
    world.write("Pushed")
    world.hub.publish(world.topic)
    world.service.work()
    world.service.later(hours=6, minutes=1)
    world.write("Polled a moment before its push")
    world.service.work()
    assert world.feed_row()["pushed_until"] is not None
    assert world.row()["missed"] == 0


def test_a_long_silence_of_the_hub_ends_in_polling_as_usual(world: World) -> None:
    world.service.settings = world.service.settings.model_copy(
        update={"poll_cap_seconds": 600.0, "websub_silence_seconds": 7500.0}
    )
    world.subscribed()
    world.write()
    world.hub.publish(world.topic)
    world.service.work()
    waits = []
    for _ in range(3):
        world.service.later(minutes=64)
        world.service.work()
        waits.append(world.feed_row()["wait"])
    assert timedelta(hours=1) <= waits[0] <= AN_HOUR
    assert timedelta(minutes=1) <= waits[1] <= MOMENTS
    assert waits[2] <= MOMENTS

"""Hubs at the terminal."""

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import NOW, added_feed, host_of
from worker.rows.hub_subscriptions import NewSubscription
from worker.store import Store, hubs

HUB, FEED = "https://hub.example/", "https://news.example/feed.xml"


@pytest.fixture
def denied(store: Store) -> Store:
    """A feed whose hub does not want us."""
    with store.begin() as db:
        feed_id = added_feed(db, FEED)
        hubs.name(db, feed_id, [NewSubscription(HUB, host_of(db, HUB), FEED, "t" * 43, "s3cret")], now=NOW)
        (one,) = hubs.of_feed(db, feed_id)
        hubs.deny(db, one, reason="hub-denied", detail="\x1b[31mnot for you", due_at=NOW)
    return store


def test_a_subscription_is_shown_with_what_is_wrong_and_without_its_secret(denied: Store) -> None:
    said = wiredesk("feeds", "websub")
    assert HUB in said.out
    assert "denied" in said.out
    assert "\x1b" not in said.out
    (row,) = wiredesk("feeds", "websub", "--feed", FEED, "--json").json
    assert (row["state"], row["reason"], row["topic"]) == ("denied", "hub-denied", FEED)
    assert "s3cret" not in str(row)
    assert f"hub {HUB}" in wiredesk("feeds", "show", FEED).out
    assert wiredesk("status", "--json").json["hub_subscriptions"] == {"denied": 1}


def test_hubs_are_asked_again_at_the_operators_word(denied: Store) -> None:
    off = wiredesk("feeds", "websub", "--again")
    assert (off.code, "websub_callback_url" in off.err) == (2, True)
    callback = "websub_callback_url=https://news.example.org"
    assert (
        "1 subscriptions will be requested again now"
        in wiredesk("--set", callback, "feeds", "websub", "--again").out
    )


@pytest.mark.parametrize("url", ["news.example.org", "ftp://a.example", "https://a.example/?b", "https://["])
def test_a_callback_that_is_no_address_is_one_line(url: str) -> None:
    said = wiredesk("--set", f"websub_callback_url={url}", "config")
    assert said.code == 2
    assert said.err.startswith("wiredesk: setting websub_callback_url")
    assert said.err.count("\n") == 1


@pytest.mark.usefixtures("store")
def test_without_hubs_that_is_said() -> None:
    assert wiredesk("feeds", "websub").out == "no feed names a hub\n"

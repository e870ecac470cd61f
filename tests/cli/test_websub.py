"""`feeds websub`: subscriptions at hubs."""

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import NOW, added_feed, host_of
from worker.rows.hub_subscriptions import NewSubscription
from worker.store import Store, hubs

HUB, FEED = "https://hub.example/", "https://news.example/feed.xml"


@pytest.fixture
def denied(store: Store) -> Store:
    """A feed whose hub denied the subscription."""
    with store.begin() as db:
        feed_id = added_feed(db, FEED)
        hubs.name(db, feed_id, [NewSubscription(HUB, host_of(db, HUB), FEED, "t" * 43, "s3cret")], now=NOW)
        (one,) = hubs.of_feed(db, feed_id)
        hubs.deny(db, one, reason="hub-denied", detail="\x1b[31mnot for you", due_at=NOW)
    return store


def test_a_hub_subscription_is_listed_with_its_trouble_and_without_its_secret(denied: Store) -> None:
    said = wiredesk("feeds", "websub")
    assert HUB in said.out
    assert "denied" in said.out
    assert "\x1b" not in said.out
    (row,) = wiredesk("feeds", "websub", "--feed", FEED, "--json").json
    assert (row["state"], row["reason"], row["topic"]) == ("denied", "hub-denied", FEED)
    assert "s3cret" not in str(row)
    assert f"hub {HUB}" in wiredesk("feeds", "show", FEED).out
    assert wiredesk("status", "--json").json["hub_subscriptions"] == {"denied": 1}


def test_again_makes_the_requests_to_hubs_due_now(denied: Store) -> None:
    off = wiredesk("feeds", "websub", "--again")
    assert (off.code, "websub_callback_url" in off.err) == (2, True)
    callback = "websub_callback_url=https://news.example.org"
    assert (
        "1 subscription will be requested again now"
        in wiredesk("--set", callback, "feeds", "websub", "--again").out
    )


@pytest.mark.parametrize("url", ["news.example.org", "ftp://a.example", "https://a.example/?b", "https://["])
def test_an_invalid_callback_address_is_one_line(url: str) -> None:
    said = wiredesk("--set", f"websub_callback_url={url}", "config")
    assert said.code == 2
    assert said.err.startswith("wiredesk: setting websub_callback_url")
    assert said.err.count("\n") == 1


@pytest.mark.usefixtures("store")
def test_without_hubs_the_list_says_so() -> None:
    assert wiredesk("feeds", "websub").out == "no feed names a hub\n"

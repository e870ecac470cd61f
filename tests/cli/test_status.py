"""How everything is, at the terminal."""

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import added_feed, polled, refused_entry, stored_article
from worker.outcome import Reason
from worker.store import Store

FEED = "https://news.example/feed.xml"


def test_the_counts_are_shown_and_add_up(store: Store, broker: str) -> None:
    with store.begin() as db:
        number = added_feed(db, FEED)
        refused_entry(db, number, "https://news.example/a", Reason.PAYWALL)
        stored_article(db, title="Storm\x1b[2J", feed_id=number)

    text, data = wiredesk("status").out, wiredesk("status", "--json").json

    assert "1 stored" in text
    assert "paywall 1" in text
    assert "\x1b[2J" not in text
    assert data["identity"]["holds"]
    assert data["refusals"] == {"paywall": 1}
    assert data["queues"] == dict.fromkeys(("schedule", "poll", "fetch", "extract", "deliver"), 0)


def test_no_internet_is_said_in_words(store: Store, broker: str) -> None:
    with store.begin() as db:
        polled(db, added_feed(db, FEED), new=0, errors=1, ok=False, reason=Reason.DNS_FAILED)
    assert "No internet? None of the 1 feeds polled so far can be reached" in wiredesk("status").out


def test_a_single_failing_feed_is_no_lack_of_internet(store: Store, broker: str) -> None:
    with store.begin() as db:
        polled(db, added_feed(db, FEED), new=0, errors=1, ok=False, reason=Reason.DNS_FAILED)
        polled(db, added_feed(db, "https://other.example/feed"), new=0)
    assert "No internet?" not in wiredesk("status").out


@pytest.mark.usefixtures("store")
def test_a_broker_that_is_away_is_said_and_the_rest_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://127.0.0.1:1/0")
    said = wiredesk("status")
    assert said.code == 0
    assert "Redis is away" in said.out
    assert "0 stored" in said.out


@pytest.mark.usefixtures("store", "broker")
def test_a_service_without_a_contact_is_told_to_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "WIREDESK_CONTACT" in wiredesk("status").out
    monkeypatch.setenv("WIREDESK_CONTACT", "desk@example.org")
    assert "WIREDESK_CONTACT" not in wiredesk("status").out


def test_counts_that_do_not_add_up_are_a_warning(store: Store, broker: str) -> None:
    with store.begin() as db:
        polled(db, added_feed(db, FEED), new=5)
    assert "do not add up: 5 entries discovered, 0 accounted for" in " ".join(wiredesk("status").out.split())

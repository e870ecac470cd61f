"""`wiredesk status`: counts and warnings."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import added_feed, polled, refused_entry, stored_article
from worker.cli.running import servers
from worker.embedded import DataDirectory
from worker.outcome import Reason
from worker.store import Store
from worker.store.db import run
from worker.store.rule_misses import Missed, WatchedSelector, missed

FEED = "https://news.example/feed.xml"


def test_status_shows_counts_that_add_up(store: Store, broker: str) -> None:
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


def test_while_a_run_starts_status_and_doctor_say_so_without_waiting_for_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Any wait would fail: the clock that it counts by does not exist.
    monkeypatch.setattr(servers, "time", None)
    held = DataDirectory(home / "data", is_run=True)

    said, data = wiredesk("status"), wiredesk("status", "--json").json

    assert (said.code, said.out) == (0, "starting: the run in data does not have its servers yet\n")
    assert data == {"runs": False, "starting": True}
    assert "start  workers      a run is starting its servers" in wiredesk("doctor").out
    held.release()


def test_doctor_does_not_call_a_schema_wrong_that_a_starting_run_migrates(
    home: Path, store: Store, broker: str
) -> None:
    with store.begin() as db:
        run(db, "DELETE FROM alembic_version")
    assert "WRONG  migrations" in wiredesk("doctor").out
    held = DataDirectory(home / "data", is_run=True)
    said = wiredesk("doctor")
    assert (said.code, "start  migrations" in said.out) == (0, True)
    held.release()


def test_a_warning_says_when_no_feed_can_be_reached(store: Store, broker: str) -> None:
    with store.begin() as db:
        polled(db, added_feed(db, FEED), new=0, errors=1, ok=False, reason=Reason.DNS_FAILED)
    assert "No internet? None of the 1 feeds polled so far can be reached" in wiredesk("status").out


def test_one_failing_feed_does_not_warn_about_the_internet(store: Store, broker: str) -> None:
    with store.begin() as db:
        polled(db, added_feed(db, FEED), new=0, errors=1, ok=False, reason=Reason.DNS_FAILED)
        polled(db, added_feed(db, "https://other.example/feed"), new=0)
    assert "No internet?" not in wiredesk("status").out


@pytest.mark.usefixtures("store")
def test_status_works_without_redis_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://127.0.0.1:1/0")
    said = wiredesk("status")
    assert said.code == 0
    assert "Redis is away" in said.out
    assert "0 stored" in said.out


@pytest.mark.usefixtures("store", "broker")
def test_a_missing_contact_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "WIREDESK_CONTACT" in wiredesk("status").out
    monkeypatch.setenv("WIREDESK_CONTACT", "desk@example.org")
    assert "WIREDESK_CONTACT" not in wiredesk("status").out


def test_counts_that_do_not_add_up_are_a_warning(store: Store, broker: str) -> None:
    with store.begin() as db:
        polled(db, added_feed(db, FEED), new=5)
    assert "do not add up: 5 entries discovered, 0 accounted for" in " ".join(wiredesk("status").out.split())


def test_an_address_in_a_command_to_copy_is_quoted(store: Store, broker: str) -> None:
    with store.begin() as db:
        what = WatchedSelector("news.toml", "body", "news.example")
        missed(db, [Missed(what, True, 12, "https://news.example/$(id);x'&y")], now=datetime.now(UTC))
    said = "".join(wiredesk("status").out.split())
    assert """'https://news.example/$(id);x'"'"'&y'""" in said


def test_a_rule_that_stopped_matching_is_a_warning_with_the_command_to_run(store: Store, broker: str) -> None:
    now = datetime.now(UTC)
    with store.begin() as db:
        lacking = [
            Missed(WatchedSelector("news.toml", key, "news.example"), True, pages, "https://news.example/a")
            for key, pages in (("body", 12), ("title", 1))
        ]
        missed(db, lacking, now=now)
    said = " ".join(wiredesk("status").out.split())
    assert (
        "news.example has changed? body of the rule news.toml matched nothing on its last 12 pages: "
        "`wiredesk rules test https://news.example/a`" in said
    )
    assert "title of the rule news.toml matched nothing on its last page:" in said
    assert [rule["pages"] for rule in wiredesk("status", "--json").json["stopped_rules"]] == [12, 1]

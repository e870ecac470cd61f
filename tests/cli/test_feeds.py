"""`wiredesk feeds`: subscriptions and their health."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import NOW, discovered_entry, polled, refused_entry
from worker.feeds import opml
from worker.model import FeedState
from worker.outcome import Reason
from worker.store import Store, feed_conditions, feeds, gaps

ONE, TWO = "https://one.example/feed", "https://two.example/feed.xml"


def listed() -> dict[str, dict[str, object]]:
    return {feed["url"]: feed for feed in wiredesk("feeds", "list", "--json").json}


def feed_id(store: Store, url: str) -> int:
    with store.begin() as db:
        found = feeds.find(db, url)
    assert found is not None
    return found


@pytest.fixture
def subscribed(store: Store) -> Store:
    wiredesk("feeds", "add", ONE, TWO)
    return store


@pytest.mark.usefixtures("store")
def test_feeds_are_added_and_listed() -> None:
    assert wiredesk("feeds", "list").out == "no feeds\n"
    assert wiredesk("feeds", "add", ONE, TWO, "--label", "world").out == "2 feeds subscribed\n"
    assert wiredesk("feeds", "add", ONE, "--label", "mine").out == "0 feeds subscribed, 1 known before\n"
    assert listed()[ONE]["labels"] == ["mine", "world"]
    assert TWO in wiredesk("feeds", "list").out


@pytest.mark.usefixtures("store")
def test_a_bad_address_is_reported_and_the_good_ones_are_taken() -> None:
    said = wiredesk("feeds", "add", ONE, "ftp://example.org/feed")
    assert said.code == 0
    assert said.out == "1 feed subscribed\n"
    assert "ftp://example.org/feed" in said.err
    assert wiredesk("feeds", "add", "nonsense").code == 2


def test_a_feed_is_paused_resumed_and_removed_by_id_or_address(subscribed: Store) -> None:
    number = str(feed_id(subscribed, ONE))
    assert wiredesk("feeds", "pause", number, TWO).out.count("is paused") == 2
    assert listed()[ONE]["state"] == "paused"
    assert wiredesk("feeds", "resume", ONE).out == f"feed {number} is active\n"
    assert wiredesk("feeds", "remove", ONE).out == f"feed {number} removed\n"
    assert set(listed()) == {TWO}
    assert "there is no feed" in wiredesk("feeds", "pause", ONE).err


def test_a_feed_gets_a_title_and_labels_that_its_document_does_not_change(subscribed: Store) -> None:
    number = feed_id(subscribed, ONE)
    said = wiredesk("feeds", "edit", ONE, "--title", "The One", "--label", "world", "--label", "daily")
    assert said.out == f"feed {number}: title The One; labels daily, world\n"
    said = wiredesk("feeds", "edit", ONE, "--unlabel", "daily", "--interval", "15min")
    assert said.out == f"feed {number}: title The One; labels world; interval 15 min\n"

    with subscribed.begin() as db:
        polled(db, number, new=0, title="Its own title")
    assert listed()[ONE]["title"] == "The One"

    assert "title from its document" in wiredesk("feeds", "edit", ONE, "--title", "").out
    with subscribed.begin() as db:
        polled(db, number, new=0, title="Its own title")
    assert listed()[ONE]["title"] == "Its own title"
    assert wiredesk("feeds", "edit", ONE, "--label", " ").code == 2


def test_a_feed_is_polled_now_unless_it_is_paused(subscribed: Store) -> None:
    number = feed_id(subscribed, ONE)
    with subscribed.begin() as db:
        polled(db, number, new=0, due_at=datetime.now(UTC) + timedelta(days=1))
    assert wiredesk("feeds", "poll", ONE).out == f"feed {number} is polled now, once `wiredesk run` runs\n"
    due_at = datetime.fromisoformat(wiredesk("feeds", "show", ONE, "--json").json["due_at"])
    assert due_at <= datetime.now(UTC)

    wiredesk("feeds", "pause", ONE)
    said = wiredesk("feeds", "poll", ONE)
    assert said.code == 2
    assert f"feed {number} is paused: `wiredesk feeds resume {number}`" in said.err


def test_a_retired_feed_is_resumed_and_cannot_be_paused(subscribed: Store) -> None:
    number = feed_id(subscribed, ONE)
    with subscribed.begin() as db:
        polled(db, number, new=0, state=FeedState.RETIRED, due_at=None, reason=Reason.HTTP_GONE)
    assert "cannot be paused" in wiredesk("feeds", "pause", ONE).err
    assert "is active" in wiredesk("feeds", "resume", ONE).out


def test_show_prints_the_entries_of_a_feed_and_their_outcomes(subscribed: Store) -> None:
    with subscribed.begin() as db:
        number = feed_id(subscribed, ONE)
        discovered_entry(db, number, "https://one.example/1", title="On its way")
        refused_entry(db, number, "https://one.example/2", Reason.ROBOTS, title="Not \x1b[1mallowed")
        polled(db, number, new=0, due_because="its rhythm of about 2 entries a day")

    text, data = wiredesk("feeds", "show", ONE).out, wiredesk("feeds", "show", ONE, "--json").json

    assert "On its way" in text
    assert re.search(r"next poll +\d{4}-\d\d-\d\d .*: its rhythm of about 2 entries a day\n", text)
    assert "robots 1" in text
    assert "\x1b" not in text
    assert data["identity"] == {
        "discovered": 2, "stored": 0, "duplicate": 0, "refused": 1, "waiting": 1, "holds": True
    }  # fmt: skip


def test_failing_lists_only_feeds_whose_last_poll_failed(subscribed: Store) -> None:
    with subscribed.begin() as db:
        polled(db, feed_id(subscribed, TWO), new=0, errors=3, ok=False, reason=Reason.DNS_FAILED)
    said = wiredesk("feeds", "list", "--failing")
    assert "dns-failed" in said.out
    assert ONE not in said.out


def test_feeds_with_a_condition_are_listed_and_shown_with_the_reason(subscribed: Store) -> None:
    quiet = feed_id(subscribed, TWO)
    with subscribed.begin() as db:
        feed_conditions.begin(db, {(quiet, "moved"): "it was at http://two.example"}, now=NOW)
        feed_conditions.end(db, [(quiet, "moved")], now=NOW)
        feed_conditions.begin(db, {(quiet, "quiet"): "nothing new since May"}, now=NOW)
    found = wiredesk("feeds", "list", "--unwell").out
    assert "quiet: nothing new since May" in found
    assert ONE not in found
    assert wiredesk("feeds", "list", "--json").json[0]["url"] == TWO, "those in trouble come first"
    shown = wiredesk("feeds", "show", TWO).out
    assert "since 2026-05-04T12:00: nothing new since May" in shown
    assert "was moved" in shown
    status = wiredesk("status").out
    assert "not well: (quiet 1)" in status
    assert f"`wiredesk feeds show {quiet}`" in status


def test_gaps_are_listed(subscribed: Store) -> None:
    assert wiredesk("feeds", "gaps").out == "no gaps\n"
    with subscribed.begin() as db:
        gaps.record(db, feed_id(subscribed, ONE), noticed_at=NOW, since=NOW, before="Last seen", after="Next")
    assert "Last seen" in wiredesk("feeds", "gaps", "--feed", ONE).out
    assert wiredesk("feeds", "gaps", "--feed", TWO, "--json").json == []


@pytest.mark.usefixtures("store")
def test_an_imported_opml_list_is_exported_with_its_folders(home: Path) -> None:
    body = opml.write(
        [opml.OpmlFeed(ONE, "The One", ("World",)), opml.OpmlFeed(TWO, "The Two")], title="List"
    )
    (home / "list.opml").write_bytes(body)

    assert wiredesk("feeds", "import", "list.opml").out == "2 feeds subscribed\n"
    assert wiredesk("feeds", "export", "copy.opml").out == "2 feeds written to copy.opml\n"

    assert {feed.url: feed.title for feed in opml.read((home / "copy.opml").read_bytes())} == {
        ONE: "The One",
        TWO: "The Two",
    }
    exported = opml.read(wiredesk("feeds", "export").out.encode())
    assert [(feed.url, feed.folders) for feed in exported] == [(TWO, ()), (ONE, ("World",))]


@pytest.mark.usefixtures("store")
def test_labels_and_listings_survive_export_and_import() -> None:
    wiredesk("feeds", "add", ONE, "--label", "world", "--label", "mine")
    wiredesk("feeds", "add", TWO, "--listing", "--selector", "main h2 > a")
    before = {url: feed["labels"] for url, feed in listed().items()}
    wiredesk("feeds", "export", "copy.opml")
    wiredesk("feeds", "remove", ONE, TWO)

    assert wiredesk("feeds", "import", "copy.opml").out == "2 feeds subscribed\n"

    assert {url: feed["labels"] for url, feed in listed().items()} == before
    assert 'type="listing"' in wiredesk("feeds", "export").out
    assert 'selector="main h2 &gt; a"' in wiredesk("feeds", "export").out


@pytest.mark.usefixtures("store")
def test_an_invalid_selector_or_one_without_listing_is_refused() -> None:
    said = wiredesk("feeds", "add", ONE, "--listing", "--selector", "h2 >> a")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "not a CSS selector" in said.err
    assert "--listing" in wiredesk("feeds", "add", ONE, "--selector", "h2 a").err


@pytest.mark.usefixtures("store")
def test_a_text_file_with_one_url_a_line_is_imported(home: Path) -> None:
    (home / "list.txt").write_text(f"# mine\n{ONE}  the first\n\n{TWO}\nnonsense\n")
    said = wiredesk("feeds", "import", "list.txt", "--json")
    assert len(said.json["added"]) == 2
    assert json.loads(said.out)["bad"][0]["url"] == "nonsense"


def test_settings_of_a_feed_are_shown_and_removed(subscribed: Store) -> None:
    number = feed_id(subscribed, ONE)
    said = wiredesk("feeds", "set", ONE, "--interval", "15min", "--max-age", "7d", "--no-full-text")
    assert said.out == f"feed {number}: interval 15 min, max_age 7 d, full_text no\n"
    assert wiredesk("feeds", "show", ONE, "--json").json["settings"]["interval"] == 900
    assert (
        wiredesk("feeds", "set", ONE, "--unset", "interval", "--unset", "full_text").out
        == f"feed {number}: max_age 7 d\n"
    )
    assert wiredesk("feeds", "set", TWO).out.endswith("nothing is set for it\n")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--interval", "soon"], "15min"),
        (["--interval", "1s"], "10 s"),
        (["--max-age", "-3d"], "7d"),
        (["--user-agent", "a\nb"], "one line"),
        (["--interval", "1h", "--unset", "interval"], "either set it or remove it"),
        (["--unset", "colour"], "colour"),
    ],
)
def test_a_bad_setting_of_a_feed_is_one_line(subscribed: Store, arguments: list[str], named: str) -> None:
    said = wiredesk("feeds", "set", ONE, *arguments)
    assert said.code == 2
    assert named in said.err
    assert said.err.count("\n") == 1


def test_the_feed_that_a_site_names_is_shown_and_taken(subscribed: Store) -> None:
    number, new = feed_id(subscribed, ONE), "https://one.example/new"
    assert "names no other feed" in wiredesk("feeds", "move", ONE).err
    with subscribed.begin() as db:
        feeds.offer(db, number, new)
    assert f"{new}: `wiredesk feeds move {number}` takes it" in wiredesk("feeds", "show", ONE).out
    assert wiredesk("feeds", "move", ONE).out == f"feed {number} is now {new}; it is polled at once\n"
    assert new in listed()
    taken = wiredesk("feeds", "move", new, TWO)
    assert (taken.code, "another feed has the address" in taken.err) == (2, True)
    assert wiredesk("feeds", "move", new, "ftp://one.example").code == 2

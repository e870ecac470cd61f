"""`feeds check`: a dry run, from the address of a feed to what would be stored."""

from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from tests.site import Site, faults


@pytest.fixture(autouse=True)
def _may_fetch_from_here(loopback: None) -> None:
    """The site is on this machine."""


def test_check_extracts_the_first_pages_and_stores_nothing(site: Site, home: Path) -> None:
    host = site.host("The Test Times")
    feed = host.feed("/feed.xml", articles=1)
    feed.add(host.article("Private", path="/private/1"))
    host.robots("User-agent: *\nDisallow: /private/\n")

    data = wiredesk("feeds", "check", feed.url, "--json").json

    assert data["title"] == "The Test Times"
    assert [entry["verdict"] for entry in data["entries"]] == ["robots", "article"]
    assert "words" in wiredesk("feeds", "check", feed.url).out
    assert list(home.iterdir()) == []


def test_check_requests_no_more_pages_than_given(site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", articles=3)
    entries = wiredesk("feeds", "check", feed.url, "--pages", "0", "--json").json["entries"]
    assert [entry["verdict"] for entry in entries] == ["page"] * 3
    assert {hit.target for hit in site.hits(host.home)} == {"/feed.xml"}


def test_check_shows_why_an_entry_would_not_be_ingested(site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", "atom")
    gone = host.article("Gone")
    feed.add(gone)
    host.remove(gone.url)
    feed.add(host.article("Listed twice"), guid="a")
    feed.add(host.article("Not linked"), link="", guid="b", summary="Only here.", content=None)
    feed.items.append(feed.items[1])

    verdicts = {
        e["title"]: e["verdict"] for e in wiredesk("feeds", "check", feed.url, "--json").json["entries"]
    }

    assert verdicts["Gone"] == "http-gone"
    assert verdicts["Not linked"] == "text"
    assert verdicts["Listed twice"] == "duplicate"


def test_check_of_a_web_page_offers_the_feeds_it_declares(site: Site) -> None:
    host = site.host()
    head = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    url = host.put("/", f"<html><head>{head}</head><body><p>Front page</p></body></html>")

    said = wiredesk("feeds", "check", url)

    assert said.code == 1
    assert "not-a-feed" in said.out
    assert f"perhaps {host.home}/feed.xml" in said.out


def test_check_of_a_failing_feed_has_exit_code_1(site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml")
    host.fault(feed.url, faults.status(503))
    said = wiredesk("feeds", "check", feed.url)
    assert said.code == 1
    assert "No feed: http-server-error" in said.out or "rate-limited" in said.out


def test_check_requests_no_page_from_a_host_whose_robots_txt_fails(site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", articles=1)
    host.fault("/robots.txt", faults.status(500))
    entries = wiredesk("feeds", "check", feed.url, "--json").json["entries"]
    assert entries[0]["verdict"] == "robots-unreachable"


def test_check_applies_host_settings_and_honoured_reservations(
    site: Site, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, other = site.host(), site.host()
    path = host.article("Reserved").url.removeprefix(host.home)
    page = host.reply(path).body
    feed = host.feed("/feed.xml")
    feed.add(host.article("Reserved", path="/x"), link=host.put(path, page, X_Robots_Tag="noai"))
    feed.add(other.article("Of the feed alone"))
    (home / "config").mkdir()
    (home / "config" / "hosts.toml").write_text(f'["{other.home}"]\nfull_text = false\n')
    monkeypatch.setenv("WIREDESK_RIGHTS_HONOURED", '["noai"]')

    entries = wiredesk("feeds", "check", feed.url, "--json").json["entries"]

    assert {entry["title"]: entry["verdict"] for entry in entries} == {
        "Reserved": "reserved",
        "Of the feed alone": "text",
    }
    assert site.hits(other.home) == []

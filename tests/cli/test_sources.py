"""The lists that subscriptions come from."""

import re
from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from tests.site import Site
from worker.cli.commands.run import subscribe_to
from worker.cli.sources import gather
from worker.cli.terminal.errors import UserError
from worker.config.load import defaults_dir
from worker.config.settings import Settings
from worker.feeds import opml
from worker.services.operator.subscribe import Wish
from worker.store import Store

LOOPBACK = Settings(fetch_allow_networks=("127.0.0.0/8",))  # type: ignore[arg-type]
LIST = opml.write([opml.OpmlFeed("https://one.example/feed", "One")], title="x")


def test_an_address_of_an_opml_list_gives_the_feeds_in_it(site: Site) -> None:
    url = site.host().put("/list", LIST, "text/x-opml")
    assert gather(url, LOOPBACK) == [Wish("https://one.example/feed", "One")]


def test_any_other_address_is_the_feed_even_if_unreachable(site: Site) -> None:
    feed = site.host().feed(articles=1)
    assert gather(feed.url, LOOPBACK) == [Wish(feed.url)]
    assert gather("http://127.0.0.1:9/feed", LOOPBACK) == [Wish("http://127.0.0.1:9/feed")]


def test_a_web_page_that_names_its_feed_is_offered_that_feed(
    site: Site, store: Store, loopback: None
) -> None:
    host = site.host()
    feed = host.feed(articles=1)
    page = host.put(
        "/", f'<!doctype html><link rel="alternate" type="application/rss+xml" href="{feed.url}">'
    )

    added = wiredesk("feeds", "add", page)

    words = f"{page} is a web page; its feed is {feed.url}: `wiredesk"
    assert (added.code, added.out) == (2, "0 feeds subscribed\n")
    assert added.err == f"not subscribed: {words} feeds add {feed.url}`\n"
    with pytest.raises(UserError, match=re.escape(f"{words} run --feeds {feed.url}`")):
        subscribe_to(store, page, LOOPBACK)
    assert wiredesk("feeds", "add", page, "--listing").code == 0
    assert wiredesk("feeds", "add", feed.url).out == "1 feed subscribed\n"


def test_a_file_is_an_opml_list_or_a_text_with_addresses(home: Path) -> None:
    (home / "list").write_bytes(LIST)
    (home / "text").write_text("https://two.example/\n")
    assert [wish.url for wish in gather("list", LOOPBACK)] == ["https://one.example/feed"]
    assert [wish.url for wish in gather("text", LOOPBACK)] == ["https://two.example/"]
    with pytest.raises(UserError, match="Is a directory"):
        gather(".", LOOPBACK)


def test_the_default_list_is_used_only_if_no_feed_is_subscribed(store: Store) -> None:
    listed = opml.read((defaults_dir() / "feeds.opml").read_bytes())
    assert len(listed) >= 24

    default, contact, said = subscribe_to(store, None, LOOPBACK)
    assert "name others with --feeds" in default
    assert "WIREDESK_CONTACT" in contact
    assert said.startswith(f"{len({feed.url for feed in listed})} feeds subscribed from ")
    assert subscribe_to(store, None, LOOPBACK) == []
    assert len(wiredesk("feeds", "list", "--json").json) == len({feed.url for feed in listed})


def test_a_named_list_is_added_to_the_existing_subscriptions(store: Store, home: Path) -> None:
    (home / "list").write_text("https://one.example/feed\nnonsense\n")
    subscribe_to(store, "list", LOOPBACK)
    said = subscribe_to(store, "list", LOOPBACK)
    assert said[0] == "0 feeds subscribed from list, 1 known before"
    assert said[1].startswith("not subscribed: 'nonsense'")

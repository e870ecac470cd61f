"""An article that was made from its feed's own text is revised when the feed edits that text."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.services.service import Service
from tests.services.test_extract import fetched_only
from tests.site import Site, SiteFeed, SiteHost, faults
from tests.site.host import START
from tests.site.prose import prose

Make = Callable[..., Service]

TEXT = prose("the note as it was first printed")
ADDED = f"{TEXT}\n\n{prose('a paragraph that the desk added later', paragraphs=1)}"
REWRITTEN = prose("another note altogether")


def html(text: str) -> str:
    return "".join(f"<p>{part}</p>" for part in text.split("\n\n"))


def note(host: SiteHost, text: str, *, link: str = "", format: str = "atom") -> SiteFeed:
    """A feed with one item that carries its text; without `link` it is an item without a page."""
    feed = host.feed(format=format)
    feed.add(host.article("Unused", path="/unused"), link=link, guid="note-1", content=html(text))
    return feed


def edit(feed: SiteFeed, text: str) -> None:
    feed.items[0] = replace(feed.items[0], content=html(text))


def polled(service: Service) -> None:
    service.later(hours=2)
    service.work()


def text_of(service: Service) -> str:
    (row,) = service.read("articles", "text")
    return str(row["text"])


@pytest.fixture
def service(make_service: Make) -> Service:
    """A service that polls often."""
    return make_service(poll_cap_seconds=600.0)


@pytest.mark.parametrize("format", ["atom", "rss", "json"])
@pytest.mark.parametrize("new", [ADDED, REWRITTEN], ids=["a paragraph more", "all of it"])
def test_an_edit_of_an_item_without_a_link_is_a_revision(
    service: Service, site: Site, new: str, format: str
) -> None:
    feed = note(site.host(), TEXT, format=format)
    service.subscribe(feed.url)
    service.work()
    assert (service.change_kinds(), text_of(service)) == (["created"], TEXT)
    edit(feed, new)
    polled(service)
    assert (service.change_kinds(), text_of(service)) == (["created", "revised"], new)
    assert service.identity().holds


def test_each_of_several_edits_is_a_revision(service: Service, site: Site) -> None:
    feed = note(site.host(), TEXT)
    service.subscribe(feed.url)
    service.work()
    for text in (ADDED, REWRITTEN, TEXT):
        edit(feed, text)
        polled(service)
    assert service.change_kinds() == ["created", "revised", "revised", "revised"]
    assert text_of(service) == TEXT


def test_an_item_without_a_link_that_is_not_edited_is_not_revised(service: Service, site: Site) -> None:
    feed = note(site.host(), TEXT)
    service.subscribe(feed.url)
    service.work()
    for _ in range(3):
        feed.title = f"{feed.title}."
        polled(service)
    assert service.change_kinds() == ["created"]
    assert service.count("pages") == 1


def test_an_item_whose_text_is_taken_back_keeps_its_article(service: Service, site: Site) -> None:
    feed = note(site.host(), TEXT)
    service.subscribe(feed.url)
    service.work()
    feed.items[0] = replace(feed.items[0], content=None, summary=None)
    polled(service)
    assert (service.change_kinds(), text_of(service)) == (["created"], TEXT)
    assert [row["state"] for row in service.read("entries", "state")] == ["stored"]


def test_an_item_that_was_refused_for_its_short_text_is_stored_when_it_grows(
    service: Service, site: Site
) -> None:
    feed = note(site.host(), "Details follow.")
    service.subscribe(feed.url)
    service.work()
    assert service.identity().refused == 1
    edit(feed, TEXT)
    polled(service)
    assert (service.change_kinds(), text_of(service)) == (["created"], TEXT)
    assert service.identity().holds


@pytest.mark.parametrize("status", [403, 404, 410, 500])
@pytest.mark.parametrize("new", [ADDED, REWRITTEN], ids=["a paragraph more", "all of it"])
def test_an_edit_of_an_item_whose_page_is_missing_is_a_revision_and_removes_nothing(
    make_service: Make, site: Site, status: int, new: str
) -> None:
    service = make_service(poll_cap_seconds=600.0, fetch_tries=1)
    host = site.host()
    link = host.put("/note", "")
    host.fault(link, faults.status(status))
    feed = note(host, TEXT, link=link)
    service.subscribe(feed.url)
    service.work()
    assert text_of(service) == TEXT
    for text in (new, TEXT, new, TEXT, new):
        edit(feed, text)
        polled(service)
    assert service.change_kinds() == ["created", *["revised"] * 5]
    assert text_of(service) == new
    assert service.identity().holds


def test_a_page_that_appears_after_all_is_preferred_to_the_feeds_text(service: Service, site: Site) -> None:
    host = site.host()
    page = host.article("The note", path="/note", text=f"{TEXT}\n\n{prose('only the page has this')}")
    host.fault(page.url, faults.status(404))
    feed = note(host, TEXT, link=page.url)
    service.subscribe(feed.url)
    service.work()
    host.heal()
    edit(feed, ADDED)
    polled(service)
    assert service.change_kinds() == ["created", "revised"]
    assert text_of(service) == page.text


def test_an_edit_reaches_the_article_of_a_page_that_shows_too_little(service: Service, site: Site) -> None:
    host = site.host()
    link = host.put("/note", "<html><body><h1>The note</h1><p>Read it in our feed.</p></body></html>")
    feed = note(host, TEXT, link=link)
    service.subscribe(feed.url)
    service.work()
    assert text_of(service) == TEXT
    edit(feed, ADDED)
    polled(service)
    assert (service.change_kinds(), text_of(service)) == (["created", "revised"], ADDED)


def test_the_article_of_a_page_that_was_there_is_removed_with_its_page(
    make_service: Make, site: Site
) -> None:
    service = make_service(poll_cap_seconds=600.0, look_again_seconds=(900.0,))
    host = site.host()
    link = host.put("/note", "<html><body><h1>The note</h1><p>Read it in our feed.</p></body></html>")
    feed = note(host, TEXT, link=link)
    service.subscribe(feed.url)
    service.work()
    host.remove(link)
    for _ in range(4):
        service.later(hours=7)
        service.work()
    assert service.change_kinds() == ["created", "removed"]


def test_an_edit_between_the_fetch_and_the_extraction_of_a_page_is_not_lost(
    service: Service, site: Site
) -> None:
    host = site.host()
    page = host.article("The note", path="/note", text=TEXT)
    feed = host.feed(format="atom")
    feed.add(page)
    service.subscribe(feed.url)
    message = fetched_only(service)
    page.edit(text=ADDED, modified=START + timedelta(hours=1))
    feed.items[0] = replace(feed.items[0], updated=START + timedelta(hours=1))
    service.later(minutes=1)
    (held,) = service.read("hosts", "id", "lease")
    service.change("feeds", {"due_at": service.now()})
    service.change("hosts", {"poll_due_at": service.now(), "free_at": service.now()})
    service.do("poll", [(held["id"], held["lease"])])
    assert service.read("entries", "state", "updated") == [
        {"state": "fetched", "updated": START + timedelta(hours=1)}
    ]
    service.do("extract", message)
    service.work()
    assert (service.change_kinds(), text_of(service)) == (["created", "revised"], ADDED)


def test_an_edit_reaches_the_article_where_only_the_feed_is_wanted(
    make_service: Make, site: Site, tmp_path: Path
) -> None:
    host = site.host()
    hosts_file = tmp_path / "hosts.toml"
    hosts_file.write_text(f'["{host.home}"]\nfull_text = false\n')
    service = make_service(poll_cap_seconds=600.0, hosts_file=hosts_file)
    page = host.article("The note", path="/note")
    feed = note(host, TEXT, link=page.url)
    service.subscribe(feed.url)
    service.work()
    edit(feed, ADDED)
    polled(service)
    assert (service.change_kinds(), text_of(service)) == (["created", "revised"], ADDED)
    hits: Any = site.hits(page.url)
    assert hits == []

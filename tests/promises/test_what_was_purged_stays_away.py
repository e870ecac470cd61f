"""Once the operator has purged an article, nothing brings it back, and the change log says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.service import Service
from tests.site import Site
from tests.site.faults import moved
from tests.site.host import SiteArticle, SiteFeed, SiteHost
from worker.model import ChangeKind
from worker.services.operator.purge import purge
from worker.store import changes, entries, pages, reading, tombstones
from worker.store.tombstones import Selection

SECRET = "Zyxwvut"
"""A word that occurs nowhere else."""

TABLES = (
    *("articles", "revisions", "entries", "pages", "gaps", "changes", "tombstones", "story_bands"),
    "sightings",
)


class World:
    """A service that has stored an article which is then purged, and another that stays."""

    def __init__(self, service: Service, host: SiteHost) -> None:
        self.service, self.host = service, host
        self.article: SiteArticle = host.article(f"The {SECRET} affair", path="/affair")
        self.other = host.article("Ferry")
        self.feed: SiteFeed = host.feed()
        self.feed.add(self.article, content=f"<p>{SECRET} denies it.</p>")
        self.feed.add(self.other)
        service.subscribe(self.feed.url)
        service.work()
        assert service.count("articles") == 2

    def say(self, **changes: object) -> None:
        """The feed says something else of the article from now on."""
        self.feed.items[1] = replace(self.feed.items[1], **changes)  # type: ignore[arg-type]

    def purge(self) -> None:
        (found,) = self.service.read("articles", "id", "key", url=self.article.url)
        self.id, self.key = found["id"], found["key"]
        done = purge(self.service.store, Selection(keys=(self.key,)), now=self.service.now())
        assert done.articles == 1

    def stays_away(self) -> None:
        """Only the other article is stored, every entry has ended, and the article has one `purged` line."""
        service = self.service
        service.work()
        assert [row["url"] for row in service.read("articles", "url")] == [self.other.url]
        assert service.identity().holds
        lines = [row["kind"] for row in service.read("changes", "kind", article_id=self.id)]
        assert (lines[-1], lines.count(ChangeKind.PURGED)) == (ChangeKind.PURGED, 1)
        # Its feed's document names it still, but nothing that was printed is stored.
        found = {
            table: [row["row"] for row in service.ask(f"SELECT t::text AS row FROM {table} AS t")]
            for table in TABLES
        }
        assert {table: [row for row in rows if SECRET in row] for table, rows in found.items()} == {
            table: [] for table in TABLES
        }


@pytest.fixture
def world(service: Service, site: Site) -> World:
    return World(service, site.host())


def test_the_text_goes_with_its_revisions_and_pages_and_a_line_stays(world: World) -> None:
    world.article.edit(text=f"{world.article.text}\n\nOne more paragraph about {SECRET}.")
    world.say(title=f"The {SECRET} affair, updated")
    world.service.later(days=1)
    world.service.work()
    assert world.service.count("revisions") == 3
    world.purge()
    world.stays_away()
    assert world.service.refusals() == {"purged": 1}
    with world.service.store.begin() as db:
        (line,) = [line for line in changes.after(db, 0, limit=99) if line["kind"] == ChangeKind.PURGED]
        (gone,) = reading.changed_after(db, 0, limit=99).gone
    assert (line["key"], line["cause"], line["title"]) == (world.key, "operator", None)
    assert (gone["key"], gone["id"]) == (world.key, world.id)
    (stone,) = world.service.read("tombstones", "article_key", "article_id", key=world.key)
    assert stone == {"article_key": world.key, "article_id": world.id}


def _next_poll(world: World) -> None:
    world.service.later(days=1)


def _edit_in_the_feed(world: World) -> None:
    world.say(content=f"<p>More about {SECRET}.</p>")
    world.service.later(days=1)


def _corrected_link(world: World) -> None:
    world.say(link=world.host.article(f"The {SECRET} affair", path="/elsewhere").url)
    world.service.later(days=1)


def _another_feed(world: World) -> None:
    feed = world.host.feed("/other.xml")
    feed.add(world.article, guid="another")
    world.service.subscribe(feed.url)


def _link_with_parameters(world: World) -> None:
    feed = world.host.feed("/other.xml")
    feed.add(world.article, link=f"{world.article.url}?utm_source=feed", guid="another")
    world.service.subscribe(feed.url)


def _a_page_that_claims_the_address(world: World) -> None:
    html = f"""<html><head><title>The {SECRET} affair</title><link rel="canonical" href="{world.article.url}">
    </head><body><article><h1>The affair</h1><p>{world.article.text}</p></article></body></html>"""
    url = world.host.put("/print/affair", html)
    feed = world.host.feed("/other.xml")
    feed.add(world.article, link=url, guid="another")
    world.service.subscribe(feed.url)


def _retry(world: World) -> None:
    with world.service.store.begin() as db:
        assert entries.requeue(db, now=world.service.now()) == 0


def _reextraction(world: World) -> None:
    with world.service.store.begin() as db:
        pages.requeue(db, now=world.service.now())


@pytest.mark.parametrize(
    "returns",
    [
        _next_poll,
        _edit_in_the_feed,
        _corrected_link,
        _another_feed,
        _link_with_parameters,
        _a_page_that_claims_the_address,
        _retry,
        _reextraction,
    ],
    ids=lambda returns: returns.__name__.strip("_"),
)
def test_nothing_brings_it_back(world: World, returns: Callable[[World], None]) -> None:
    world.purge()
    returns(world)
    world.service.work()
    world.stays_away()


def test_a_page_that_was_fetched_before_the_purge_does_not_bring_it_back(
    service: Service, site: Site
) -> None:
    """Given a fetch under way when the entry is purged, when its page is extracted, it is refused."""
    world = World(service, site.host())
    world.article.edit(text=f"{world.article.text}\n\nOne more paragraph about {SECRET}.")
    world.say(content=f"<p>More about {SECRET}.</p>")
    service.later(days=1)
    service.tick()
    service.do(*service.queue.messages.pop(0))
    service.later(minutes=1)
    service.tick()
    service.do(*service.queue.messages.pop(0))
    assert [stage for stage, _ in service.queue.messages] == ["extract"]
    world.purge()
    world.stays_away()


def test_an_entry_that_names_a_purged_address_for_the_first_time_is_refused_without_its_text(
    service: Service, site: Site
) -> None:
    """Given an article behind a redirect, when another feed lists its own address, the entry is refused."""
    world = World(service, site.host())
    target = world.host.article(f"The {SECRET} report", path="/report").url
    link = f"{world.host.home}/short"
    world.host.fault(link, moved(target))
    world.feed.add(world.article, link=link, guid="short", title="A report")
    service.later(days=1)
    service.work()
    purge(service.store, Selection(url=target), now=service.now())
    feed = world.host.feed("/other.xml")
    feed.add(world.article, link=target, guid="other")
    service.subscribe(feed.url)
    service.work()
    (entry,) = service.read("entries", "state", "reason", "title", "summary", url=target)
    assert entry == {"state": "refused", "reason": "purged", "title": None, "summary": None}


def test_a_pattern_purges_all_addresses_that_it_matches_as_a_whole(service: Service, site: Site) -> None:
    world = World(service, site.host())
    none = purge(service.store, Selection(url=f"{world.host.home}/aff"), now=service.now())
    assert (none.articles, none.entries) == (0, 0)
    with service.store.begin() as db:
        assert tombstones.count(db, Selection(url=f"{world.host.home}/aff*"))["articles"] == 1
    done = purge(service.store, Selection(url=f"{world.host.home}/aff*"), now=service.now())
    assert done.articles == 1
    assert [row["url"] for row in service.read("articles", "url")] == [world.other.url]


def test_a_publisher_goes_with_all_its_articles_and_waiting_entries(service: Service, site: Site) -> None:
    world = World(service, site.host())
    broken = world.host.article("Too short", text="Nothing.")
    world.feed.add(broken)
    service.later(hours=8)
    service.work()
    (publisher,) = service.read("publishers", "site")
    done = purge(service.store, Selection(publisher=publisher["site"]), now=service.now())
    assert (done.articles, done.entries) == (2, 1)
    service.later(days=1)
    service.work()
    assert service.count("articles") == 0
    assert service.refusals() == {"purged": 3}
    assert service.identity().holds


def test_the_rest_of_a_story_stays_a_story(service: Service, site: Site) -> None:
    copies = [site.host() for _ in range(3)]
    for host in copies:
        feed = host.feed()
        feed.add(host.article("From the agency", path="/a"))
        service.subscribe(feed.url)
    service.work()
    assert service.read("stories", "size") == [{"size": 3}]
    for left in (2, 0):
        url = service.read("articles", "url")[0]["url"]
        purge(service.store, Selection(url=url), now=service.now() + timedelta(seconds=1))
        assert service.read("stories", "size") == [{"size": left}]
    assert [row["story_id"] for row in service.read("articles", "story_id")] == [None]

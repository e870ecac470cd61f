"""Which items of a feed's documents become entries: real documents, polled into a real store."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from html import escape
from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.service import Service
from tests.site import Site
from tests.store.rows import NOW, added_feed
from worker.config.settings import Settings
from worker.fetch.reply import Reply
from worker.model import HostLane
from worker.rows.hosts import Host
from worker.services.poll.read import Document, read_document
from worker.services.poll.save import Polled, SavedPoll, settle
from worker.store import Store, feeds, hosts
from worker.store.db import value
from worker.urls import canonical, key_of

POLICY = Settings().polling
NUMBERS = count(1)


@dataclass(frozen=True)
class Said:
    """An item as its publisher writes it; `at` is its hour."""

    guid: str | None = None
    link: str | None = None
    title: str | None = None
    summary: str | None = None
    at: int | None = None

    @property
    def date(self) -> datetime | None:
        return None if self.at is None else datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=self.at)


class Publisher:
    """One feed of a store, whose documents a test writes and polls."""

    def __init__(self, store: Store, kind: str = "rss") -> None:
        self.store, self.kind = store, kind
        self.home = f"https://h{next(NUMBERS)}.example"
        self.polls = 0
        self.first = 0
        with store.begin() as db:
            self.id = added_feed(db, f"{self.home}/feed")

    def shows(self, *items: Said) -> SavedPoll:
        """Poll a document of these items."""
        self.polls += 1
        with self.store.begin() as db:
            feed = feeds.get(db, self.id)
            assert feed is not None
            lease = hosts.lock(db, [feed.host_id])[feed.host_id]
        host = Host(
            *(feed.host_id, lease, self.home, None, 0, None, None, None, None, None, 1.0, None),
            lane=HostLane.ANSWERING,
        )
        body = (self._rss if self.kind == "rss" else self._json)(items)
        answer = Reply(url=f"{self.home}/feed", status=200, body=body, size=len(body))
        document = read_document(feed, answer, most=1000)
        assert document is None or isinstance(document, Document)
        now = NOW + timedelta(days=self.polls)
        (saved,) = settle(self.store, [Polled(host, feed, answer, document, now, 0.0, 0.0)], policy=POLICY)
        self.first = self.first or self.entries()
        return saved

    def entries(self) -> int:
        with self.store.begin() as db:
            return int(value(db, "SELECT count(*) FROM entries WHERE feed_id = :id", id=self.id))

    def link(self, written: str | None) -> str | None:
        return f"{self.home}{written}" if written and written.startswith("/") else written

    def _rss(self, items: Sequence[Said]) -> bytes:
        def element(name: str, text: str | None) -> str:
            return "" if text is None else f"<{name}>{escape(text)}</{name}>"

        body = "".join(
            "<item>"
            + ("" if one.guid is None else f'<guid isPermaLink="false">{escape(one.guid)}</guid>')
            + element("link", self.link(one.link))
            + element("title", one.title)
            + element("description", one.summary)
            + element("pubDate", one.date and format_datetime(one.date))
            + "<category>news</category></item>"
            for one in items
        )
        return f'<rss version="2.0"><channel><title>T</title>{body}</channel></rss>'.encode()

    def _json(self, items: Sequence[Said]) -> bytes:
        listed = [
            {
                "id": one.guid,
                "url": self.link(one.link),
                "title": one.title,
                "content_text": one.summary,
                "date_published": one.date and one.date.isoformat(),
            }
            for one in items
        ]
        kept = [{name: text for name, text in item.items() if text is not None} for item in listed]
        return json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "title": str(self.polls), "items": kept}
        ).encode()


GUIDS = st.sampled_from([None, "g1", "g2", "g3"])
LINKS = st.sampled_from([None, "/", "/a", "/a#1", "/a#2", "/b", "/#/news/1", "/#/news/2"])
TITLES = st.sampled_from([None, "Minute 1", "Minute 2", "A ferry sails"])
SUMMARIES = st.sampled_from([None, "Note 1 of the day", "Note 2 of the day"])
HOURS = st.sampled_from([None, 1, 2, 40])
BLANKS = st.sampled_from([None, "N/A", "-", "0"])
ITEMS = st.builds(Said, GUIDS, LINKS, TITLES, SUMMARIES, HOURS)


@st.composite
def documents(draw: st.DrawFn) -> list[Said]:
    """Return different items, with one way of the document to say that there is no guid or link."""
    blank = draw(BLANKS)
    items = draw(st.lists(ITEMS, min_size=1, max_size=7, unique=True))
    return [replace(one, guid=one.guid or blank, link=one.link or blank) for one in items if one != Said()]


quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("kind", ["rss", "json"])
@quick
@given(items=documents(), data=st.data())
def test_n_different_items_are_n_entries_in_whatever_order_and_however_often_they_are_shown(
    service: Service, kind: str, items: list[Said], data: st.DataObject
) -> None:
    feed = Publisher(service.store, kind)
    saved = feed.shows(*items)
    assert (saved.new, saved.repeated, feed.entries()) == (len(items), 0, len(items))
    for _ in range(3):
        again = data.draw(st.permutations(items))
        feed.shows(*again, *data.draw(st.lists(st.sampled_from(items), max_size=3)) if items else [])
        assert feed.entries() == len(items)


@pytest.mark.parametrize("kind", ["rss", "json"])
@quick
@given(items=documents(), data=st.data())
def test_the_same_items_with_other_dates_are_the_same_entries(
    service: Service, kind: str, items: list[Said], data: st.DataObject
) -> None:
    feed = Publisher(service.store, kind)
    feed.shows(*items)
    for _ in range(3):
        hours = st.sampled_from([None, 3, 4, 90])
        items = data.draw(st.permutations([replace(one, at=data.draw(hours)) for one in items]))
        feed.shows(*items)
        assert feed.entries() <= feed.first


@pytest.mark.parametrize("kind", ["rss", "json"])
@quick
@given(items=documents(), size=st.integers(1, 4))
def test_items_that_pass_through_a_short_document_are_found_one_by_one(
    service: Service, kind: str, items: list[Said], size: int
) -> None:
    named = [replace(one, guid=f"id-{n}", title=f"Minute {n}") for n, one in enumerate(items)]
    feed = Publisher(service.store, kind)
    for end in range(1, len(named) + 1):
        feed.shows(*named[max(0, end - size - 1) : end])
    assert feed.entries() == len(named)


# The documents that lost items


def notes(number: int = 10) -> list[Said]:
    """Notes without guid, link and title."""
    return [Said(summary=f"Note {n} of the day", at=n) for n in range(number)]


@pytest.mark.parametrize(
    "items",
    [
        pytest.param(notes(), id="ten notes without guid and link"),
        pytest.param([Said(f"t-{n}", "/live", f"Minute {n}") for n in range(6)], id="guids with one link"),
        pytest.param([Said(f"t-{n}", f"/live#{n}", "Live") for n in range(6)], id="positions in one page"),
        pytest.param([Said(None, f"/live#{n}", "Live") for n in range(6)], id="positions without guids"),
        pytest.param([Said(None, f"/#/news/{n}", "News") for n in range(6)], id="pages of an application"),
        pytest.param([Said("N/A", "N/A", f"Story {n}") for n in range(6)], id="N/A on all"),
        pytest.param([Said("0", "-", None, f"Story {n}") for n in range(6)], id="other marks of nothing"),
        pytest.param([Said("post", "/", f"Story {n}") for n in range(6)], id="one guid and link on all"),
        pytest.param([Said("g", "/a", "Story", "Text", n) for n in range(6)], id="only dates differ"),
    ],
)
@pytest.mark.parametrize("kind", ["rss", "json"])
def test_documents_whose_names_tell_nothing_apart_lose_no_item(
    service: Service, kind: str, items: list[Said]
) -> None:
    together, one_by_one = Publisher(service.store, kind), Publisher(service.store, kind)
    together.shows(*items)
    for end in range(1, len(items) + 1):
        one_by_one.shows(*items[:end])
    assert (together.entries(), one_by_one.entries()) == (len(items), len(items))
    together.shows(*items[::-1])
    assert together.entries() == len(items)


def test_an_item_listed_twice_is_counted_as_repeated(service: Service) -> None:
    item = Said("g", "/a", "Story", "Text", 1)
    feed = Publisher(service.store, "json")
    saved = feed.shows(item, replace(item, title="Other"), item)
    assert (saved.new, saved.repeated) == (2, 1)


@pytest.mark.parametrize("kind", ["rss", "json"])
def test_a_new_guid_for_each_item_at_each_request_adds_nothing(service: Service, kind: str) -> None:
    feed = Publisher(service.store, kind)
    for request in range(4):
        feed.shows(*(Said(f"{request}-{n}", f"/{n}", f"Story {n}", "Text", n) for n in range(5)))
    assert feed.entries() == 5


def test_a_guid_that_counts_the_versions_of_its_page_stays_one_entry(service: Service) -> None:
    feed = Publisher(service.store)
    page = f"{feed.home}/a"
    feed.shows(Said(f"{page}#0", page, "Fire at the harbour", at=1))
    saved = feed.shows(Said(f"{page}#1", page, "Two hurt as warehouse burns", at=2))
    assert (feed.entries(), saved.edited) == (1, 1)


def test_an_article_that_two_feeds_show_is_one_entry(service: Service) -> None:
    one, other = Publisher(service.store), Publisher(service.store)
    one.shows(Said("a", f"{one.home}/story", "Story"))
    saved = other.shows(Said("b", f"{one.home}/story#comments", "The story, in other words"))
    assert (saved.new, other.entries()) == (0, 0)


def test_an_edited_item_is_the_same_entry_whatever_names_it(service: Service) -> None:
    feed = Publisher(service.store)
    feed.shows(Said("g", "/a", "Story", "Text"), Said(None, "/b", "Report", "Text"))
    feed.shows(Said("g", "/a", "Another", "Words"), Said(None, "/b", "Yet another", "More words"))
    assert feed.entries() == 2


def test_entries_stored_under_the_keys_of_earlier_versions_are_recognised(service: Service) -> None:
    items = [
        Said("g1", "/a", "With guid and link"),
        Said(None, "/b", "With a link"),
        Said("g3", None, "With a guid"),
        Said(None, None, "With neither"),
    ]
    feed = Publisher(service.store)
    feed.shows(*items)
    guids = {"g1": key_of("guid", "g1"), "g3": key_of("guid", "g3")}
    # What version 1 stored: the key of the link, else of the guid, else of what it hashed; no other names.
    old = {
        "With guid and link": key_of(canonical(f"{feed.home}/a")),
        "With a link": key_of(canonical(f"{feed.home}/b")),
        "With a guid": key_of("feed", feed.id, "g3"),
        "With neither": key_of("feed", feed.id, str(first_hash("With neither"))),
    }
    for row in service.read("entries", "id", "title"):
        values = {"key": old[row["title"]], "edit_hash": None, "item_hash": first_hash(row["title"])}
        service.change("entries", values, id=row["id"])
        guid = service.read("sightings", "guid", entry_id=row["id"])[0]["guid"]
        service.change("sightings", {"guid_key": guids.get(guid or "")}, entry_id=row["id"])

    saved = feed.shows(*(replace(one, summary="The bytes have changed.") for one in items))

    assert (saved.new, saved.edited, feed.entries()) == (0, 0, 4)
    saved = feed.shows(*(replace(one, summary="And now they are edited.") for one in items[:3]))
    assert (saved.new, saved.edited) == (0, 3)


def first_hash(title: str) -> UUID:
    """The hash of an item with this title alone, as version 1 made it."""
    return UUID(bytes=blake2b(title.encode() + b"\x00\x00\x00", digest_size=16).digest())


def test_an_entry_of_an_earlier_version_learns_how_exactly_its_date_is_stated(
    service: Service, site: Site
) -> None:
    item = "<title>One</title><link>https://elsewhere.example/1</link><pubDate>2026-11-23</pubDate>"
    url = site.host().put("/feed.xml", f"<rss version='2.0'><channel><item>{item}</item></channel></rss>")
    service.subscribe(url)
    service.work()
    before = {"edit_hash": None, "item_hash": first_hash("One"), "published_precision": None}
    service.change("entries", before)
    unread = ("item_hashes", "body_hash", "etag", "last_modified")
    service.change("feeds", dict.fromkeys(unread))
    service.later(days=1)
    service.work()
    assert service.read("entries", "published_precision") == [{"published_precision": "day"}]

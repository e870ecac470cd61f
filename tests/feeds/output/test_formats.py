"""The written formats: what each specification requires, and what our own reader and feedparser read back."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from worker.feeds import ParsedFeed, parse
from worker.feeds.output import (
    FeedDocument,
    GoneItem,
    PublishedItem,
    feed_urn,
    write_atom,
    write_json_feed,
    write_rss,
)

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ITEM = PublishedItem(
    id="urn:uuid:00000000-0000-0000-0000-000000000001",
    url="https://news.example/a?x=1&y=2",
    title="Dogs & cats < birds",
    html='<p>Tom &amp; <a href="https://news.example/b">Ada</a></p>',
    updated=NOW,
    summary="A < B & C",
    published=NOW - timedelta(hours=1),
    authors=("Ada Writer", "Bo Wire"),
    site="News",
    language="en",
    tags=("pets", "R&D"),
    image="https://news.example/a.jpg",
)
BASE = "https://desk.example/feeds/all"


def document(*items: PublishedItem, **values: Any) -> FeedDocument:
    given = {
        "id": feed_urn("all"),
        "title": "Wiredesk & co",
        "updated": NOW,
        "self_url": f"{BASE}?before=7",
        "first_url": BASE,
        "home_url": "https://desk.example/",
        "next_url": f"{BASE}?before=3",
        "items": items,
    }
    return FeedDocument(**(given | values))


FORMATS = {"atom": write_atom, "rss": write_rss, "json": write_json_feed}
Write = Callable[[FeedDocument], bytes]
every_format = pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS)


def read(body: bytes) -> ParsedFeed:
    found = parse(body, url=f"{BASE}.x")
    assert isinstance(found, ParsedFeed)
    return found


@every_format
def test_our_own_reader_reads_every_field_back(write: Write) -> None:
    found = read(write(document(ITEM)))
    assert (found.title, found.warnings) == ("Wiredesk & co", ())
    assert found.next_page == f"{BASE}?before=3"
    (entry,) = found.entries
    assert (entry.id, entry.link, entry.title) == (ITEM.id, ITEM.url, ITEM.title)
    assert entry.authors == ITEM.authors
    assert (entry.published, entry.updated) == (ITEM.published, ITEM.updated)
    assert entry.content == ITEM.html
    assert set(entry.tags) == set(ITEM.tags)


def test_atom_says_that_titles_are_text_so_that_tags_in_them_are_shown() -> None:
    item = replace(ITEM, title="How <b> works")
    assert read(write_atom(document(item))).entries[0].title == "How <b> works"


@pytest.mark.parametrize("write", [write_atom, write_rss], ids=["atom", "rss"])
def test_feedparser_reads_every_field_back_and_finds_nothing_malformed(write: Write) -> None:
    found = feedparser.parse(write(document(ITEM)))
    assert not found.bozo, found.get("bozo_exception")
    assert found.feed.title == "Wiredesk & co"
    links = {link["rel"]: link["href"] for link in found.feed.links}
    assert links["self"] == f"{BASE}?before=7"
    assert links["next"] == f"{BASE}?before=3"
    (entry,) = found.entries
    assert (entry.id, entry.link) == (ITEM.id, ITEM.url)
    assert entry.content[0].value == ITEM.html
    assert entry.updated_parsed[:6] == (2026, 5, 4, 12, 0, 0)
    assert entry.published_parsed[:6] == (2026, 5, 4, 11, 0, 0)
    assert {tag.term for tag in entry.tags} == set(ITEM.tags)


ATOM = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}


def test_atom_has_what_rfc_4287_requires() -> None:
    bare = PublishedItem(id="urn:uuid:1", url="https://n.example/", title="T", html="", updated=NOW)
    root = etree.fromstring(write_atom(document(ITEM, bare)))
    for parent in (root, *root.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"a:{name}", ATOM)) == 1, name
    # Section 4.1.1: the feed has an author where an entry lacks one.
    assert root.findtext("a:author/a:name", None, ATOM)
    # Section 4.1.1: at most one alternate link of a type and language.
    assert len(root.xpath("a:link[@rel='alternate']", namespaces=ATOM)) == 1
    assert len({entry.findtext("a:id", None, ATOM) for entry in root.findall("a:entry", ATOM)}) == 2
    for date in root.iterfind(".//a:updated", ATOM):
        assert datetime.fromisoformat(date.text or "").tzinfo is not None


def test_atom_names_withdrawn_articles_for_readers_that_delete_copies() -> None:
    root = etree.fromstring(write_atom(document(gone=(GoneItem(id="urn:uuid:2", at=NOW),))))
    (gone,) = root.findall("at:deleted-entry", ATOM)
    assert dict(gone.attrib) == {"ref": "urn:uuid:2", "when": "2026-05-04T12:00:00Z"}


def test_rss_has_what_the_specification_requires() -> None:
    root = etree.fromstring(write_rss(document(ITEM)))
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    for name in ("title", "link", "description"):
        assert channel.findtext(name)
    (item,) = channel.findall("item")
    guid = item.find("guid")
    assert guid is not None
    # Its default is true, and a urn does not lead to a page.
    assert guid.get("isPermaLink") == "false"
    assert parsedate_to_datetime(item.findtext("pubDate") or "") == ITEM.published
    assert (item.findtext("pubDate") or "").endswith(" GMT")


def test_json_feed_has_what_version_1_1_requires() -> None:
    found = json.loads(write_json_feed(document(ITEM)))
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert (found["title"], found["feed_url"]) == ("Wiredesk & co", f"{BASE}?before=7")
    (item,) = found["items"]
    assert item["id"] == ITEM.id
    assert item["content_html"] == ITEM.html
    assert item["authors"] == [{"name": "Ada Writer"}, {"name": "Bo Wire"}]
    assert "author" not in item
    assert json.loads(write_json_feed(document()))["items"] == []


@every_format
def test_dates_of_other_zones_mean_the_same_instant(write: Write) -> None:
    east = NOW.astimezone(timezone(timedelta(hours=9)))
    item = PublishedItem(id="urn:uuid:1", url="https://n.example/", title="T", html="", updated=east)
    assert read(write(document(item, updated=east))).entries[0].updated == NOW


TEXTS = st.text(max_size=60)


@every_format
@given(title=TEXTS, html=TEXTS, author=TEXTS, tag=TEXTS)
def test_any_text_makes_a_document_that_parses(
    write: Write, title: str, html: str, author: str, tag: str
) -> None:
    item = PublishedItem(
        id="urn:uuid:1", url="https://n.example/", title=title, html=html, updated=NOW, summary=title,
        authors=(author,), tags=(tag,), site=author,
    )  # fmt: skip
    body = write(document(item, title=title))
    assert read(body).warnings == ()
    if body.startswith(b"<"):
        etree.fromstring(body)
    else:
        json.loads(body)

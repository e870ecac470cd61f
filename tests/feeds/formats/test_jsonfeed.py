"""JSON Feed 1.0 and 1.1, as the specification says and as publishers write it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.feeds.documents import URL, feed
from worker.feeds import Enclosure, ParsedEntry, ParsedFeed, parse
from worker.outcome import Reason, Refusal


def document(*items: object, **fields: object) -> bytes:
    whole: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": items,
    } | fields
    return json.dumps(whole).encode()


def read(**item: object) -> ParsedEntry:
    (only,) = feed(document(item)).entries
    return only


def test_a_json_feed_has_its_title_site_language_and_hubs() -> None:
    hubs = [{"type": "WebSub", "url": "https://hub.example/"}, {"type": "x"}]
    body = document(
        title="Heute &amp; morgen",
        home_page_url="/",
        feed_url="https://j.example/feed.json",
        language="de",
        hubs=hubs,
    )
    found = feed(body)
    assert (found.kind, found.title, found.link) == ("json", "Heute & morgen", "https://j.example/")
    assert (found.language, found.hubs) == ("de", ("https://hub.example/",))
    assert found.self_url == "https://j.example/feed.json"


def test_an_item_of_json_feed_becomes_an_entry() -> None:
    found = read(
        id="1",
        url="https://j.example/1",
        title="One",
        authors=[{"name": "Ana"}, {"url": "https://bo.example"}, {"name": "Ana"}],
        content_html="<p onclick='x()'>Hi <a href='/2'>two</a></p>",
        content_text="Hi two",
        summary="Hi",
        date_published="2025-01-13T10:00:00+01:00",
        date_modified="2025-02-30T10:00:00Z",
        tags=["a", "b", "a", 3],
        attachments=[
            {"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12},
            {"url": "data:x"},
            "no",
        ],
        language="pt-BR",
    )
    assert found == ParsedEntry(
        id="1",
        link="https://j.example/1",
        title="One",
        authors=("Ana",),
        published=datetime(2025, 1, 13, 9, tzinfo=UTC),
        updated=None,
        summary="Hi",
        content='<p>Hi <a href="https://feeds.example.org/2">two</a></p>',
        enclosures=(Enclosure("https://feeds.example.org/a.mp3", "audio/mpeg", 12),),
        tags=("a", "b"),
        language="pt-BR",
        published_precision="instant",
    )


@pytest.mark.parametrize(
    "item, field, value",
    [
        ({"id": 17}, "id", "17"),
        ({"id": True}, "id", None),
        ({"external_url": "https://x.example/"}, "link", "https://x.example/"),
        ({"url": "https://j.example/1", "external_url": "https://x.example/"}, "link", "https://j.example/1"),
        ({"url": "javascript:x"}, "link", None),
        ({"content_text": "1 < 2"}, "content", "1 < 2"),
        ({"author": {"name": "Old"}}, "authors", ("Old",)),
        ({"tags": "a, b"}, "tags", ("a", "b")),
        ({"title": ["no"]}, "title", None),
        ({"title": "nul \0 byte"}, "title", "nul byte"),
        ({"date_published": 1736762400}, "published", None),
    ],
)
def test_json_values_of_other_types_are_read_if_their_meaning_is_clear(
    item: dict[str, object], field: str, value: object
) -> None:
    assert getattr(read(**item), field) == value


def test_items_without_author_get_the_feeds_author() -> None:
    (entry,) = feed(document({"id": "1"}, author={"name": "Desk"})).entries
    assert entry.authors == ("Desk",)


def test_items_that_are_not_objects_are_skipped_with_a_warning() -> None:
    found = feed(document({"id": "1"}, "two", None))
    assert (len(found.entries), found.warnings) == (1, ("2 items are not objects",))


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"items": 3}',
        b'{"a": 1}',
        b"[" * 100_000,
        b'{"items": [' + b"9" * 10_000 + b"]",
        b'{"version": null}',
    ],
)
def test_json_that_is_not_a_json_feed_is_refused(body: bytes) -> None:
    refused = parse(body, url=URL, content_type="application/feed+json")
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.NOT_A_FEED


def test_a_byte_order_mark_and_broken_utf8_do_not_matter() -> None:
    body = b"\xef\xbb\xbf" + document({"id": "1", "title": "x"}).replace(b'"x"', b'"x\xff"')
    assert isinstance(parse(body, url=URL), ParsedFeed)


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ({"id": "https://s.example/1"}, "https://s.example/1"),
        ({"id": "https://s.example/1", "url": "https://s.example/2"}, "https://s.example/2"),
        ({"id": "https://s.example/1", "external_url": "https://o.example/"}, "https://o.example/"),
        ({"id": "1"}, None),
        ({"id": "/1"}, None),
        ({"id": "urn:uuid:1"}, None),
        ({"id": "tag:s.example,2026://1"}, None),
    ],
)
def test_an_id_that_is_an_address_is_the_link_where_none_is_given(
    item: dict[str, str], link: str | None
) -> None:
    document = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
    assert feed(json.dumps(document).encode()).entries[0].link == link

"""Traps are out of feedparser's way, and what has none stays as it is."""

import time

import pytest

from tests.feeds.documents import URL, item, rss
from worker.feeds import ParsedFeed, parse
from worker.feeds.formats.xml_tree import mend_xml


def test_a_sound_document_is_not_touched() -> None:
    body = rss("<item><title>One</title><author>Ana</author><atom:link href='x'/></item>")
    assert mend_xml(body) == body


def test_a_links_text_counts_not_its_uri() -> None:
    assert item('<link uri="at://did:plc:x/1">https://p.example/1</link>').link == "https://p.example/1"


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml version='1.0'?>" + b"\n" * 300_000 + rss(),
        rss(f"<item><author>{'a' * 300_000}</author></item>"),
        rss(f"<item><title><![CDATA[<b>{'<!--' * 100_000}</b>]]></title></item>"),
        rss(f"<item><title><![CDATA[<b>{'<script ' * 50_000}</b>]]></title></item>"),
        rss(f"<item><description><![CDATA[{'<b>' * 100_000}]]></description></item>"),
        rss("<item><description>" + "&amp;" * 200_000 + "</description></item>"),
        b"<!-- -->" * 500 + b"<x>",
        b"<" * 200_000,
    ],
)
def test_no_document_takes_long(body: bytes) -> None:
    start = time.process_time()
    parse(body, url=URL)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "reference, title",
    [
        ("&#55357;&#56832;", "a😀b"),
        ("&#xD83D;&#xDE00;", "a😀b"),
        ("&#xd83d;&#56832;", "a😀b"),
        ("&#xD800;", "ab"),
        ("&#57343;", "ab"),
        ("&#56832;&#55357;", "ab"),
        ("&#1114112;", "ab"),
        ("&#xFFFFFFFFFFFFFFFFFFFF;", "ab"),
        ("&#99999999999999999999;", "ab"),
        ("&#x1F600;&#128512;&#26376;", "a😀😀月b"),
    ],
)
def test_a_reference_of_no_character_takes_no_feed_with_it(reference: str, title: str) -> None:
    read = item(f"<title>a{reference}b</title><guid>a{reference}b</guid>")
    assert (read.title, read.id) == (title, title)


def test_a_document_type_beside_the_declaration_costs_no_letters() -> None:
    doctype = b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://n.example/rss-0.91.dtd">'
    body = (
        b'<?xml version="1.0"?>'
        + doctype
        + b"<rss><channel><item><title>caf&eacute;</title></item></channel></rss>"
    )
    parsed = parse(body, url=URL)
    assert isinstance(parsed, ParsedFeed)
    assert parsed.entries[0].title == "café"

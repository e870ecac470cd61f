"""Errors that leave no doubt are repaired, and no document takes long to parse."""

import time

import pytest

from tests.feeds.documents import URL, item, rss
from worker.feeds import ParsedFeed, parse
from worker.feeds.formats.xml_tree import mend_xml


def test_mending_does_not_change_a_well_formed_document() -> None:
    body = rss("<item><title>One</title><author>Ana</author><atom:link href='x'/></item>")
    assert mend_xml(body) == body


def test_the_text_of_a_link_wins_over_its_uri_attribute() -> None:
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
def test_no_document_takes_more_than_three_seconds(body: bytes) -> None:
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
def test_invalid_character_references_are_removed_and_surrogate_pairs_joined(
    reference: str, title: str
) -> None:
    read = item(f"<title>a{reference}b</title><guid>a{reference}b</guid>")
    assert (read.title, read.id) == (title, title)


def test_html_entities_are_read_in_a_feed_with_a_document_type() -> None:
    doctype = b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://n.example/rss-0.91.dtd">'
    body = (
        b'<?xml version="1.0"?>'
        + doctype
        + b"<rss><channel><item><title>caf&eacute;</title></item></channel></rss>"
    )
    parsed = parse(body, url=URL)
    assert isinstance(parsed, ParsedFeed)
    assert parsed.entries[0].title == "café"

"""`parse` recognises each format, reads it, and refuses everything else with a reason."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.feeds.documents import URL, atom, feed, rss
from worker.feeds import ParsedFeed, parse
from worker.outcome import Reason, Refusal

RDF = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="http://r.example/"><title>RDF</title><link>http://r.example/</link></channel>
<item rdf:about="http://r.example/1"><title>One</title><link>http://r.example/1</link></item>
</rdf:RDF>"""
RSS_091 = b"""<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">
<rss version="0.91"><channel><title>Old</title><item><title>One</title></item></channel></rss>"""
RSS_090 = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>Older</title></channel>
<item><title>One</title><link>http://o.example/1</link></item></rdf:RDF>"""
ATOM_03 = b"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Early</title>
<entry><title>One</title></entry></feed>"""
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://s.example/1</loc></url></urlset>"""
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "1"}]}'


@pytest.mark.parametrize(
    "body, kind",
    [
        (rss("<item><title>One</title></item>"), "rss"),
        (RSS_091, "rss"),
        (RSS_090, "rdf"),
        (RDF, "rdf"),
        (atom("<entry><title>One</title></entry>"), "atom"),
        (ATOM_03, "atom"),
        (JSON, "json"),
        (SITEMAP, "sitemap"),
    ],
)
def test_every_dialect_is_read_into_the_same_shape(body: bytes, kind: str) -> None:
    parsed = feed(body)
    assert (parsed.kind, len(parsed.entries), parsed.warnings) == (kind, 1, ())


@pytest.mark.parametrize(
    "body, reason",
    [
        (b"", Reason.EMPTY_BODY),
        (b" \r\n\t", Reason.EMPTY_BODY),
        (b"\xef\xbb\xbf\n", Reason.EMPTY_BODY),
        (b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>", Reason.NOT_A_FEED),
        (b"<html><body><p>503</p></body></html>", Reason.NOT_A_FEED),
        (b"Not found", Reason.NOT_A_FEED),
        (b'{"error": "no such feed"}', Reason.NOT_A_FEED),
        (b"[1, 2]", Reason.NOT_A_FEED),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", Reason.NOT_A_FEED),
        (b"<opml version='2.0'><body><outline text='a'/></body></opml>", Reason.NOT_A_FEED),
        (
            b"<sitemapindex><sitemap><loc>http://s.example/1.xml</loc></sitemap></sitemapindex>",
            Reason.NOT_A_FEED,
        ),
    ],
)
def test_bodies_that_are_not_feeds_are_refused_with_a_reason(body: bytes, reason: Reason) -> None:
    refused = parse(body, url=URL)
    assert isinstance(refused, Refusal)
    assert refused.reason is reason


def test_a_feed_without_entries_is_a_feed() -> None:
    assert feed(rss()).entries == ()


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>Fish & chips</title></item>"),
        rss("<item><title>A&nbsp;B</title></item>"),
        rss("<item><title>One</title></item>")[:-20],
        rss("<item><title>bell \x07</title></item>"),
    ],
)
def test_a_malformed_feed_is_read_with_a_warning(body: bytes) -> None:
    parsed = feed(body)
    assert len(parsed.entries) == 1
    assert parsed.warnings[0].startswith("malformed: ")


@pytest.mark.parametrize("prefix", ["rss", "atom"])
def test_elements_with_an_undeclared_prefix_are_read(prefix: str) -> None:
    item = f"<{prefix}:item><{prefix}:title>One</{prefix}:title></{prefix}:item>"
    parsed = feed(f'<rss version="2.0"><channel>{item}</channel></rss>'.encode())
    assert [entry.title for entry in parsed.entries] == ["One"]


def test_a_blank_line_before_the_xml_declaration_gives_no_warning() -> None:
    parsed = feed(b'\n\n<?xml version="1.0"?>' + rss("<item><title>One</title></item>"))
    assert (len(parsed.entries), parsed.warnings) == (1, ())


def test_a_feed_has_its_title_site_language_hub_and_own_address() -> None:
    links = '<atom:link rel="self" href="https://pub.example/self.xml"/><atom:link rel="hub" href="https://hub.example/"/>'
    about = f"<title>Straße &amp;amp; Platz</title><link>https://pub.example/</link><language>de-AT</language>{links}"
    parsed = feed(rss(channel=about))
    assert (parsed.title, parsed.link, parsed.language) == ("Straße & Platz", "https://pub.example/", "de-AT")
    assert (parsed.hubs, parsed.self_url) == (("https://hub.example/",), "https://pub.example/self.xml")


def test_a_body_that_reads_like_a_path_or_an_address_is_not_opened() -> None:
    for body in (b"/etc/hostname", b"http://127.0.0.1:9/feed", b"file:///etc/hostname"):
        assert isinstance(parse(body, url=URL), Refusal)


_PIECES = b"""
<rss>|<channel>|<item>|</item>|<title>|</title>|<link>|<![CDATA[|]]>|<entry>|<content type="xhtml">|&amp;|
&#0;|&#xD800;|<guid>|javascript:|
<pubDate>|2025-02-30|http://[|<urlset>|<url><loc>|{|"items": [|<!--|<script>|\x00|
xml:base='::'|<feed xmlns="http://www.w3.org/2005/Atom">|<?xml version='1.0' encoding='x'?>|\xff\xfe"""
_DOCUMENTS = st.lists(st.sampled_from(_PIECES.split(b"|")), max_size=25).map(b"".join)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), _DOCUMENTS))
@example(b"&#xD800;")
def test_parse_never_raises_whatever_the_bytes(body: bytes) -> None:
    assert isinstance(parse(body, url=URL), ParsedFeed | Refusal)

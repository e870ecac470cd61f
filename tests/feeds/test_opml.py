"""Subscription lists (OPML), as other feed readers write them and as we do."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.opml import OpmlError, OpmlFeed, read, write

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Z"]), min_size=1, max_size=12
)
FEEDS = st.lists(
    st.builds(
        OpmlFeed,
        url=st.integers(1, 99).map("https://example.org/{}?a=1&b='2'".format),
        title=st.one_of(st.just(""), WORDS),
        folders=st.lists(WORDS, max_size=3).map(tuple),
        labels=st.lists(st.sampled_from(["World", "A b", "Sport/Ski", "新闻"]), unique=True).map(tuple),
        listing=st.booleans(),
        selector=st.one_of(st.none(), st.just("main > h2 a[href*='/news/']")),
    ),
    max_size=8,
)


def outline(inner: str) -> bytes:
    return f"<opml version='2.0'><head><title>x</title></head><body>{inner}</body></opml>".encode()


@given(FEEDS, WORDS)
def test_feeds_written_as_opml_are_read_back_in_order(feeds: list[OpmlFeed], title: str) -> None:
    assert read(write(feeds, title=title)) == feeds


def test_control_characters_in_names_are_not_written() -> None:
    name = "a\x00\x1b[2J\x9b31m\ufffe\"><outline xmlUrl='https://evil.example/'/>&amp;]]>"
    written = write([OpmlFeed("https://p.example/?a=1&b='\"<", name, (name,))], title=name)
    (feed,) = read(written)
    assert feed.title == "a[2J31m\"><outline xmlUrl='https://evil.example/'/>&amp;]]>"
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]", written)


def test_consecutive_feeds_share_their_folders() -> None:
    places = [("Europe", "Italy"), ("Europe", "Italy"), ("Europe",), ("Asia",)]
    written = write([OpmlFeed("https://example.org/", folders=place) for place in places], title="x")
    assert written.count(b"Europe") == 1
    assert written.count(b"Italy") == 1


def test_outlines_without_an_address_are_folders() -> None:
    listed = """<outline text="Europe"><outline title="Italy" text="it">
        <outline text=" The   feed " type="rss" xmlUrl=" https://example.org/1 "/></outline>
        <outline text="a note"/></outline>"""
    assert read(outline(listed)) == [OpmlFeed("https://example.org/1", "The feed", ("Europe", "Italy"))]


@pytest.mark.parametrize("none", ["&#xD800;", "&#0;", "&#x110000;", "&#55296;"])
def test_invalid_character_references_in_opml_are_replaced(none: str) -> None:
    (feed,) = read(outline(f"<outline xmlUrl='https://example.org/1' text='A{none}B'/>"))
    assert (feed.url, feed.title.strip("�")) == ("https://example.org/1", feed.title)


def test_opml_categories_become_labels() -> None:
    (feed,) = read(
        outline("<outline xmlUrl='https://example.org/1' category='/Boston/Weather, World ,,World'/>")
    )
    assert feed.labels == ("Boston/Weather", "World")


@pytest.mark.parametrize("name", ["xmlUrl", "xmlurl", "XMLURL", "XmlUrl"])
def test_the_attribute_of_the_address_may_be_in_any_case(name: str) -> None:
    assert read(outline(f"<outline {name}='https://example.org/1'/>")) == [OpmlFeed("https://example.org/1")]


CAFE = """<outline title="Café &amp; là" xmlUrl="https://example.org/?a=1&amp;b=2"/>"""


@pytest.mark.parametrize(
    "body",
    [
        outline(CAFE),
        outline(CAFE.replace("&amp;", "&")),
        outline(CAFE.replace("é", "&eacute;").replace("&amp;", "&#38;")),
        outline(CAFE.replace("/>", ">").replace("https:", "feed:https:")).removesuffix(b"</body></opml>"),
        b"\n junk " + outline(CAFE),
        b"\xef\xbb\xbf" + outline(CAFE),
        outline(CAFE).decode().encode("utf-16"),
        b"<?xml version='1.0' encoding='iso-8859-1'?>" + outline(CAFE).decode().encode("latin-1"),
    ],
)
def test_malformed_lists_are_read(body: bytes) -> None:
    assert read(body) == [OpmlFeed("https://example.org/?a=1&b=2", "Café & là")]


def test_addresses_that_cannot_be_fetched_are_left_out() -> None:
    assert read(outline("<outline xmlUrl='javascript:alert(1)'/><outline xmlUrl='/a'/>")) == []


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"not xml", b"<html><body>404</body></html>", b"<rss><channel/></rss>", b"{}"),
        b'<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><opml><body>&b;</body></opml>',
        b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body>&a;</body></opml>',
    ],
)
def test_hostile_documents_and_other_formats_are_refused_in_one_line(body: bytes) -> None:
    with pytest.raises(OpmlError, match=r"\A[^\n]+\Z"):
        read(body)


@given(st.binary(max_size=200))
def test_opml_is_read_or_refused_whatever_the_bytes(body: bytes) -> None:
    with contextlib.suppress(OpmlError):
        read(body)

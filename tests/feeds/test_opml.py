"""Subscription lists (OPML), as other feed readers write them and as we do."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.opml import OpmlError, OpmlFeed, is_opml, read, read_list, write

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


TWO = """<outline text="A" xmlUrl="https://a.example/"/>
<outline text="B" xmlUrl="https://b.example/"/>"""


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml version='1.0'?><!-- " + b"x" * 9000 + b" -->" + outline(TWO),
        outline(TWO).decode().encode("utf-16"),
        outline(TWO).decode().encode("utf-16-be"),
        outline(TWO)
        .replace(b"<outline", b"<o:outline")
        .replace(b"<opml", b"<o:opml")
        .replace(b"</opml", b"</o:opml"),
        outline(TWO).replace(b"<opml", b"<OPML").replace(b"</opml", b"</OPML"),
        b"<!DOCTYPE opml [<!ENTITY nbsp '&#160;'>]>" + outline(TWO),
    ],
    ids=["long comment", "utf-16", "utf-16 without mark", "undeclared prefix", "capitals", "document type"],
)
def test_a_list_is_recognised_and_read_in_any_dress(body: bytes) -> None:
    assert is_opml(body)
    found = read_list(body)
    assert ([feed.title for feed in found.feeds], found.unread) == (["A", "B"], ())


@pytest.mark.parametrize(
    "body", [b"<rss><![CDATA[<opml>]]></rss>", b"<html><opml/></html>", b"https://a/", b""]
)
def test_a_document_that_quotes_opml_is_not_a_list(body: bytes) -> None:
    assert not is_opml(body)


@pytest.mark.parametrize("cut", [1, 8, 20, 40])
def test_a_list_that_breaks_off_says_where_and_how_many_feeds_were_read(cut: int) -> None:
    body = (
        b"<opml><body>\n" + TWO.encode() + b"\n<outline text='C' xmlUrl='https://c.example/'/></body></opml>"
    )
    found = read_list(body[: len(body) - len("</body></opml>") - cut])
    feeds = len(found.feeds)
    assert feeds in (2, 3)
    assert [one.why for one in found.unread] == [
        f"the file breaks off at line 4; {feeds} feeds were readable"
    ]


def test_a_list_that_breaks_off_within_a_folder_reports_every_outline_before_it() -> None:
    broken = b'<opml><body><outline text="a"><b>x</b'
    assert [one.why for one in read_list(broken).unread] == [
        "the file breaks off at line 1; 0 feeds were readable"
    ]
    dead = read_list(broken.replace(b"<body>", b'<body><outline text="dead"/>')).unread
    assert len(dead) == 2
    assert dead[1].why == "the file breaks off at line 1; 0 feeds were readable"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("<outline text='A' xmlUrl='ftp://a.example/'/>", "line 1, 'A': 'ftp://a.example/' is not an http"),
        ("<outline text='A' xmlUrl='/feed'/>", "line 1, 'A': '/feed' is not an http"),
        (
            "<outline text='A' type='rss' htmlUrl='https://a.example/'/>",
            "line 1, 'A': the outline has no xmlUrl",
        ),
        (
            "<outline text='A' type='link' url='https://a.example/'/>",
            "line 1, 'A': an outline of type 'link'",
        ),
        ("<outline text='Empty folder'/>", "line 1, 'Empty folder': the outline has no xmlUrl"),
        ("<outline/>", "line 1: the outline has no xmlUrl"),
        (
            '<outline text="say "hi"" xmlUrl="https://a.example/"/>',
            "1 outlines with an xmlUrl are not well-formed",
        ),
    ],
)
def test_an_outline_that_is_not_subscribed_is_reported_with_its_reason(written: str, why: str) -> None:
    found = read_list(outline(written + TWO.replace("\n", "")))
    assert len(found.feeds) == 2
    assert found.unread[-1].why.startswith(why), found.unread


def test_folders_and_comments_are_not_reported() -> None:
    found = read_list(outline(f"<outline text='F'>{TWO}</outline><!-- <outline xmlUrl='x'/> -->"))
    assert (len(found.feeds), found.unread) == (2, ())


def test_an_address_of_a_feed_may_be_called_url() -> None:
    assert (
        read(outline("<outline type='rss' text='A' url='https://a.example/'/>"))[0].url
        == "https://a.example/"
    )

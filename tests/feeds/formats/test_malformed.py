"""A document that becomes malformed gives the same entries as before."""

import re
from datetime import UTC, datetime

import pytest

from tests.feeds.documents import URL
from worker.feeds import ParsedFeed, parse

WELL = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>A &amp; B</title><link>https://p.example/</link>
<item><title>R&amp;B &lt;live&gt;</title><link>https://p.example/?a=1&amp;b=2</link>
<guid isPermaLink="false">Ink &amp; Switch &#38; "more" &amp;lt;</guid><category>Q. &amp; A.</category>
<category><![CDATA[Food & drink]]></category><description>&lt;p&gt;Text&lt;/p&gt;</description></item>
<item><guid>https://p.example/?a=1&amp;copy=2</guid><title>Über</title></item></channel></rss>"""

SPOILS = {
    "a bare ampersand": lambda text: text.replace("</channel>", "<x>a & b</x></channel>"),
    "an end that is missing": lambda text: re.sub("</channel></rss>", "", text),
    "something behind the end": lambda text: f"{text}\n<script>x()</script>",
    "an attribute without quotes": lambda text: text.replace("</channel>", "<x y=z/></channel>"),
}


def read(body: bytes, content_type: str | None = None) -> ParsedFeed:
    parsed = parse(body, url=URL, content_type=content_type)
    assert isinstance(parsed, ParsedFeed)
    return parsed


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_malformed_document_gives_the_same_entries_as_the_well_formed_one(spoil: str) -> None:
    well, spoiled = read(WELL.encode()), read(SPOILS[spoil](WELL).encode())
    assert spoiled.warnings
    assert spoiled.entries == well.entries
    assert [one.id for one in well.entries] == [
        'Ink & Switch & "more" &lt;',
        "https://p.example/?a=1&copy=2",
    ]
    assert well.entries[0].tags == ("Q. & A.", "Food & drink")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("stated", [None, "text/xml", "text/xml; charset={}"])
def test_utf_16_and_utf_32_give_the_same_entries_as_utf_8(codec: str, stated: str | None) -> None:
    text = (
        WELL.replace("utf-8", codec[:6])
        .replace("<title>Über", "<atom:title>Über")
        .replace("Über</", "Über</atom:")
    )
    narrow = text.replace(codec[:6], "utf-8")
    content_type = stated and stated.format(codec[:6])
    assert read(text.encode(codec), content_type).entries == read(narrow.encode()).entries


def test_a_hostile_document_type_is_found_in_utf_16_and_utf_32() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><rss><channel/></rss>'
    for codec in ("utf-16", "utf-16-le", "utf-32-be"):
        assert not isinstance(parse(bomb.encode(codec), url=URL), ParsedFeed)


def test_a_document_whose_tags_do_not_match_is_read_by_feedparser() -> None:
    inside = (
        "<title>One</title><link>https://p.example/1</link><guid>1 &amp; 2</guid><author>Ana</author>"
        "<category>Sea &amp; sand</category><pubDate>Mon, 13 Jan 2025 10:00:00 GMT</pubDate>"
        '<enclosure url="/a.mp3" length="9" type="audio/mpeg"/><description>a <b>b</description>'
    )
    (one, two) = read(
        f"<rss><channel><item>{inside}</item><item>{inside}</item></channel></rss>".encode()
    ).entries
    assert (one.title, one.link, one.id, one.authors) == ("One", "https://p.example/1", "1 & 2", ("Ana",))
    assert (one.tags, one.published) == (("Sea & sand",), datetime(2025, 1, 13, 10, tzinfo=UTC))
    assert [(file.url, file.length) for file in one.enclosures] == [("https://feeds.example.org/a.mp3", 9)]
    assert two.title == "One"

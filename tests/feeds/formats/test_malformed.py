"""A document that is malformed today says of its entries what it said yesterday."""

import re

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
def test_ids_and_categories_are_the_same_in_a_malformed_document(spoil: str) -> None:
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
def test_a_document_in_wide_characters_is_the_same_document(codec: str, stated: str | None) -> None:
    text = (
        WELL.replace("utf-8", codec[:6])
        .replace("<title>Über", "<atom:title>Über")
        .replace("Über</", "Über</atom:")
    )
    narrow = text.replace(codec[:6], "utf-8")
    content_type = stated and stated.format(codec[:6])
    assert read(text.encode(codec), content_type).entries == read(narrow.encode()).entries


def test_wide_characters_hide_no_document_type() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><rss><channel/></rss>'
    for codec in ("utf-16", "utf-16-le", "utf-32-be"):
        assert not isinstance(parse(bomb.encode(codec), url=URL), ParsedFeed)

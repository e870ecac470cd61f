"""XML with expanding or external entities is refused before any parser sees it."""

import html

import pytest

from tests.feeds.documents import URL, feed
from worker.feeds import cut, parse
from worker.outcome import Reason, Refusal

BODY = "<rss><channel><title>&a;</title><item><title>One</title></item></channel></rss>"


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY b "lol"><!ENTITY a "&b;&b;&b;&b;">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY a PUBLIC "-//x" "http://127.0.0.1/x">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;',
        '<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;',
        '<!ENTITY % p PUBLIC "-//x" "http://localhost/x"> %p;',
        '<!ENTITY % a "x"><!ENTITY % b "%a;%a;%a;%a;"> %b;',
        f'<!ENTITY % a "{"x" * 5000}"> %a;',
        f'<!ENTITY a "{"x" * 5000}">',
        '<!ENTITY a "<item/>">',
        "<!ENTITY a '&b;'>",
        "".join(f'<!ENTITY a{number} "x">' for number in range(1000)),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_entities_that_expand_or_are_external_are_refused(subset: str, encoding: str) -> None:
    refused = parse(f"<!DOCTYPE rss [{subset}]>{BODY}".encode(encoding), url=URL)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.HOSTILE_XML


def test_a_tag_in_a_comment_does_not_hide_the_document_type() -> None:
    hidden = f'<!-- <rss> --><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>{BODY}'
    assert isinstance(parse(hidden.encode(), url=URL), Refusal)


def test_a_hostile_sitemap_is_refused() -> None:
    hostile = b'<!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/hostname">]><urlset><url><loc>&a;</loc></url></urlset>'
    refused = parse(hostile, url=URL)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.HOSTILE_XML


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">',
        '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>',
        "<!DOCTYPE rss>",
        '<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN"'
        ' "http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent"> %HTMLlat1;]>',
        '<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1//EN//HTML">%HTMLlat1;]>',
        "<!DOCTYPE rss [ <!ENTITY % s SYSTEM 'https://dtd.example.org/rss.ent' > %s; ]>",
        '<!DOCTYPE rss [<!ENTITY % text "CDATA"><!ELEMENT rss ANY>]>',
    ],
)
def test_a_harmless_document_type_passes(doctype: str) -> None:
    body = BODY.replace("&a;", "News")
    assert feed(f"{doctype}{body}".encode()).entries[0].title == "One"


def test_an_article_about_entities_is_not_refused() -> None:
    text = '<![CDATA[<!ENTITY a SYSTEM "file:///etc/hostname">]]>'
    assert len(feed(BODY.replace("&a;", "News").replace("One", text).encode()).entries) == 1


QUOTED = """<!DOCTYPE lolz [
 <!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;"><!ENTITY % p SYSTEM "file:///etc/passwd"> %p;
]><lolz>&lol2;</lolz>"""


@pytest.mark.parametrize("ending", ["</channel></rss>", ""], ids=["whole", "broken off"])
@pytest.mark.parametrize("before", ["", '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>'])
def test_an_article_that_quotes_a_document_type_is_read_in_full(before: str, ending: str) -> None:
    text = f"<![CDATA[<pre>{html.escape(QUOTED)}</pre>{QUOTED}]]>"
    item = f"<item><title>One</title><description>{text}</description></item>"
    found = feed(f"{before}<rss><channel><title>T&nbsp;</title>{item}{ending}".encode())
    assert [entry.title for entry in found.entries] == ["One"]
    assert "&lt;!ENTITY lol2" in (found.entries[0].summary or "")


def test_known_items_are_cut_from_a_feed_that_quotes_a_document_type() -> None:
    body = f"<rss><channel><item><title><![CDATA[{QUOTED}]]></title></item><item/></channel></rss>".encode()
    first = cut(body, frozenset())
    assert len(first.hashes) == 2
    assert cut(body, frozenset(first.hashes)).known == 2


def test_named_entities_of_html_are_read_after_the_document_type_is_cut_off() -> None:
    doctype = (
        '<!DOCTYPE rss [<!ENTITY % l PUBLIC "-//W3C//X" "http://www.w3.org/x.ent">%l;<!ENTITY me "Ann">]>'
    )
    body = (
        f"{doctype}<rss><channel><item><title>Caf&eacute; &me; &unknown; &amp;</title></item></channel></rss>"
    )
    assert feed(body.encode()).entries[0].title == "Café Ann &unknown; &"


BOMB = f'<!DOCTYPE rss [<!ENTITY b "lol"><!ENTITY a "&b;&b;&b;&b;">]>{BODY}'
DISGUISES = {
    "utf-7": BOMB.replace("<", "+ADw-").replace("!", "+ACE-").encode(),
    "hz": BOMB.replace("ENTITY", "ENT~\nITY").encode(),
    "iso2022_jp": BOMB.replace("ENTITY", "ENT\x1b(BITY").encode(),
    "unicode_escape": BOMB.replace("<", "\\x3c").encode(),
    "raw_unicode_escape": BOMB.replace("<", "\\u003c").encode(),
    "cp037": BOMB.encode("cp037"),
    "cp500": BOMB.encode("cp500"),
}


@pytest.mark.parametrize("codec", DISGUISES)
def test_an_encoding_does_not_hide_the_document_type(codec: str) -> None:
    stated = parse(DISGUISES[codec], url=URL, content_type=f"text/xml; charset={codec}")
    declared = parse(f'<?xml version="1.0" encoding="{codec}"?>'.encode() + DISGUISES[codec], url=URL)
    for refused in (stated, declared):
        assert isinstance(refused, Refusal)
        assert refused.reason is Reason.HOSTILE_XML


@pytest.mark.parametrize("codec", ["iso2022_jp", "utf-7", "cp037", "hex", "no-such", "idna"])
def test_an_unusual_encoding_alone_is_not_refused(codec: str) -> None:
    body = BODY.replace("&a;", "News").encode()
    assert not isinstance(parse(body, url=URL, content_type=f"text/xml; charset={codec}"), Refusal)

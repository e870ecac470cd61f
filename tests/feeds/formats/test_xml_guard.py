"""XML with expanding or external entities is refused before any parser sees it."""

import pytest

from tests.feeds.documents import URL, feed
from worker.feeds import parse
from worker.outcome import Reason, Refusal

BODY = "<rss><channel><title>&a;</title><item><title>One</title></item></channel></rss>"


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY b "lol"><!ENTITY a "&b;&b;&b;&b;">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY a PUBLIC "-//x" "http://127.0.0.1/x">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;',
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
    ],
)
def test_a_harmless_document_type_passes(doctype: str) -> None:
    body = BODY.replace("&a;", "News")
    assert feed(f"{doctype}{body}".encode()).entries[0].title == "One"


def test_an_article_about_entities_is_not_refused() -> None:
    text = '<![CDATA[<!ENTITY a SYSTEM "file:///etc/hostname">]]>'
    assert len(feed(BODY.replace("&a;", "News").replace("One", text).encode()).entries) == 1


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

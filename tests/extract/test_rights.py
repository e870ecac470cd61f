"""The publisher's terms are read from the page, its links and the headers."""

import pytest

from tests.extract.pages import EN, URL, article_html, json_ld, page
from worker.extract import Article, Rights, extract

CC = "https://creativecommons.org/licenses/by-sa/4.0/"


def read(head: str = "", body: str = "", headers: list[tuple[str, str]] | None = None) -> Article:
    found = extract(page(article_html(EN, after=body), head=head), url=URL, headers=headers or ())
    assert isinstance(found, Article)
    return found


def rights(head: str = "", body: str = "", headers: list[tuple[str, str]] | None = None) -> Rights:
    return read(head, body, headers).rights


@pytest.mark.parametrize(
    ("said", "robots"),
    [
        ("noarchive, nosnippet", ("noarchive", "nosnippet")),
        ("NOINDEX,  Follow", ("noindex", "follow")),
        ("googlebot-news: noindex, nofollow", ("googlebot-news: noindex", "googlebot-news: nofollow")),
        ("noarchive, otherbot: noindex", ("noarchive",)),
        ("max-snippet: 50, noai", ("max-snippet: 50", "noai")),
        (
            "unavailable_after: Wed, 03 Jan 2029 10:00:00 GMT",
            ("unavailable_after: wed, 03 jan 2029 10:00:00 gmt",),
        ),
    ],
)
def test_robots_directives_of_the_response_are_read(said, robots):
    assert rights(headers=[("X-Robots-Tag", said)]).robots == robots


def test_an_agent_only_applies_within_its_header_line():
    lines = [("x-robots-tag", "otherbot: noindex"), ("x-robots-tag", "noarchive")]
    assert rights(headers=lines).robots == ("noarchive",)


def test_directives_of_page_and_headers_are_merged():
    head = '<meta name="robots" content="noarchive,index"><meta name="Googlebot-News" content="nosnippet">'
    found = read(head, headers=[("X-Robots-Tag", "noarchive, noimageai")])
    assert found.rights.robots == ("noarchive", "index", "googlebot-news: nosnippet", "noimageai")
    assert (found.rights.noarchive, found.rights.noai) == (True, True)
    assert dict(found.provenance)["rights"] == "meta"


@pytest.mark.parametrize(
    ("head", "headers", "reserved", "source"),
    [
        ('<meta name="tdm-reservation" content="1">', [], True, "meta"),
        ('<meta name="tdm-reservation" content="0">', [], False, "meta"),
        ("", [("TDM-Reservation", "1")], True, "header"),
        ('<meta name="tdm-reservation" content="0">', [("tdm-reservation", "1")], True, "meta"),
    ],
)
def test_a_reservation_on_text_mining_counts_wherever_it_is_made(head, headers, reserved, source):
    found = read(head, headers=[*headers, ("tdm-policy", "https://news.example/tdm.json")])
    assert (found.rights.tdm_reserved, found.rights.tdm_policy) == (reserved, "https://news.example/tdm.json")
    assert dict(found.provenance)["rights"] == source


def test_a_page_without_statements_has_no_rights():
    found = read(headers=[("etag", "x")])
    assert found.rights == Rights()
    assert "rights" not in dict(found.provenance)


@pytest.mark.parametrize(
    ("head", "body", "source"),
    [
        (json_ld(headline="x", license=CC), "", "json-ld"),
        (json_ld(headline="x", license={"@type": "CreativeWork", "url": CC}), "", "json-ld"),
        (f'<link rel="license" href="{CC}">', "", "html"),
        ("", f'<p class="foot"><a rel="license" href="{CC}"><img src="by-sa.png"></a></p>', "html"),
        ("", f'<p>This text is licensed under <a href="{CC}">CC BY-SA 4.0</a>.</p>', "html"),
        ("", f'<p>Dieser Text steht unter der Lizenz <a href="{CC}">CC BY-SA 4.0</a>.</p>', "html"),
        ("", f'<p>Статья доступна по лицензии <a href="{CC}">CC BY-SA 4.0</a>.</p>', "html"),
        ("", f'<p>この記事は<a href="{CC}">CC BY-SA 4.0</a>ライセンスです。</p>', "html"),
    ],
)
def test_a_licence_is_found_where_it_is_stated_or_printed(head, body, source):
    found = read(head, body)
    assert found.rights.licence == CC
    assert dict(found.provenance)["rights"] == source


@pytest.mark.parametrize(
    "body",
    [
        f'<figure><img src="a"><figcaption>Ann (<a rel="license" href="{CC}">CC</a>)</figcaption></figure>',
        f'<p class="photo-credit">Ann, licensed as <a href="{CC}">CC BY-SA</a></p>',
        f'<p>The council now recommends <a href="{CC}">these terms</a> to its offices.</p>',
        f'<p>Licence: <a href="{CC}">one</a> or licence <a href="{CC.replace("-sa", "")}">other</a></p>',
    ],
)
def test_the_licence_of_a_picture_or_of_something_else_is_ignored(body):
    assert rights(body=body).licence is None


def test_a_licences_address_is_absolute():
    assert rights('<link rel="license" href="/terms">').licence == "https://news.example/terms"

"""Any bytes give an Article or a Refusal, in bounded time."""

import json
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extract.pages import EN, URL, Item, article_html, json_ld, meta, page
from tests.extract.read import article, refused
from worker.extract import Article, extract, from_document, reset_caches, to_document
from worker.outcome import Reason, Refusal

TEXT = f"<p>{EN[0]}</p>".encode() * 3
BODY = b"<html><body><article>"
FRAGMENTS = [
    *(
        "<p>",
        "</p>",
        "<div class='byline'>",
        "<table><tr><td>",
        "</td>",
        "<ul><li>",
        "<figure><img src=x srcset='a 2x,'>",
    ),
    *(
        "<figcaption>© x",
        "<a href='http://[', rel=author>",
        "<script type='application/ld+json'>",
        "</script>",
        "<!--",
    ),
    *(
        '{"@type":"NewsArticle","author":[',
        "\x00",
        "\ud7ff",
        "<time datetime='2024-02-31'>",
        "<meta property=og:title content=",
        "&#0;",
    ),
    *(
        "<br><br>",
        "<blockquote>",
        "<h1>",
        "<base href='::'>",
        "<frameset>",
        "<svg><p>",
        "<html lang='%'>",
        EN[0],
        EN[1],
    ),
]


@given(st.binary(max_size=2000))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_an_article_or_a_reason(body):
    ends_well(extract(body, url=URL))


@given(
    st.binary(max_size=60), st.integers(0, 900), st.integers(0, 200), st.sampled_from([None, "text/html; x"])
)
@settings(max_examples=200, deadline=None)
def test_a_page_with_any_bytes_in_a_part_gives_an_article_or_a_reason(piece, at, length, content_type):
    body = page(article_html(), head=json_ld(headline="The bridge is closed", author={"name": "Jo Park"}))
    ends_well(extract(body[:at] + piece + body[at + length :], url=URL, content_type=content_type))


def ends_well(answer):
    """An article that can be stored and comes back unchanged, or a reason."""
    if isinstance(answer, Refusal):
        assert isinstance(answer.reason, Reason)
        return
    assert isinstance(answer, Article)
    assert all(block.text.strip() for block in answer.blocks)
    document = json.dumps(to_document(answer))
    assert "\\u0000" not in document.replace("\\\\", "")
    assert from_document(json.loads(document)) == answer


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40), st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_sequence_of_tags_gives_an_article_or_a_reason(fragments, url):
    body = "".join(fragments).encode("utf-8", "replace")
    answer = extract(
        body, url=f"https://news.example/{url}", content_type=url, entry=Item(content=body.decode())
    )
    ends_well(answer)
    if isinstance(answer, Article):
        assert all(
            link.start < link.end <= len(block.text) for block in answer.blocks for link in block.links
        )


@pytest.mark.parametrize(
    "value",
    [
        None,
        0,
        "",
        "x",
        [],
        {},
        [None],
        [[]],
        {"name": None},
        {"@id": "#x"},
        {"url": 7},
        True,
        "\u0000",
        [{"name": {}}],
    ],
)
@pytest.mark.parametrize(
    "name",
    [
        "headline",
        "author",
        "datePublished",
        "image",
        "publisher",
        "keywords",
        "articleSection",
        "articleBody",
    ],
)
def test_any_value_in_json_ld_gives_an_article_or_a_reason(name, value):
    assert article(page(article_html(), head=json_ld(**{name: value}))).text.startswith(EN[0])


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>" + b"<div>" * 100_000 + TEXT,
        BODY + b"<b>" * 100_000 + TEXT,
        BODY + b"<blockquote>" * 5_000 + TEXT,
        BODY + b"<table><tr><td>" * 5_000 + TEXT,
        BODY + b"<ul><li>" * 5_000 + TEXT,
        BODY + b"<p>a" + b" " * 1_000_000 + b"b" + TEXT,
        BODY + b"<p>word</p>" * 30_000 + TEXT,
        BODY + b"<div class='" + b"author " * 50_000 + b"'>" + TEXT,
        b"<html><title>" + b"a - " * 50_000 + b"</title>" + BODY + TEXT,
        b"<script type='application/ld+json'>" + b'{"@graph":' * 50_000 + b"</script>" + BODY + TEXT,
        b"<div " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">" + TEXT,
        BODY + b"<div><p>word " * 120 + b"word " * 150_000,
        BODY + TEXT + b"&#1;&amp;&bogus;" * 60_000,
    ],
    ids=[
        *("div", "b", "quote", "table", "list", "blanks", "short", "class", "title", "json-ld", "attributes"),
        *("deep text", "entities"),
    ],
)
def test_pathological_pages_end_in_time(body):
    start = time.process_time()
    assert isinstance(extract(body, url=URL), Article | Refusal)
    assert time.process_time() - start < 10


PLACES = {
    "text": ("", "<p>~</p>"),
    "first": ("", "<div>~</div><h1>The bridge</h1>"),
    "h1": ("", "<h1>~</h1>"),
    "byline": ("", "<h1>The bridge</h1><p class=byline>~</p>"),
    "date": ("", "<time datetime='~'>~</time><p class=date>~</p>"),
    "caption": ("", "<figure><img src=/a.jpg><figcaption>~</figcaption></figure>"),
    "credit": ("", "<figure><img src=/a.jpg><span class=credit>~</span></figure>"),
    "image": ("", "<img class='~' src='~' srcset='~' alt='~' width='~'>"),
    "link": ("", "<p>Read: <a href='~' class='~' rel='~'>~</a></p>"),
    "title": ("<title>~</title>", ""),
    "meta": (meta(og__title="~", og__description="~", author="~", article__published_time="~"), ""),
    "links": ("<link rel=canonical href='~'><base href='~'>", ""),
    "names": (json_ld(headline="~", author={"name": "~"}, keywords="~", articleSection="~"), ""),
    "values": (json_ld(datePublished="~", image={"url": "~"}, articleBody="~", description="~"), ""),
}


@pytest.mark.parametrize(("head", "before"), PLACES.values(), ids=PLACES)
def test_time_grows_at_most_linearly_with_any_part_of_a_page(head, before):
    slow = []
    for piece in (
        "川",
        "a",
        "1",
        " ",
        "a ",
        "1.",
        "3 May 2024 ",
        "By ",
        "by a, ",
        "© ",
        "- ",
        "| a",
        "/",
        "(",
    ):
        long = piece * (60_000 // len(piece))
        body = page(article_html(before=before.replace("~", long)), head=head.replace("~", long))
        start = time.process_time()
        assert isinstance(extract(body, url=URL), Article | Refusal)
        if (spent := time.process_time() - start) > 2:
            slow.append((piece, spent))
    assert not slow


FRAMES = b"<frameset cols='20%,80%'><frame src=a><frame src=b></frameset>"
ARTICLE = page(article_html())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.EMPTY_BODY),
        (b" \n" * 1000, Reason.EMPTY_BODY),
        (b"\x00" * 100_000, Reason.NOT_HTML),
        (b"<!-- nothing -->", Reason.NOT_HTML),
        (b"%PDF-1.7 " + ARTICLE, Reason.NOT_HTML),
        (b"<html><head><title>The bridge</title></head></html>", Reason.TOO_SHORT),
        (page("<script>" + article_html()), Reason.TOO_SHORT),
        (page("<!--" + article_html()), Reason.TOO_SHORT),
        (page("<iframe src=a></iframe>"), Reason.TOO_SHORT),
        (b"<html>" + FRAMES + b"</html>", Reason.FRAMES_ONLY),
        (
            b"<html>" + FRAMES + b"<noframes><body><p>No frames here.</body></noframes></html>",
            Reason.FRAMES_ONLY,
        ),
        (b"<html><body>" + b"<div>" * 100_000 + TEXT, Reason.TOO_SHORT),
        (page(article_html(after="<i></i>" * 100_000)), Reason.TOO_LARGE),
        (page(article_html(after="<p>" + "word " * 300_000)), Reason.TOO_LARGE),
        (page(article_html(before=" " * 10_000_000)), Reason.TOO_LARGE),
        (b"<p>" + b"word " * 10_000_000, Reason.TOO_LARGE),
    ],
)
def test_a_page_without_an_article_is_refused_with_a_reason(body, reason):
    assert refused(body) == reason


@pytest.mark.parametrize(
    "body",
    [
        b"\x00" * 1000 + ARTICLE,
        ARTICLE.decode().encode("utf-16-le"),
        " ".join(EN).encode(),
        ("<p>" + "<p>".join(EN)).encode(),
        page(article_html(after="<span>" * 100_000)),
        page(article_html(before="<script>" + "x = 1; " * 500_000 + "</script>")),
        ARTICLE.replace(b"</p><p>", b"</p>&#1;&#xFFFE;&#xD800;\xef\xbf\xbf<p>"),
    ],
    ids=["nuls", "utf-16", "text", "no body", "open spans", "long script", "no characters"],
)
def test_an_article_in_a_broken_page_is_found(body):
    assert EN[3].split()[-1] in article(body).text


@pytest.mark.parametrize("escape", [r"\u0000", r"\u001f", r"\uD800", r"\udc00", r"\uFFFE", r"\ud800\ud800"])
def test_escapes_of_invalid_characters_reach_no_field(escape):
    head = json_ld(
        headline="The ~ bridge", author={"name": "Jo~ Park"}, articleSection="~News", keywords=["~a"]
    )
    document = to_document(article(page(article_html(), head=head.replace("~", escape))))
    assert not re.search("[\x00-\x09\x0b-\x1f\ud800-\udfff\ufffe]", json.dumps(document, ensure_ascii=False))
    assert document["title"] == "The bridge"


def test_nul_bytes_do_not_end_the_text():
    body = page(article_html()).replace(b"</p><p>", b"\x00</p>\x00<p>")
    assert article(body).text.split("\n\n") == list(EN)


def test_an_invalid_page_address_is_safe():
    assert article(page(article_html()), url="nonsense").canonical_url is None


def test_the_caches_can_be_emptied_between_pages():
    before = article(page(article_html()))
    reset_caches()
    assert article(page(article_html())) == before

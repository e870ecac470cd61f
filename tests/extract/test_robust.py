"""Any bytes give an Article or a Refusal, in bounded time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extract.pages import EN, URL, Item, article_html, json_ld, page
from tests.extract.read import article
from worker.extract import Article, extract, reset_caches
from worker.outcome import Refusal

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
def test_any_bytes(body):
    assert isinstance(extract(body, url=URL), Article | Refusal)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40), st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_soup_of_markup(fragments, url):
    body = "".join(fragments).encode("utf-8", "replace")
    answer = extract(
        body, url=f"https://news.example/{url}", content_type=url, entry=Item(content=body.decode())
    )
    assert isinstance(answer, Article | Refusal)
    if isinstance(answer, Article):
        assert all(block.text.strip() for block in answer.blocks)
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
def test_any_value_in_json_ld(name, value):
    assert article(page(article_html(), head=json_ld(**{name: value}))).text.startswith(EN[0])


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>" + b"<div>" * 100_000 + TEXT,
        BODY + b"<b>" * 100_000 + TEXT,
        BODY + b"<blockquote>" * 5_000 + TEXT,
        BODY + b"<table><tr><td>" * 5_000 + TEXT,
        BODY + b"<p>a" + b" " * 1_000_000 + b"b" + TEXT,
        BODY + b"<p>word</p>" * 30_000 + TEXT,
        BODY + b"<div class='" + b"author " * 50_000 + b"'>" + TEXT,
        b"<html><title>" + b"a - " * 50_000 + b"</title>" + BODY + TEXT,
        b"<script type='application/ld+json'>" + b'{"@graph":' * 50_000 + b"</script>" + BODY + TEXT,
        b"<div " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">" + TEXT,
        b"word " * 10_000_000,
    ],
    ids=["div", "b", "quote", "table", "blanks", "short", "class", "title", "json-ld", "attributes", "50 MB"],
)
def test_pathological_pages_end_in_time(body):
    start = time.process_time()
    assert isinstance(extract(body, url=URL), Article | Refusal)
    assert time.process_time() - start < 10


def test_nul_bytes_do_not_end_the_text():
    body = page(article_html()).replace(b"</p><p>", b"\x00</p>\x00<p>")
    assert article(body).text.split("\n\n") == list(EN)


def test_an_address_that_is_none_does_no_harm():
    assert article(page(article_html()), url="nonsense").canonical_url is None


def test_the_caches_can_be_emptied_between_pages():
    before = article(page(article_html()))
    reset_caches()
    assert article(page(article_html())) == before

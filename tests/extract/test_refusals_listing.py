"""Pages that list articles are refused; articles with lists around them are accepted."""

import pytest

from tests.extract.pages import AR, DE, EN, HI, JA, RU, article_html, json_ld, page
from tests.extract.read import article, refused
from worker.outcome import Reason

SECTIONS = [
    "https://news.example/",
    "https://news.example/politics",
    "https://news.example/de/",
    "https://news.example/tag/bridges/",
    "https://news.example/category/local/page/2",
    "https://news.example/thema/bruecken",
    "https://news.example/author/ann-miller/",
    "https://news.example/find?q=bridge",
]
LANGUAGES = [EN, DE, RU, JA, AR, HI]


def links(text: tuple[str, ...]) -> str:
    return "".join(f'<li><a href="/{n}">{text[n % 4][:60]}</a></li>' for n in range(30))


def teasers(text: tuple[str, ...]) -> str:
    return "".join(
        f'<article><h3><a href="/{n}">{text[n % 4][:40]}</a></h3><p>{text[n % 4]}</p></article>'
        for n in range(12)
    )


def cards(text: tuple[str, ...]) -> str:
    return "".join(
        f'<div><a href="/{n}"><h2>{text[n % 4][:40]}</h2></a><p>{text[n % 4]}</p><p>3 May</p></div>'
        for n in range(12)
    )


@pytest.mark.parametrize("text", LANGUAGES)
@pytest.mark.parametrize("layout", [links, teasers, cards])
def test_a_page_of_links_teasers_or_cards_at_a_sections_address_is_refused(text, layout):
    body = page(f"<main><h1>{text[0][:10]}</h1>{layout(text)}</main>", title="The News")
    for url in SECTIONS:
        assert refused(body, url=url) is Reason.NOT_AN_ARTICLE


def test_a_page_of_links_is_refused_at_any_address():
    paragraphs = "".join(f'<p><a href="/{n}">{EN[n % 4]} {n}</a></p>' for n in range(40))
    assert refused(page(f"<article>{paragraphs}</article>")) is Reason.NOT_AN_ARTICLE


@pytest.mark.parametrize("text", LANGUAGES)
@pytest.mark.parametrize("layout", [links, teasers, cards])
@pytest.mark.parametrize(
    "url", ["https://news.example/news/the-bridge-is-closed", "https://news.example/bridge"]
)
def test_an_article_above_a_list_of_others_is_an_article(text, layout, url):
    body = page(article_html(text * 2) + f"<aside>{layout(text)}</aside>")
    assert article(body, url=url).text.startswith(text[0][:20])


@pytest.mark.parametrize("url", SECTIONS)
def test_a_page_that_states_an_article_is_accepted_at_any_address(url):
    body = page(article_html() + teasers(EN), head=json_ld(headline="The bridge"))
    assert article(body, url=url).title

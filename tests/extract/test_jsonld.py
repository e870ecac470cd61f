"""JSON-LD is read however it is written."""

import pytest

from worker.extract.jsonld import article_node, load
from worker.extract.page import parse_text
from worker.outcome import Refusal

ARTICLE = '{"@type": "NewsArticle", "headline": "Closed"}'


def node(*scripts: str) -> dict[str, object]:
    tags = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    tree = parse_text(f"<html><head>{tags}</head><body></body></html>")
    assert not isinstance(tree, Refusal)
    return article_node(tree)


@pytest.mark.parametrize(
    "text",
    [
        ARTICLE,
        f"[{ARTICLE}]",
        f"<!-- {ARTICLE} -->",
        f"//<![CDATA[\n{ARTICLE}\n//]]>",
        f"{ARTICLE};",
        '{"@type": "NewsArticle", "headline": "Closed",}',
        '{"@type": ["Thing", "https://schema.org/NewsArticle"], "headline": "Closed"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Closed&quot;}",
        f'{{"@graph": [{{"@type": "WebPage"}}, {ARTICLE}]}}',
        f'{{"@type": "WebPage", "mainEntity": {ARTICLE}}}',
        f'{{"@type": "Organization"}} {ARTICLE}',
        '{"@type": "NewsArticle", "headline": "Closed", "broken": "a "quoted" word"}',
    ],
)
def test_the_article_is_found(text):
    assert node(text)["headline"] == "Closed"


def test_a_raw_line_break_inside_a_string_is_read():
    assert load('{"description": "two\nlines"}')["description"] == "two\nlines"


def test_references_by_id_are_followed():
    found = node(
        '{"@graph": [{"@type": "NewsArticle", "headline": "Closed", "author": [{"@id": "#jo"}]},'
        '{"@type": "Person", "@id": "#jo", "name": "Jo Park"}]}'
    )
    assert found["author"][0]["name"] == "Jo Park"


def test_the_fullest_article_wins_and_pages_come_after_articles():
    assert node('{"@type": "WebPage", "headline": "Page"}', ARTICLE)["headline"] == "Closed"
    fuller = '{"@type": "Article", "headline": "Full", "datePublished": "2024-05-03", "author": "Jo"}'
    assert node(ARTICLE, fuller)["headline"] == "Full"


@pytest.mark.parametrize(
    "text", ["", "null", "7", '"x"', "[" * 5000, '{"@type": "Organization"}', "{{{", '{"@graph": ' * 3000]
)
def test_what_describes_no_article_is_nothing(text):
    assert node(text) == {}

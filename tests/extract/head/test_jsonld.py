"""JSON-LD is read however it is written."""

import json

import pytest

from worker.extract.head import read_head
from worker.extract.head.jsonld import read_json_ld, read_json_ld_block
from worker.outcome import Refusal
from worker.text.html import parse_html

ARTICLE = '{"@type": "NewsArticle", "headline": "Closed"}'


def node(*scripts: str) -> dict[str, object]:
    tags = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    tree = parse_html(f"<html><head>{tags}</head><body></body></html>")
    assert not isinstance(tree, Refusal)
    return read_json_ld(tree).article


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
        '{"@type": "NewsArticle", "broken": "a "quoted" word", "headline": "Closed"}',
        "{'@type': 'NewsArticle', 'headline': 'Closed'}",
        '{"@type": "NewsArticle", // of a "kind"\n "headline": "Closed" /* so */}',
        '{"@type": "NewsArticle", "author": Jo Park, "headline": "Closed"}',
        f"\n <![CDATA[\n {ARTICLE} \n]]>",
        f'{ARTICLE[:-1]}, "list": ["a", "b", ]}}',
    ],
)
def test_the_article_is_found(text):
    assert node(text)["headline"] == "Closed"


def test_a_raw_line_break_inside_a_string_is_read():
    assert read_json_ld_block('{"description": "two\nlines"}')["description"] == "two\nlines"


def test_references_by_id_are_followed():
    found = node(
        '{"@graph": [{"@type": "NewsArticle", "headline": "Closed", "author": [{"@id": "#jo"}]},'
        '{"@type": "Person", "@id": "#jo", "name": "Jo Park"}]}'
    )
    assert found["author"][0]["name"] == "Jo Park"


def test_the_fullest_article_wins_and_articles_win_over_pages():
    assert node('{"@type": "WebPage", "headline": "Page"}', ARTICLE)["headline"] == "Closed"
    fuller = '{"@type": "Article", "headline": "Full", "datePublished": "2024-05-03", "author": "Jo"}'
    assert node(ARTICLE, fuller)["headline"] == "Full"


def test_a_quote_inside_a_string_is_kept():
    assert read_json_ld_block('{"headline": "He said "no" to it", "b": 1}') == {
        "headline": 'He said "no" to it',
        "b": 1,
    }


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://news.example/own/">',
        '<meta property="og:title" content="Own &amp; only - The Courier">',
        "<title>Own &amp; only</title>",
    ],
)
def test_of_several_articles_the_pages_article_is_taken(head):
    nodes = [
        {"@type": "NewsArticle", "headline": "Teaser", "datePublished": "2024-05-03", "author": "Jo"},
        {"@type": "NewsArticle", "headline": "Own &amp; only", "url": "https://news.example/own"},
        {"@type": "NewsArticle", "headline": "Another", "datePublished": "2024-05-03", "author": "Jo"},
    ]
    scripts = f'<script type="application/ld+json">{json.dumps(nodes)}</script>'
    tree = parse_html(f"<html><head>{head}{scripts}</head><body></body></html>")
    assert not isinstance(tree, Refusal)
    assert read_head(tree).json_ld["headline"] == "Own &amp; only"


@pytest.mark.parametrize("piece", ["/*", '"', "'", '{"a":', ": a", "//", ", ", '"a" '])
def test_hostile_text_is_handled(piece):
    read_json_ld_block("{" + piece * (100_000 // len(piece)))


@pytest.mark.parametrize(
    "text", ["", "null", "7", '"x"', "[" * 5000, '{"@type": "Organization"}', "{{{", '{"@graph": ' * 3000]
)
def test_a_block_without_an_article_gives_an_empty_node(text):
    assert node(text) == {}


@pytest.mark.parametrize("kind", ["PodcastEpisode", "RadioEpisode", "HowTo", "MusicEvent", "AudioObject"])
def test_episodes_instructions_and_events_have_a_node_too(kind):
    page_node = '{"@type": "Organization", "name": "The Courier"}'
    assert (
        node(page_node, f'{{"@type": "{kind}", "datePublished": "2024-05-03"}}')["datePublished"]
        == "2024-05-03"
    )


def test_an_article_is_read_before_an_episode_or_an_event():
    others = '{"@type": "PodcastEpisode", "name": "41", "datePublished": "2024-05-03", "author": "Jo"}'
    assert node(others, '{"@type": "MusicEvent", "headline": "x"}', ARTICLE)["headline"] == "Closed"

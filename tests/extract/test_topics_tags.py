"""Tags are stated, or printed as a list of links."""

import pytest

from tests.extract.pages import URL, json_ld, meta
from worker.extract.head import read_head
from worker.extract.page_index import index_of
from worker.extract.topics import choose_tags
from worker.outcome import Refusal
from worker.text.html import parse_html


def tags(head="", body="", names=("The Courier",)):
    tree = parse_html(f"<html><head>{head}</head><body>{body}</body></html>")
    assert not isinstance(tree, Refusal)
    return choose_tags(index_of(tree), read_head(tree), URL, names)


@pytest.mark.parametrize(
    ("head", "expected", "source"),
    [
        (json_ld(keywords=["Bridge", "Traffic"]), ("Bridge", "Traffic"), "json-ld"),
        (json_ld(keywords="Brücke, Verkehr;Stadt"), ("Brücke", "Verkehr", "Stadt"), "json-ld"),
        (json_ld(keywords=[{"@type": "DefinedTerm", "name": "мост"}]), ("мост",), "json-ld"),
        (meta(article__tag="橋、交通"), ("橋", "交通"), "opengraph"),
        (meta(news_keywords="جسر، مرور"), ("جسر", "مرور"), "meta"),
        (meta(keywords="puente, tráfico, The Courier"), ("puente", "tráfico"), "meta"),
        (json_ld(keywords="a b c d e") + meta(news_keywords="a b,c,d,e"), ("a b", "c", "d", "e"), "meta"),
        (json_ld(keywords=["#Bridge", "bridge", " "]), ("Bridge",), "json-ld"),
        ("", (), "meta"),
    ],
)
def test_stated_tags_are_split_and_cleaned(head, expected, source):
    assert tags(head) == (expected, source)


LINKS = '<a href="/{0}/bridge">Bridge</a> <a href="/{0}/river">#River</a>'


@pytest.mark.parametrize(
    "body",
    [
        '<div class="article-tags">' + LINKS.format("x") + "</div>",  # by class
        '<ul><li><a rel="tag" href="/x">Bridge</a></li><li><a rel="tag" href="/y">River</a></li></ul>',
        "<footer></footer><div>" + LINKS.format("thema") + "</div>",  # by address
        '<div class="tags"><a href="/x">Bridge</a><a href="/y">River</a><a href="https://b.example">Buy</a></div>',
    ],
)
def test_printed_tags_are_read_from_their_list(body):
    assert tags("", body) == (("Bridge", "River"), "html")


@pytest.mark.parametrize(
    "body",
    [
        '<div class="trending-bar">' + LINKS.format("tag") + "</div>",
        "<footer><div>" + LINKS.format("tag") + "</div></footer>",
        '<p>A long sentence of the text that has a <a href="/tag/bridge">Bridge</a> in its middle.</p>',
        "".join(f'<div class="teaser"><div class="tags">{LINKS.format("tag")}</div></div>' for _ in range(6)),
        "".join(f"<section>{LINKS.format('tag')}</section>" for _ in range(6)),
    ],
)
def test_links_of_other_lists_are_not_tags(body):
    assert tags("", body) == ((), "meta")

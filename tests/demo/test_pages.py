"""Pages and markup: text is printed escaped, inside the layout of a content system."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import html

from worker.demo.pages import LAYOUTS, Masthead, Page, blocks, render, render_consent_wall

SITE = Masthead("The <Test> Times", "http://127.0.0.1:1", sections=("city",))
PAGE = Page(
    url="http://127.0.0.1:1/a?x=1&y=2",
    title='Fish & chips "returned"',
    blocks=blocks("One.\n\nTwo & three.\n\nFour.\n\nFive."),
    standfirst="A </script> too far",
    authors=("Ann O'Neill",),
    published=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
    image="http://127.0.0.1:1/p.svg",
    caption="A plate",
    related=(("Another", "http://127.0.0.1:1/b"),),
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_prints_text_picture_and_identity(layout: str) -> None:
    tree = _parsed(render(PAGE, SITE, layout))

    text = tree.text_content()
    assert all(
        words in text for words in ("Two & three.", 'Fish & chips "returned"', "Ann O'Neill", "A plate")
    )
    assert tree.xpath("//link[@rel='canonical']/@href") == [PAGE.url]
    assert tree.xpath("//img/@src") == [PAGE.image]
    assert "Another" in text


@pytest.mark.parametrize("layout", ["gazette", "portal", "cards"])
def test_json_ld_stays_valid_whatever_the_text_contains(layout: str) -> None:
    script = _parsed(render(PAGE, SITE, layout)).xpath("//script[@type='application/ld+json']/text()")[0]
    data = json.loads(script)
    nodes = data if isinstance(data, list) else data.get("@graph", [data])

    article = next(node for node in nodes if node["@type"] == "NewsArticle")
    assert article["headline"] == PAGE.title
    assert article["description"] == PAGE.standfirst
    assert article["datePublished"] == "2026-03-02T08:00:00+00:00"
    assert "dateModified" not in article


def test_a_page_without_date_and_picture_can_be_rendered() -> None:
    bare = Page("http://127.0.0.1:1/b", "Bare", blocks("Text."))

    for layout in LAYOUTS:
        tree = _parsed(render(bare, SITE, layout))
        assert not tree.xpath("//img | //time")


def test_arabic_pages_run_from_right_to_left() -> None:
    assert b'dir="rtl"' in render(PAGE, Masthead("منارة", "http://127.0.0.1:1", "ar"), "gazette")


def test_a_consent_wall_shows_nothing_of_the_article() -> None:
    text = _parsed(render_consent_wall(SITE)).text_content()

    assert "cookies" in text
    assert "Two & three" not in text


@pytest.mark.parametrize(
    "text, expected",
    [
        ("One\nline & more", ["<p>One line &amp; more</p>"]),
        ("## Head", ["<h2>Head</h2>"]),
        ("> Said\n> twice", ["<blockquote><p>Said twice</p></blockquote>"]),
        ("- a\n- b", ["<ul><li>a</li><li>b</li></ul>"]),
        ("A\n\n\nB", ["<p>A</p>", "<p>B</p>"]),
    ],
)
def test_markup_becomes_html(text: str, expected: list[str]) -> None:
    assert blocks(text) == expected


def test_a_table_has_its_first_row_as_head() -> None:
    (table,) = blocks("| Item | Lent |\n| Drill | 9 |")

    assert table.startswith("<table><thead><tr><th>Item</th><th>Lent</th></tr></thead>")
    assert table.endswith("<tbody><tr><td>Drill</td><td>9</td></tr></tbody></table>")


def _parsed(page: bytes) -> Any:
    return html.fromstring(page)

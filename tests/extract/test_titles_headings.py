"""Headings are read with the signs that show whether one is the headline."""

import pytest

from tests.extract.pages import URL
from worker.extract.titles import first_headings, lower_headings, printed_part
from worker.outcome import Refusal
from worker.text.html import Tree, parse_html


def tree(body: str) -> Tree:
    parsed = parse_html(f"<html><body>{body}</body></html>")
    assert not isinstance(parsed, Refusal)
    return parsed


def only(body):
    (heading,) = first_headings(tree(body), URL)
    return heading


@pytest.mark.parametrize(
    "inside",
    [
        '<a href="/">The Courier</a>',
        '<a href="https://news.example">The Courier</a>',
        '<a href="https://www.news.example/de/">The Courier</a>',
        '<a href="/index.html"><svg><title>logo</title></svg>The Courier</a>',
    ],
)
def test_a_heading_linked_to_the_front_page_is_the_sites_name(inside):
    heading = only(f"<h1>{inside}</h1>")
    assert (heading.text, heading.home) == ("The Courier", True)


@pytest.mark.parametrize("link", ["https://other.example/", "/local/other-story", "/?p=7"])
def test_a_heading_linked_to_another_page_is_linked(link):
    heading = only(f'<h1><a href="{link}">The bridge</a></h1>')
    assert (heading.home, heading.linked) == (False, True)


@pytest.mark.parametrize("link", ["#top", URL, "/2024/05/03/the-bridge/", "http://["])
def test_a_heading_linked_to_its_own_page_is_not_linked(link):
    assert not only(f'<h1><a href="{link}">The bridge</a></h1>').home
    assert only(f'<h1><a href="{link}">The bridge</a></h1>').linked == (link == "http://[")


@pytest.mark.parametrize(
    "around",
    [
        "<nav>{}</nav>",
        "<ul><li>{}</li></ul>",
        "<aside>{}</aside>",
        '<div class="related">{}</div>',
        "<footer>{}</footer>",
    ],
)
def test_a_heading_in_furniture_is_recognised(around):
    assert only(around.format("<h1>The bridge</h1>")).furniture


@pytest.mark.parametrize("around", ["article", "main"])
def test_a_heading_in_an_article_is_recognised(around):
    assert only(f"<{around}><div><h1>The bridge</h1></div></{around}>").in_article
    assert not only("<div><h1>The bridge</h1></div>").in_article


@pytest.mark.parametrize(
    ("inside", "text", "headline"),
    [
        ('<span class="kicker">Stadt</span><br>Die Brücke', "Stadt Die Brücke", "Die Brücke"),
        ("Мост<script>x()</script> закрыт", "Мост закрыт", "Мост закрыт"),
        ('<b class="volanta">Tráfico:</b> El puente', "Tráfico: El puente", "El puente"),
        ('<span class="sr-only">Headline:</span> 橋', "橋", "橋"),
        ('<span class="headline topline">الجسر</span>', "الجسر", "الجسر"),
        ("पुल <small>3 मई</small>", "पुल 3 मई", "पुल"),
    ],
)
def test_kickers_and_subtitles_are_not_part_of_the_headline(inside, text, headline):
    heading = only(f"<h1>{inside}</h1>")
    assert (heading.text, heading.headline) == (text, headline)


def test_empty_and_endless_headings_are_skipped():
    page = tree(f"<h1> </h1><h1><img></h1><h1>{'long ' * 200}</h1><h2>One</h2><h3>Two</h3><h4>Three</h4>")
    assert first_headings(page, URL) == ()
    assert [one.text for one in lower_headings(page, URL, bool)] == ["One", "Two"]
    assert [one.level for one in lower_headings(page, URL, lambda text: text == "Two")] == [3]


def test_the_longest_printed_beginning_is_found():
    page = tree("<p>The bridge is</p><p>The bridge is closed</p><script>The bridge is closed - T</script>")
    assert printed_part(page, "The bridge is closed - The Courier", 8) == "The bridge is closed"
    assert printed_part(page, "Another - The Courier", 8) is None

"""The pieces of text below a headline, as a reader meets them."""

import pytest

from tests.extract.pages import page
from worker.extract.summary import SUB_MARK, SURE_MARK, WEAK_MARK, find_headline, pieces_below
from worker.extract.words import key, squeeze
from worker.text.html import parse_page

TITLE = "The bridge is closed"


def headline(body, *, sure=False):
    return find_headline(parse_page(page(body)), key(TITLE), sure=sure)


def pieces(below):
    return pieces_below(headline(f"<header><h1>{TITLE}</h1></header>{below}"), {key(TITLE)})


def texts(below):
    return [piece.text for piece in pieces(below)]


def test_the_heading_with_the_title_is_the_headline():
    body = f"<h1>The Example Daily</h1><h1>{TITLE}</h1>"
    assert headline(body).text == TITLE
    assert headline(f"<h1>The Example Daily</h1><h2>{TITLE}</h2>").text == TITLE


def test_a_long_heading_is_the_headline_where_none_has_the_title():
    body = "<h1>Logo</h1><h1>Old bridge over the river shut</h1>"
    assert headline(body).text == "Old bridge over the river shut"
    assert headline(body, sure=True) is None


def test_pieces_are_in_reading_order_and_without_furniture():
    below = """
      <script>var a = 'a text of a script';</script><nav><p>A line of the menu</p></nav>
      <div><p>The first paragraph</p><figure><figcaption>A caption of it</figcaption></figure></div>
      <section><div>The <b>second</b> one here</div></section><ul><li>A point of a list</li></ul>
    """
    assert texts(below) == ["The first paragraph", "The second one here", "A point of a list"]


def test_pieces_begin_again_after_a_second_headline():
    assert texts(f"<p>Something above it</p><h2>{TITLE}</h2><p>The first paragraph</p>") == [
        "The first paragraph"
    ]


@pytest.mark.parametrize("unseen", ["", "<style>.a{color:red}</style>"])
def test_text_of_inline_elements_stays_in_its_place(unseen):
    below = (
        f"<p>{unseen}Talks with <a href='/x'><b>Jo</b> Park</a> of the <i>Bridge <b>Office</b></i> go on.</p>"
    )
    assert texts(below) == ["Talks with Jo Park of the Bridge Office go on."]


def test_styles_inside_a_piece_are_not_its_text():
    assert texts("<p><style>.a{color:red}</style>The first paragraph</p>") == ["The first paragraph"]


def test_a_piece_that_is_only_a_link_is_left_out():
    assert texts("<p><a href='/x'>Another article of ours</a></p><p>The first paragraph</p>") == [
        "The first paragraph"
    ]


@pytest.mark.parametrize(
    ("names", "mark"),
    [
        ("article-dek", SURE_MARK),
        ("ContentHeaderDek-uWfLh", SURE_MARK),
        ("article__sub-title", SUB_MARK),
        ("subheadline", SUB_MARK),
        ("_lead_dphl0_2", WEAK_MARK),
        ("teaser-text", WEAK_MARK),
        ("leadership", 0),
        ("desktop deckhand", 0),
    ],
)
def test_marks_are_read_from_the_words_of_class_names(names, mark):
    assert [piece.mark for piece in pieces(f"<p class='{names}'>The first paragraph</p>")] == [mark]


def test_marked_pieces_of_one_element_are_one_group():
    first, second = pieces("<div class='dek'><p>The first paragraph</p><p>The second one here</p></div>")
    assert first.group is second.group
    assert squeeze(first.group.get("class")) == "dek"


def test_only_the_beginning_of_a_long_page_is_searched():
    assert len(texts("<p>The same paragraph</p>" * 1000)) == 10
    assert texts("<div>" * 300 + "<p>Too deep for anyone</p>") == []

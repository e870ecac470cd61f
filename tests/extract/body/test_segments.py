"""One sweep over a page returns its runs of text, each with the boxes around it."""

import inspect
import sys

import pytest
from lxml import etree

from tests.extract.body.trees import runs_of, texts_of, tree_of
from worker.extract.body import segments_of
from worker.extract.body.segments import TAG_BITS
from worker.extract.types import Link

ARTICLE, MAIN, BODY, HIDDEN = (
    1 << TAG_BITS.index(name) for name in ("article", "main", "articlebody", "hidden")
)


def test_a_run_ends_where_a_box_begins_or_ends():
    assert texts_of("a<div>b<section>c</section>d</div>e<p>f</p>") == ["a", "b", "c", "d", "e", "f"]


def test_inline_elements_do_not_end_a_run():
    (run,) = runs_of("<p>The <b>old</b> <span>bridge</span><em>s</em> are <mark>closed</mark></p>")
    assert (run.text, run.strong, run.linked) == ("The old bridges are closed", 3, 0)


def test_a_box_inside_an_inline_element_ends_the_run():
    assert texts_of("<p>one <a href='/x'><div>two words and more</div></a> three</p>")[::2] == [
        "one",
        "three",
    ]


def test_the_text_after_a_box_belongs_to_the_box_around():
    one, two, three = runs_of("<article>a<p>b</p>c</article>")
    assert [run.box.tag for run in (one, two, three)] == ["article", "p", "article"]
    assert one.box is three.box is two.box.parent


@pytest.mark.parametrize(
    "markup",
    [
        "<script>x()</script>",
        "<style>p{}</style>",
        "<noscript><p>Switch it on</p></noscript>",
        "<button>Share</button>",
        "<select><option>One</option></select>",
        "<textarea>Say</textarea>",
        "<svg><text>Logo</text></svg>",
        "<video>Your browser</video>",
        "<template><p>Later</p></template>",
        "<iframe>Frame</iframe>",
        "<dialog>Accept</dialog>",
    ],
)
def test_elements_without_text_are_left_out_and_the_text_after_them_kept(markup):
    assert texts_of(f"<div>before {markup} after</div>") == ["before after"]


def test_skipped_elements_are_left_out_and_the_text_after_them_kept():
    tree = tree_of("<figure><figcaption>The bridge</figcaption>tail</figure><p>text <i>credit</i> on</p>")
    skip = {*tree.iter("figcaption"), *tree.iter("i")}
    assert [run.text for run in segments_of(tree, skip)] == ["tail", "text on"]


def test_segmenting_does_not_change_the_tree():
    tree = tree_of("<p>one <a href='/x'>two</a><br><br>three</p><table><tr><td>a<td>b</table>")
    before = etree.tostring(tree)
    segments_of(tree)
    assert etree.tostring(tree) == before


@pytest.mark.parametrize(
    "attributes",
    ['style="color:red; display : none"', 'style="visibility:hidden"', "hidden", 'aria-hidden="true"'],
)
def test_all_runs_inside_a_hidden_element_are_hidden(attributes):
    hidden, shown = runs_of(f"<div {attributes}><div><p>not seen</p></div></div><p>seen</p>")
    assert hidden.box.tags & HIDDEN
    assert not shown.box.tags & HIDDEN


def test_a_box_knows_the_elements_around_it():
    (run,) = runs_of('<main><article><div itemprop="articleBody"><p>text</p></div></article></main>')
    assert run.box.tags == MAIN | ARTICLE | BODY
    assert (run.box.depth, run.box.parent.tag, run.box.names) == (4, "div", "")


def test_menus_and_footers_are_left_out_if_the_page_has_other_prose():
    around = "<nav><p>Menu</p></nav>{}<footer><p>Imprint</p></footer>"
    assert texts_of(around.format("<p>text</p>")) == ["Menu", "text", "Imprint"]
    assert texts_of(around.format(f"<p>{'text ' * 80}</p>")) == [("text " * 80).strip()]


def test_a_page_that_does_not_close_its_menu_is_read():
    assert texts_of(f"<nav><p>Home</p><p>{'text ' * 80}</p>") == ["Home", ("text " * 80).strip()]


def test_boxes_count_their_like_siblings():
    runs = runs_of('<p class="a">1</p><p class="a">2</p><p>3</p><div><p class="a">4</p></div>')
    assert [run.box.alike for run in runs] == [2, 2, 1, 1]


def test_boxes_count_the_characters_inside():
    prose = "The old bridge over the river was closed on Friday after cracks were found."
    run, _ = runs_of(f'<article><p>{prose}</p><p>See <a href="/x">all</a> of it</p></article>')
    around = run.box.parent
    assert (around.prose, around.texts, around.linked) == (len(prose), len(prose) + 13, 3)
    assert (run.prose, run.box.linked) == (len(prose), 0)


def test_characters_of_scripts_without_spaces_count_for_more():
    latin, han = runs_of("<p>abcd</p><p>橋の通行</p>")
    assert (latin.width, han.width) == (4, 10)


def test_short_runs_of_links_are_left_out_unless_they_are_headings():
    runs = runs_of('<ul><li><a href="/a">Sport</a></li></ul><h2><a href="/b">The bridge</a></h2>')
    assert [(run.text, run.kind, run.level) for run in runs] == [("The bridge", "heading", 2)]


def test_a_paragraph_that_is_one_long_link_is_a_run():
    (run,) = runs_of(f'<p><a href="/a">{"word " * 30}</a></p>')
    assert run.linked == len(run.text)


def test_links_keep_their_position_next_to_marks_and_breaks():
    (run,) = runs_of('<p>  <b>Now</b> see <a href="/a">the<br>plan</a>, and <a href="/b">pay</a>.</p>')
    assert run.text == "Now see the plan, and pay."
    assert run.links == (Link(8, 16, "/a"), Link(22, 25, "/b"))


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>Menu</td><td><table><tr><td>a<td>b</table></td></tr></table>",
        "<table><tr><td>one alone</td></tr><tr><td>two alone</td></tr></table>",
        f"<table><tr><td>{'a long story ' * 30}</td><td>side</td></tr></table>",
    ],
    ids=["a table inside", "one cell a row", "a cell with a story"],
)
def test_a_table_that_lays_out_the_page_is_boxes(table):
    assert all(run.kind == "paragraph" for run in runs_of(table) if "a\tb" not in run.text)
    assert len(runs_of(table)) >= 2


def test_a_table_of_data_is_one_run():
    (run,) = runs_of(
        "<table><thead><tr><th>Year<th>Cost</thead><tr><td>2024<td><a href='/x'>four</a></table>"
    )
    assert (run.kind, run.text, run.linked) == ("table", "Year\tCost\n2024\tfour", 4)


def test_the_class_of_an_inline_element_marks_its_run():
    plain, marked = runs_of('<p>by <em class="author">x</em></p><p>by <span class="author">x</span></p>')
    assert not plain.marks
    assert marked.marks


def test_the_nearest_box_decides_between_heading_quote_and_item():
    runs = runs_of(
        "<blockquote><p>a</p><ul><li><p>b</p></li></ul><h4>c</h4></blockquote><blockquote><section>d</section>"
    )
    assert [run.kind for run in runs] == ["quote", "list_item", "heading", "quote"]


def test_a_page_as_deep_as_a_tree_can_be_is_read_from_deep_in_a_program():
    page = "<div>" * 120 + "<span>" * 120 + "deep" + "</span>" * 120 + " down</div> below" + "</div>" * 119
    tree = tree_of(page)
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(len(inspect.stack(0)) + 60)
        texts = [run.text for run in segments_of(tree)]
    finally:
        sys.setrecursionlimit(limit)
    assert texts == ["deep down", "below"]


def test_a_page_without_text_has_no_runs():
    assert runs_of("<div><p> \n </p><br><img src='/x'></div>") == []

"""Features of runs, on a page so small that they can be counted by hand."""

import pytest

from tests.extract.body.trees import tree_of
from tests.extract.pages import EN, json_ld, page
from worker.extract.body import segments_of
from worker.extract.body.features import MASKS, Column, measure_features
from worker.extract.head import read_head
from worker.text.html import Tree, parse_page

TITLE = "The bridge is closed"
PAGE = (
    '<div class="layout"><main><article class="story">'
    f'<h1>{TITLE}</h1><p class="byline">By Jo Park, 3 May 2024</p>'
    f'<div class="story-body"><p>{EN[0]}</p><p>{EN[1]}</p><h3>Read also</h3><p>{EN[2]}</p></div>'
    "</article></main>"
    '<aside class="newsletter-box"><p>Subscribe <b>now</b> to <a href="/n">our letter</a></p>'
    "</aside></div>"
)
TITLE_RUN, BYLINE, FIRST, SECOND, HEADING, THIRD, LETTER = range(7)


def columns_of(body: str, head: str = "") -> dict[str, Column]:
    tree = parse_page(page(body, head=head))
    assert isinstance(tree, Tree)
    return measure_features(segments_of(tree), read_head(tree), TITLE)


@pytest.fixture(scope="module")
def columns() -> dict[str, Column]:
    return columns_of(PAGE)


def bits(columns: dict[str, Column], mask: str, run: int) -> set[str]:
    return {name for number, name in enumerate(MASKS[mask]) if int(columns[mask][run]) >> number & 1}


def test_each_column_has_a_number_for_each_run(columns):
    assert {len(column) for column in columns.values()} == {7}
    assert set(MASKS) <= set(columns)


def test_features_of_the_text_are_measured(columns):
    assert columns["width"][FIRST] == len(EN[0])
    assert columns["ends"] == [0, 0, 1, 1, 0, 1, 0]
    assert columns["commas"][SECOND] == 2
    assert columns["quoted"] == [0, 0, 0, 1, 0, 0, 0]
    assert columns["dated"] == [0, 1, 0, 0, 0, 0, 0]
    assert columns["kind"][HEADING] == 1
    assert columns["linked"][LETTER] == pytest.approx(10 / 27)
    assert columns["strong"][LETTER] == pytest.approx(3 / 27)


def test_features_compare_a_run_with_the_description():
    columns = columns_of(PAGE, '<meta name="description" content="' + EN[0] + '">')
    assert columns["description"] == [0, 0, 2, 0, 0, 0, 0]


def test_features_compare_a_run_with_the_body_in_json_ld():
    body = " ".join([*EN, EN[0]])
    stated = columns_of(PAGE, json_ld(articleBody=f"<p>{body}</p>"))["stated"]
    assert [stated[run] for run in (FIRST, SECOND, THIRD, LETTER)] == [1, 1, 1, -1]


def test_features_of_the_surrounding_boxes_are_measured(columns):
    assert columns["held"][FIRST] == columns["held"][THIRD] == 1
    assert columns["held"][LETTER] == 0
    assert columns["most_down"][FIRST] == 1
    assert columns["most_up"][BYLINE] == 1
    assert columns["beside_main"] == [0, 0, 1, 1, 1, 1, 0]
    assert columns["like3"][LETTER] == 0


def test_features_of_the_position_on_the_page_are_measured(columns):
    assert columns["before"][FIRST] == 0
    assert columns["after"][THIRD] == pytest.approx(0)
    assert columns["between"] == [0, 0, 1, 1, 1, 1, 0]
    assert columns["from_headline"] == [0, 1, 2, 3, 4, 5, 6]


def test_features_of_the_neighbours_are_measured(columns):
    assert columns["previous_linked"][0] == 0
    assert columns["next_width"][-1] == 0
    assert columns["next_heading"][SECOND] == 1
    assert columns["next_beside"][FIRST] == 1


def test_a_heading_says_what_the_runs_below_it_are_about(columns):
    assert columns["heading_about"][SECOND] == 0
    assert columns["heading_about"][THIRD] == 1


def test_names_of_boxes_around_all_of_the_text_do_not_mark_a_run(columns):
    assert bits(columns, "marks", FIRST) == set()
    assert "byline" in bits(columns, "marks", BYLINE)
    assert "newsletter" in bits(columns, "marks", LETTER)


def test_elements_around_and_words_are_bits(columns):
    assert bits(columns, "tags", FIRST) == {"main", "article"}
    assert "call" in bits(columns, "words", LETTER)
    assert "more" in bits(columns, "words", HEADING)


def test_meanings_that_text_seldom_has_are_counted_over_names_and_words(columns):
    assert columns["furniture"][FIRST] == 0
    assert columns["furniture"][LETTER] == 2


def test_text_that_a_page_repeats_is_counted():
    assert columns_of("<p>One and the same.</p>" * 3)["repeated"] == [3, 3, 3]


def test_rows_of_teasers_have_like_siblings():
    teasers = "".join(f"<li class='t'><p>A short teaser of story {n}</p></li>" for n in range(9))
    columns = columns_of(f"<article>{''.join(f'<p>{text}</p>' for text in EN)}</article><ul>{teasers}</ul>")
    assert columns["siblings"] == [0] * 4 + [9] * 9


def test_a_page_without_any_prose_can_be_counted():
    tree = tree_of("<p>One</p><p>two</p>")
    assert measure_features(segments_of(tree), read_head(tree), None)["prose1"] == [0, 0]

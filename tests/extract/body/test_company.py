"""Runs that belong together are taken together, whatever points each got alone."""

import pytest

from tests.extract.body.trees import runs_of
from worker.extract.body.company import judged_together

PROSE = "The old bridge over the river was closed on Friday after cracks were found in two of its pillars."


def taken(body: str, *certain: str, left: int = -100) -> list[str]:
    """What is taken of a body if only paragraphs, and texts that are `certain`, are taken alone."""
    runs = runs_of(body)
    points = [100 if run.kind == "paragraph" or run.text in certain else left for run in runs]
    return [run.text for run, worth in zip(runs, judged_together(runs, points), strict=True) if worth > 0]


HEADINGS = {
    "in a separate box": "<div class='sub'><h2>Who pays?</h2></div><div><p>{}</p></div>",
    "in a header": "<section><header><h2>Who pays?</h2></header><p>{}</p></section>",
    "in a summary": "<details><summary>Who pays?</summary><p>{}</p></details>",
    "of an item": "<ol><li><div><h2>Who pays?</h2><p>{}</p></div></li></ol>",
    "of a panel": "<h3><button>Who pays?</button></h3><div hidden><p>{}</p></div>",
    "with a number": "<div><div><span>1.</span><h3>Who pays?</h3></div><div><p>{}</p></div></div>",
}


@pytest.mark.parametrize("place", HEADINGS)
def test_a_heading_directly_in_front_of_a_taken_run_is_taken(place):
    assert "Who pays?" in taken(f"<article><p>{PROSE}</p>{HEADINGS[place].format(PROSE[::-1])}</article>")


OTHERS = {
    "a link": "<h2><a href='/x'>The ferry is late</a></h2><p>{}</p>",
    "over links": "<h2>The ferry</h2><ul><li><a href='/x'>It is late</a></li></ul><p>{}</p>",
    "at the end of a box": "<div><table><tr><td>One of many things<td>1<tr><td>Another line of them<td>2"
    "<tr><td>No more<td>3</table><h2>The ferry</h2></div><p>{}</p>",
    "a call": "<h2>Read more about the ferry</h2><p>{}</p>",
}


@pytest.mark.parametrize("place", OTHERS)
def test_a_heading_of_something_else_is_not_taken(place):
    assert taken(f"<article><p>{PROSE}</p>{OTHERS[place].format(PROSE[::-1])}</article>") == [
        PROSE,
        PROSE[::-1],
    ]


def test_a_heading_that_is_certainly_furniture_is_not_taken():
    body = f"<article><p>{PROSE}</p><h2>The ferry</h2><p>{PROSE[::-1]}</p></article>"
    assert "The ferry" not in taken(body, left=-600)


def test_a_heading_before_all_text_is_taken_if_others_are_like_it():
    sections = "".join(f"<div class='sub'><h2>Part {number}</h2></div><p>{PROSE}</p>" for number in (1, 2))
    assert taken(f"<h2 class='kicker'>The town</h2>{sections}")[0] == "Part 1"
    assert taken(f"<h2 class='kicker'>The town</h2><p>{PROSE}</p>")[0] == PROSE


def test_a_heading_of_a_list_before_all_text_is_taken():
    points = "<div class='key-points'><h2>Key points</h2><ul><li>It is closed</li></ul></div>"
    assert taken(f"{points}<p>{PROSE}</p>", "It is closed")[0] == "Key points"


@pytest.mark.parametrize(
    "line, is_taken", [("It reopened.", True), ("Subscribe now.", False), ("Rails", False)]
)
def test_a_short_sentence_that_follows_the_last_paragraph_is_taken(line, is_taken):
    runs = runs_of(f"<div><p>{PROSE}</p><p>{line}</p></div><p>Elsewhere it rained.</p>")
    assert [worth > 0 for worth in judged_together(runs, [100, -100, -100])] == [True, is_taken, False]


def test_the_items_of_a_list_are_taken_or_left_as_one():
    items = f"<ul><li>Lamps</li><li>{PROSE}</li></ul>"
    assert taken(f"<article>{items}</article>", PROSE) == ["Lamps", PROSE]
    assert taken(f"<article><p>One.</p>{items}</article>", "Lamps") == ["One."]


def test_questions_and_answers_of_a_list_of_terms_are_taken_together():
    body = f"<dl><dt>Why now?</dt><dd>{PROSE}</dd><dt>Who pays?</dt><dd>{PROSE[::-1]}</dd></dl>"
    assert len(taken(body, PROSE, PROSE[::-1])) == 4


def test_a_list_after_a_line_that_introduces_it_is_taken():
    assert taken("<div><p>They found:</p><ul><li>Lamps</li><li>Rails</li></ul></div>")[1:] == [
        "Lamps",
        "Rails",
    ]
    assert taken("<div><p>They left.</p><ul><li>Lamps</li><li>Rails</li></ul></div>") == ["They left."]


@pytest.mark.parametrize("element", ["<ul><li>Lamps</li><li>Rails</li></ul>", "<blockquote>So</blockquote>"])
def test_a_list_or_a_quote_between_taken_runs_is_taken(element):
    body = f"<div><p>{PROSE}</p><div>{element}</div><h2>Then</h2><p>{PROSE[::-1]}</p></div>"
    assert len(taken(body)) == len(runs_of(body))
    assert len(taken(body, left=-600)) == 2


def test_a_list_between_taken_runs_in_a_box_of_other_things_is_left():
    box = f"<div><ul><li>Lamps</li></ul><table><tr><td>{PROSE}</td><td>1</td></tr></table></div>"
    assert taken(f"<div><p>One.</p>{box}<p>Two.</p></div>") == ["One.", "Two."]


def test_the_steps_of_instructions_are_text_with_their_headings():
    body = f"<p>{PROSE}</p><div class='wprm-recipe'><h2>Ingredients</h2><ul><li>1 shallot</li></ul></div>"
    assert taken(body) == [PROSE, "Ingredients", "1 shallot"]


def test_a_caption_goes_with_its_table():
    body = "<p>Text.</p><table><caption>Depth</caption><tr><td>Bend</td><td>4.1</td></tr></table>"
    assert taken(body) == ["Text."]
    assert taken(body, "Bend\t4.1") == ["Text.", "Depth", "Bend\t4.1"]


def test_a_list_that_is_left_may_be_all_there_was():
    assert taken("<ul><li>Lamps</li><li>Rails and a deck</li></ul>", "Lamps") == []


def test_nothing_is_taken_where_nothing_was():
    runs = runs_of("<h2>Lamps</h2><ul class='recipe'><li>Rails</li></ul>")
    assert judged_together(runs, [-1, -1]) == [-1, -1]


def test_a_table_between_paragraphs_of_its_box_is_taken():
    table = "<table><tr><td>Bend</td><td>4.1</td></tr></table>"
    between = f"<p>{PROSE}</p>{table}<p>{PROSE[::-1]}</p>"
    assert "Bend\t4.1" in taken(f"<div>{between}</div>")
    assert "Bend\t4.1" not in taken(f"<div>{between}</div>", left=-300)
    assert "Bend\t4.1" not in taken(f"<p>{PROSE}</p><div>{table}</div><p>{PROSE[::-1]}</p>")

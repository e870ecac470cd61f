"""Runs know what they are: headings that unfold, items that are sections, numbered lists, footnotes."""

import pytest

from tests.extract.body.trees import runs_of

PROSE = "The old bridge over the river was closed on Friday after cracks were found in two of its pillars."


def kinds(body: str) -> list[tuple[str, str]]:
    return [(run.kind, run.text) for run in runs_of(body)]


@pytest.mark.parametrize(
    "label",
    [
        "<h3><button aria-expanded='false'>Who pays for it?</button></h3>",
        "<h3><span><button>Who pays for it?</button></span></h3>",
        "<button><h3>Who pays for it?</h3></button>",
        "<button aria-expanded='false'><span>Who pays for it?</span></button>",
        "<summary>Who pays for it?</summary>",
        "<summary><h3>Who pays for it?</h3></summary>",
    ],
)
def test_what_unfolds_a_panel_is_its_heading(label):
    heading, text = runs_of(f"<details>{label}<div hidden><p>{PROSE}</p></div></details>")
    assert (heading.kind, heading.text, heading.level) == ("heading", "Who pays for it?", 3)
    assert (text.kind, text.text) == ("paragraph", PROSE)


@pytest.mark.parametrize(
    "button", ["<button>Share this story</button>", "<button aria-expanded='false'>Menu</button>"]
)
def test_other_buttons_have_no_text(button):
    assert runs_of(f"<div>{button}<p>{PROSE}</p></div>")[0].text == PROSE
    assert len(runs_of("<header><button aria-expanded='true'>All our sections</button></header>")) == 0


def test_an_item_with_a_heading_is_a_section_and_not_an_item():
    found = kinds(f"<ol><li><div><h2>The ferry</h2><p>{PROSE}</p></div></li><li>The deck</li></ol>")
    assert found == [("heading", "The ferry"), ("paragraph", PROSE), ("list_item", "The deck")]


def test_items_know_whether_their_list_has_numbers():
    runs = runs_of("<ol><li>one<ul><li>in it</li></ul></li></ol><dl><dd>what</dd></dl>")
    assert [(run.text, run.level, run.ordered) for run in runs] == [
        ("one", 1, True),
        ("in it", 2, False),
        ("what", 1, False),
    ]


def test_a_run_knows_of_the_line_of_links_in_front_of_it():
    one, two, three = runs_of(f"<p>{PROSE}</p><ul><li><a href='/a'>Sport</a></li></ul><p>two</p><p>three</p>")
    assert (one.apart, two.apart, three.apart) == (False, True, False)


def test_the_caption_of_a_table_is_the_run_before_it():
    table = "<table><caption>Depth <i>at low water</i></caption><tr><td>Bend</td><td>4.1</td></tr></table>"
    assert kinds(f"<figure>{table}</figure>") == [
        ("paragraph", "Depth at low water"),
        ("table", "Bend\t4.1"),
    ]


NOTES = {
    "WordPress": (
        '<p>A month.<sup class="fn"><a href="#a1" id="a1-link">1</a></sup></p>',
        '<ol><li id="a1">Press release no. 12. <a href="#a1-link">↩︎</a></li></ol>',
    ),
    "Markdown": (
        '<p>A month.<sup id="fnref:1"><a href="#fn:1">1</a></sup></p>',
        '<ol><li id="fn:1"><p>Press release no. 12. <a href="#fnref:1">↩</a></p></li></ol>',
    ),
    "Substack": (
        '<p>A month.<a id="footnote-anchor-1" href="#footnote-1">1</a></p>',
        '<div class="footnote"><a id="footnote-1" href="#footnote-anchor-1">1</a><div>'
        "<p>Press release no. 12.</p></div></div>",
    ),
    "Word": (
        '<p>A month.<a href="#_ftn1" name="_ftnref1">[1]</a></p>',
        '<p><a href="#_ftnref1" name="_ftn1">[1]</a> Press release no. 12.</p>',
    ),
}


@pytest.mark.parametrize("system", NOTES)
def test_what_a_mark_in_the_text_leads_to_is_a_footnote(system):
    text, note = NOTES[system]
    first, between, last = runs_of(f"<div>{text}<p>{PROSE}</p>{note}</div>")
    assert [(run.kind, run.text) for run in (first, between, last)] == [
        ("paragraph", "A month."),
        ("paragraph", PROSE),
        ("footnote", "Press release no. 12."),
    ]
    assert last.note_of is first


def test_a_link_to_a_section_does_not_make_it_a_footnote():
    runs = runs_of(f'<p>See <a href="#mud">1</a></p><div id="mud"><h2>The mud</h2><p>{PROSE}</p></div>')
    assert [run.kind for run in runs] == ["paragraph", "heading", "paragraph"]

"""Footnotes are blocks behind the text, of the runs that are taken."""

from tests.extract.body.trees import blocks, runs_of
from worker.extract.body.blocks import blocks_of
from worker.extract.types import Block

TEXT = "<p>It takes a month.<sup><a href='#n1'>1</a></sup></p><p>So it was decided.</p>"
NOTE = "<h2>Notes</h2><ol><li id='n1'>Press <a href='/p'>release</a> no. 12. <a href='#r1'>↩</a></li></ol>"


def test_footnotes_come_behind_the_text():
    first, second, note = blocks(TEXT + NOTE)
    assert (first.text, second.text) == ("It takes a month.", "So it was decided.")
    assert (note.kind, note.text, note.level) == ("footnote", "Press release no. 12.", None)
    assert len(note.links) == 1


def test_footnotes_between_paragraphs_move_behind_the_text():
    found = blocks(f"{TEXT}<aside id='n1'><p>Press release no. 12.</p></aside><p>It began in spring.</p>")
    assert [one.kind for one in found] == ["paragraph", "paragraph", "paragraph", "footnote"]


def test_a_footnote_belongs_to_the_article_if_its_text_does():
    runs = runs_of(TEXT + NOTE)
    assert [one.text for one in blocks_of(runs, [1, 1, -1, -1], None, str)][-1] == "Press release no. 12."
    assert [one.text for one in blocks_of(runs, [-1, 1, 1, 1], None, str)] == ["So it was decided."]


def test_items_of_numbered_lists_are_ordered():
    (one, two) = blocks("<ol><li>First the deck.</li></ol><ul><li>Then the lamps.</li></ul>")
    assert (one, two) == (
        Block("list_item", "First the deck.", 1, ordered=True),
        Block("list_item", "Then the lamps.", 1),
    )

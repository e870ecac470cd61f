"""From HTML to blocks, and from blocks to text and Markdown."""

from tests.extract.body.trees import blocks
from tests.extract.pages import DE, EN, page
from tests.extract.read import article
from worker.extract import render
from worker.extract.types import Block, Link


def test_paragraphs_headings_and_loose_text_become_blocks():
    assert blocks("<h3>Now</h3><p>One  \n two</p>loose<div>three</div>") == (
        Block("heading", "Now", 3),
        Block("paragraph", "One two"),
        Block("paragraph", "loose"),
        Block("paragraph", "three"),
    )


def test_a_line_break_is_a_space_and_two_are_a_paragraph():
    assert [one.text for one in blocks("<p>one<br>two<br> <br>three</p>")] == ["one two", "three"]


def test_items_know_their_depth():
    found = blocks("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>")
    assert [(one.kind, one.text, one.level) for one in found] == [
        ("list_item", "a", 1),
        ("list_item", "b", 2),
        ("list_item", "c", 1),
    ]


def test_terms_and_their_explanations_are_items():
    assert [one.kind for one in blocks("<dl><dt>Pillar</dt><dd>What carries it</dd></dl>")] == [
        "list_item"
    ] * 2


def test_a_link_is_a_span_without_the_blanks_around_it():
    (one,) = blocks('<p>see <a href="/a"> the  <b>council</b> </a> now</p>')
    assert one == Block("paragraph", "see the council now", links=(Link(4, 15, "https://x.example/a"),))


def test_links_without_text_or_target_are_dropped():
    (one,) = blocks('<p>see <a href="/a"></a><a>here</a> and <a href="#top">there</a></p>')
    assert (one.text, one.links) == ("see here and there", ())


def test_preformatted_text_keeps_its_lines():
    assert blocks("<pre>a = 1\n  b = <i>2</i></pre>") == (Block("preformatted", "a = 1\n  b = 2"),)


def test_a_table_is_rows_with_tabs():
    table = "<tr><th>Year<th>Cost</tr><tr><td>2024 <td>4\n million</tr><tr><td></td></tr>"
    assert blocks(f"<table>{table}</table>") == (Block("table", "Year\tCost\n2024\t4 million"),)


def test_soft_hyphens_are_removed_and_typographic_quotes_kept():
    (one,) = blocks("<p>„Ver\u00adfassung“ cafe\u0301 <q>«так»</q> 「橋」</p>")
    assert one.text == "„Verfassung“ café «так» 「橋」"


def test_a_text_does_not_end_in_a_heading():
    assert [one.text for one in blocks("<p>One.</p><h2>More of it</h2>")] == ["One."]


def test_every_kind_of_block_has_its_markdown():
    shown = render.markdown(
        (
            Block("heading", "What *now*?", 2),
            Block("paragraph", "See the council.", links=(Link(8, 15, "https://x.example/a_(b)"),)),
            Block("quote", "We had to act.", attribution="Jo Park"),
            Block("list_item", "one", 1),
            Block("list_item", "two", 2),
            Block("table", "Year\tCost\n2024\t4|5"),
            Block("preformatted", "a = 1"),
        )
    )
    assert shown == (
        "## What \\*now\\*?\n\nSee the [council](https://x.example/a_%28b%29).\n\n"
        "> We had to act.\n>\n> — Jo Park\n\n"
        "- one\n  - two\n\n| Year | Cost |\n| --- | --- |\n| 2024 | 4\\|5 |\n\n```\na = 1\n```"
    )


def test_plain_text_has_an_empty_line_between_blocks():
    assert render.plain((Block("heading", "A", 1), Block("paragraph", "b"))) == "A\n\nb"


def test_paragraphs_set_as_headings_are_paragraphs():
    found = article(
        page(f"<article><h5>{' '.join(EN)}</h5><h4>What comes next:</h4><h5>{DE[0]}</h5></article>")
    )
    assert [block.kind for block in found.blocks] == ["paragraph", "heading", "heading"]
    assert found.blocks[-1].text == DE[0]

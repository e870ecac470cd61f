"""From trafilatura's XML to blocks, and from blocks to Markdown."""

from lxml import etree
from worker.extract.blocks import to_blocks

from worker.extract import render
from worker.extract.types import Block, Link


def blocks(xml: str) -> tuple[Block, ...]:
    return to_blocks(
        etree.fromstring(f"<body>{xml}</body>"), lambda link: f"https://x.example{link}" if link else None
    )


def test_paragraphs_headings_and_loose_text():
    assert blocks('<head rend="h3">Now</head><p>One  \n two</p>loose<p>three</p>') == (
        Block("heading", "Now", 3),
        Block("paragraph", "One two"),
        Block("paragraph", "loose"),
        Block("paragraph", "three"),
    )


def test_a_line_break_is_a_space_and_two_are_a_paragraph():
    assert [one.text for one in blocks("<p>one<lb/>two<lb/><lb/>three</p>")] == ["one two", "three"]


def test_items_know_their_depth():
    found = blocks("<list><item>a<list><item>b</item></list></item><item>c</item></list>")
    assert [(one.text, one.level) for one in found] == [("a", 1), ("b", 2), ("c", 1)]


def test_a_link_is_a_span_without_the_blanks_around_it():
    (one,) = blocks('<p>see <ref target="/a"> the  council </ref> now</p>')
    assert one == Block("paragraph", "see the council now", links=(Link(4, 15, "https://x.example/a"),))


def test_links_without_text_or_target_are_none():
    (one,) = blocks('<p>see <ref target="/a"></ref><ref>here</ref></p>')
    assert one.links == ()


def test_a_quote_that_ends_in_a_name_says_who_is_quoted():
    (one,) = blocks("<quote>We had to act at once, and so we did. — Jo Park, mayor</quote>")
    assert (one.text, one.attribution) == ("We had to act at once, and so we did.", "Jo Park, mayor")


def test_preformatted_text_keeps_its_lines():
    assert blocks("<code>a = 1\n  b = 2</code>")[0] == Block("preformatted", "a = 1\n  b = 2")


def test_soft_hyphens_go_and_typographic_quotes_stay():
    (one,) = blocks("<p>„Ver\u00adfassung“ cafe\u0301</p>")
    assert one.text == "„Verfassung“ café"


def test_markdown_of_every_kind_of_block():
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


def test_plain_text_is_the_blocks_apart():
    assert render.plain((Block("heading", "A", 1), Block("paragraph", "b"))) == "A\n\nb"

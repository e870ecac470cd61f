"""The text that an element shows: ruby, superscripts, marks of footnotes, text for screen readers, code."""

import pytest

from tests.extract.body.trees import runs_of, tree_of
from worker.extract.inline import code_of, shown_text

SHOWN = {
    "readings of ruby are not read": ("<ruby>橋<rp>(</rp><rt>はし</rt><rp>)</rp></ruby>の通行", "橋の通行"),
    "a place to break a word is nothing": ("sedi<wbr>ment", "sediment"),
    "a line break is a space": ("north<br>bank", "north bank"),
    "lowered numbers are plain": ("H<sub>2</sub>S in the mud", "H2S in the mud"),
    "a number above another stays raised": (
        "10<sup>−6</sup> grains on 3 m<sup>2</sup>",
        "10⁻⁶ grains on 3 m2",
    ),
    "raised letters are plain": ("the 1<sup>st</sup> of May", "the 1st of May"),
    "a raised link to a note goes": ('a month.<sup><a href="#a1">1</a></sup> Then', "a month. Then"),
    "so do its brackets": ('a month.<sup>[<a href="#a1">2</a>]</sup> Then', "a month. Then"),
    "a linked number goes": ('a month.<a href="#footnote-1">1</a> Then', "a month. Then"),
    "also to a full address": ('a month.<a href="https://x.example/p#_ftn2">[2]</a>', "a month."),
    "a link around a raised number": ('a month.<a href="#fn3"><sup>3</sup></a> Then', "a month. Then"),
    "the sign of a heading": ('<a href="#mud">#</a>The mud<a href="#mud">¶</a>', "The mud"),
    "a link back from a note": ('So it was. <a href="#r1">↩︎</a>', "So it was."),
    "links to places on the page stay": ('see <a href="#mud">the mud</a>', "see the mud"),
    "numbers that lead elsewhere stay": ('article <a href="/law/3">3</a>', "article 3"),
    "text for screen readers": ('the plan<span class="sr-only"> (opens in a new tab)</span>.', "the plan."),
    "a drop cap, said twice": (
        '<span aria-hidden="true">T</span><span class="visually-hidden">The</span>'
        '<span aria-hidden="true">he</span> boats',
        "The boats",
    ),
    "an initial as a picture": ('<img src="/t.png" alt="T">he boats', "The boats"),
    "other pictures are not read": ('<img src="/t.png" alt="Boats">They left', "They left"),
    "styles and scripts": ("<style>p{}</style>0.3<script>x()</script> ppm", "0.3 ppm"),
}


@pytest.mark.parametrize("promise", SHOWN)
def test_paragraphs_cells_and_headings_show_the_same_text(promise):
    markup, text = SHOWN[promise]
    (paragraph,) = runs_of(f"<p>{markup}</p>")
    (table,) = runs_of(f"<table><tr><td>{markup}</td><td>b</td></tr></table>")
    heading = tree_of(f"<h1>{markup}</h1>").find(".//h1")
    assert (paragraph.text, table.text, shown_text(heading)) == (text, f"{text}\tb", text)


def test_text_that_is_hidden_on_small_screens_alone_is_shown():
    (run,) = runs_of('<p>boats <span class="sr-only md:not-sr-only">at sea</span></p>')
    assert run.text == "boats at sea"


def test_links_keep_their_places_behind_a_mark_that_goes():
    (run,) = runs_of('<p>Boats<sup><a href="#1">1</a></sup> in <a href="/p">the port</a></p>')
    assert (run.text, [run.text[link.start : link.end] for link in run.links]) == (
        "Boats in the port",
        ["the port"],
    )


CODE = {
    "line breaks": ("if a:<br>    b()", "if a:\n    b()"),
    "a block for each line": ("<div>if a:</div><div>    b()</div>", "if a:\n    b()"),
    "a span for each line": ("<span>if a:\n</span><span>    b()\n</span>", "if a:\n    b()"),
    "line numbers": (
        '<span class="lineno">1</span>if a:\n<span class="lineno">2</span>    b()',
        "if a:\n    b()",
    ),
    "only line numbers": ("1\n2\n3", ""),
}


@pytest.mark.parametrize("promise", CODE)
def test_code_keeps_its_lines_and_not_their_numbers(promise):
    markup, text = CODE[promise]
    assert code_of(tree_of(f"<pre>{markup}</pre>").find(".//pre")) == text


def test_code_in_a_table_with_its_line_numbers_is_code():
    (run,) = runs_of(
        '<table><tr><td class="linenos"><pre>1\n2</pre></td><td><pre>if a:\n    b()</pre></td></tr></table>'
    )
    assert (run.kind, run.text) == ("preformatted", "if a:\n    b()")

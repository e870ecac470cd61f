"""Markdown of a text means that text, whatever it looks like."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract import render
from worker.extract.types import Block, Link


def paragraph(text: str, *urls: str) -> Block:
    return Block("paragraph", text, links=tuple(Link(0, len(text), url) for url in urls))


@pytest.mark.parametrize(
    "text, shown",
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("![x](javascript:alert(1))", "!\\[x\\](javascript:alert(1))"),
        ("<https://evil.example>", "&lt;https://evil.example&gt;"),
        ("AT&T says &lt;b&gt;", "AT&T says &amp;lt;b&amp;gt;"),
        ("# no heading", "\\# no heading"),
        ("- no item\n+ none\n#tag", "\\- no item\n\\+ none\n#tag"),
        ("1. no list\n2024 was hot", "1\\. no list\n2024 was hot"),
        ("text\n===\ntext\n---", "text\n\\===\ntext\n\\---"),
        ("~~~\nno code", "\\~~~\nno code"),
        ("    no code", "no code"),
        ("a | b\n--- | ---", "a | b\n\\--- | ---"),
        ("\\`*_[]", "\\\\\\`\\*\\_\\[\\]"),
        ("-5 °C – and +3", "-5 °C – and +3"),
    ],
)
def test_text_that_looks_like_markup_is_escaped(text: str, shown: str) -> None:
    assert render.markdown((paragraph(text),)) == shown


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "vbscript:x"]
)
def test_a_link_that_is_not_http_becomes_text(url: str) -> None:
    assert render.markdown((paragraph("text", url),)) == "text"


@pytest.mark.parametrize(
    "url, target",
    [
        ("https://x.example/a b", "https://x.example/a%20b"),
        ('https://x.example/a"onclick=', "https://x.example/a%22onclick="),
        ("https://x.example/)[x](y", "https://x.example/%29%5Bx%5D%28y"),
        ("https://x.example/?a=1&lt;=2", "https://x.example/?a=1&amp;lt;=2"),
    ],
)
def test_an_address_cannot_end_early(url: str, target: str) -> None:
    assert render.markdown((paragraph("text", url),)) == f"[text]({target})"


def test_code_cannot_close_its_fence() -> None:
    block = Block("preformatted", "a\n```\n<script>\n````\n")
    assert render.markdown((block,)) == "`````\na\n```\n<script>\n````\n\n`````"


def test_lines_of_a_quote_or_an_item_stay_inside_it() -> None:
    blocks = (
        Block("quote", "one\n# two"),
        Block("list_item", "one\ntwo", 2),
        Block("heading", "one\ntwo", 2),
    )
    assert render.markdown(blocks) == "> one\n> \\# two\n\n- one\n  two\n\n## one two"


def test_numbered_items_count_on_around_the_lists_inside_of_them() -> None:
    levels = [(1, True), (1, True), (2, False), (2, False), (1, True), (3, True), (1, False)]
    items = [Block("list_item", "x", level, ordered=ordered) for level, ordered in levels]
    blocks = (*items, paragraph("y"), Block("list_item", "x", 2, ordered=True))
    assert render.markdown(blocks) == ("1. x\n2. x\n   - x\n   - x\n3. x\n   1. x\n- x\n\ny\n\n1. x")


@given(st.text(alphabet="<>&;[]()!`*_#-+=~|:1.\\ \nab", max_size=30))
def test_no_text_is_html_or_a_link_or_the_start_of_a_block(text: str) -> None:
    shown = render.markdown((paragraph(text),))
    assert not re.search(r"[<>]", shown)
    assert not re.search(r"(?<!\\)(?:\\\\)*\](?=[(\[:])", shown)
    assert not re.search(r"(?m)^\s*(?:#{1,6}\s|[-+]\s|~~~|```|\d{1,9}[.)]\s)", shown)

"""Blocks survive Markdown: a reader of CommonMark gets back what was written."""

from collections.abc import Iterator
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from worker.extract import render
from worker.extract.types import Block, BlockKind, Link

READER = MarkdownIt("commonmark").enable("table")

Piece = tuple[str, str]
"""A kind of element and its text, with single spaces."""

# Letters, and everything with a meaning in Markdown or HTML.
texts = st.text("ab1é語<>&;[]()!`*_#-+=~|:.\\/\"'", min_size=1, max_size=20)
words = st.lists(texts, min_size=1, max_size=3).map(" ".join)
cells = st.lists(st.lists(words, min_size=2, max_size=2), min_size=1, max_size=3)


def linked(text: str, spans: list[tuple[int, int]]) -> tuple[Link, ...]:
    ends = sorted(min(at, len(text)) for span in spans for at in span)
    pairs = zip(ends[::2], ends[1::2], strict=True)
    return tuple(Link(start, end, "https://a.example/?b=(1)&c") for start, end in pairs if start < end)


@st.composite
def blocks_of(draw: st.DrawFn, kind: BlockKind) -> Block:
    if kind == "table":
        return Block(kind, "\n".join("\t".join(row) for row in draw(cells)))
    text = draw(words)
    if kind == "preformatted":
        return Block(kind, text)
    links = linked(text, draw(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=1)))
    level = draw(st.integers(1, 6)) if kind == "heading" else 1 if kind == "list_item" else None
    attribution = draw(st.none() | words) if kind == "quote" else None
    return Block(kind, text, level, attribution=attribution, links=links, ordered=draw(st.booleans()))


kinds = st.sampled_from(["heading", "paragraph", "quote", "list_item", "table", "preformatted", "footnote"])
bodies = st.lists(kinds.flatmap(blocks_of), min_size=1, max_size=5)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def expected(blocks: list[Block]) -> Iterator[Piece]:
    for block in blocks:
        text = squeezed(block.text)
        match block.kind:
            case "heading":
                yield f"h{block.level}", text
            case "quote":
                yield "quote", text
                if block.attribution:
                    yield "quote", f"— {squeezed(block.attribution)}"
            case "list_item":
                yield "ordered" if block.ordered else "bullet", text
            case "table":
                yield from (
                    ("cell", squeezed(cell)) for line in block.text.split("\n") for cell in line.split("\t")
                )
            case "preformatted":
                yield "code", text
            case _:
                yield "p", text


def pieces(markdown: str) -> Iterator[Piece]:
    """Yield what a reader of CommonMark finds, each text with the element that it is in."""
    around: list[str] = []
    for token in READER.parse(markdown):
        if token.type == "fence":
            yield "code", squeezed(token.content)
        elif token.nesting:
            if token.nesting > 0:
                around.append(token.tag)
            else:
                around.pop()
        elif token.type == "inline":
            yield _element(around), squeezed("".join(_shown(token)))


def _element(around: list[str]) -> str:
    for tag, name in (("blockquote", "quote"), ("ol", "ordered"), ("ul", "bullet"), ("table", "cell")):
        if tag in around:
            return name
    return around[-1]


def _shown(token: Token) -> Iterator[str]:
    for child in token.children or ():
        assert child.type in ("text", "text_special", "softbreak", "link_open", "link_close"), child
        yield "\n" if child.type == "softbreak" else child.content


@given(bodies)
def test_what_blocks_say_is_read_back_from_their_markdown(blocks: list[Block]) -> None:
    assert list(pieces(render.markdown(blocks))) == list(expected(blocks))


@given(bodies)
def test_only_the_links_of_blocks_are_links_in_their_markdown(blocks: list[Block]) -> None:
    tokens = [child for token in READER.parse(render.markdown(blocks)) for child in token.children or ()]
    targets = [child.attrs["href"] for child in tokens if child.type == "link_open"]
    assert targets == ["https://a.example/?b=%281%29&c" for block in blocks for _ in block.links]


def test_lists_of_two_kinds_stay_apart() -> None:
    items = [Block("list_item", text, 1, ordered=text.isdigit()) for text in "12ab3"]
    found = [[text for _, text in run] for _, run in groupby(pieces(render.markdown(items)), lambda p: p[0])]
    assert found == [["1", "2"], ["a", "b"], ["3"]]

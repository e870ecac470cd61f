"""Small pages for the tests of the body."""

from worker.extract.body import Segment, blocks_of, segments_of
from worker.extract.images import caption_elements
from worker.extract.page_index import index_of
from worker.extract.types import Block
from worker.text.html import Tree, parse_page

MORE = " ".join(["The council met on Friday and talked of it for hours, and then of other things."] * 5)
"""Enough text that menus and footers are not searched for it."""


def tree_of(body: str) -> Tree:
    """The tree of a page with this body."""
    tree = parse_page(f"<html><body>{body}</body></html>".encode())
    assert isinstance(tree, Tree), tree
    return tree


def runs_of(body: str) -> list[Segment]:
    """The runs of text of a page with this body."""
    return segments_of(tree_of(body))


def texts_of(body: str) -> list[str]:
    """What the runs say."""
    return [run.text for run in runs_of(body)]


def blocks(body: str, title: str | None = None) -> tuple[Block, ...]:
    """All runs of this body as blocks, read as those of a page with more text; links are of x.example."""
    tree = tree_of(f"<div>{body}</div><p>{MORE}</p>")
    runs = segments_of(tree, caption_elements(index_of(tree)))
    assert runs.pop().text == MORE
    return blocks_of(
        runs,
        [1] * len(runs),
        title,
        lambda link: f"https://x.example{link}" if link.startswith("/") else None,
    )

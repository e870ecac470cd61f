"""Small pages for the tests of the body."""

from worker.extract.body import Segment, named_blocks, segments_of
from worker.extract.types import Block
from worker.text.html import Tree, parse_page


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
    """All of this body as blocks; links are of x.example."""
    return named_blocks(
        tree_of(body), title, lambda link: f"https://x.example{link}" if link.startswith("/") else None, set()
    )

"""From the runs of a page to the blocks of its article."""

import re
from collections.abc import Callable, Sequence

from worker.extract.body.features import measure
from worker.extract.body.furniture import without_furniture
from worker.extract.body.repeats import without_repeats
from worker.extract.body.scorecard import scorecard
from worker.extract.body.second_opinion import heard, is_doubtful
from worker.extract.body.segments import Segment, segments_of
from worker.extract.head import Head
from worker.extract.page import Tree
from worker.extract.types import Block, Link

_Absolute = Callable[[str], str | None]

_ATTRIBUTED = re.compile(r"^(?P<said>.{20,}[.!?…»”\"'’])\s*[—–―]\s*(?P<who>[^.!?…]{3,80})$", re.DOTALL)
_MAX_BLOCKS = 5000


def find_blocks(
    tree: Tree, head: Head, title: str | None, absolute: _Absolute, captions: set[Tree]
) -> tuple[Block, ...]:
    """The blocks of the article on a page, left as it is; the elements in `captions` are none of it."""
    runs = segments_of(tree, captions)
    if not runs:
        return ()
    points = scorecard().points(measure(runs, head, title), len(runs))
    if is_doubtful(runs, points):
        points = heard(tree, runs, points)
    return blocks_of(runs, points, title, absolute)


def named_blocks(
    tree: Tree, title: str | None, absolute: _Absolute, captions: set[Tree]
) -> tuple[Block, ...]:
    """All blocks of a tree that is nothing but the body, as a rule names it."""
    blocks = [_block(run, absolute) for run in segments_of(tree, captions)]
    return without_furniture(tuple(blocks), title)


def blocks_of(
    runs: Sequence[Segment], points: Sequence[int], title: str | None, absolute: _Absolute
) -> tuple[Block, ...]:
    """The blocks of those runs that have more than 0 points."""
    taken = [_block(run, absolute) for run, worth in zip(runs, points, strict=True) if worth > 0]
    return without_furniture(tuple(without_repeats(taken[:_MAX_BLOCKS])), title)


def _block(run: Segment, absolute: _Absolute) -> Block:
    """A run as a block; a quote that ends in a dash and a name says who is quoted."""
    links = tuple(Link(one.start, one.end, url) for one in run.links if (url := absolute(one.url)))
    match = _ATTRIBUTED.match(run.text) if run.kind == "quote" else None
    if not match:
        return Block(run.kind, run.text, run.level, None, links)
    said = match["said"]
    return Block(
        "quote", said, run.level, match["who"].strip(), tuple(one for one in links if one.end <= len(said))
    )

"""From the runs of a page to the blocks of its article."""

from collections.abc import Sequence

from worker.extract.body.features import measure
from worker.extract.body.furniture import without_furniture
from worker.extract.body.notices import is_notice
from worker.extract.body.quotes import is_quote, name, names_behind, split_name
from worker.extract.body.repeats import without_pull_quotes, without_repeats
from worker.extract.body.scorecard import scorecard
from worker.extract.body.second_opinion import heard, is_doubtful
from worker.extract.body.segments import Segment, segments_of
from worker.extract.head import Head
from worker.extract.types import Absolute, Block, Link
from worker.text.html import Tree

_MAX_BLOCKS = 5000
_LONGEST_HEADING = 250
"""What is longer is a paragraph that some editor set in large print."""


def find_blocks(
    tree: Tree, head: Head, title: str | None, absolute: Absolute, captions: set[Tree]
) -> tuple[Block, ...]:
    """The blocks of the article on a page, left as it is; the elements in `captions` are none of it."""
    runs = segments_of(tree, captions)
    if not runs:
        return ()
    points = scorecard().points(measure(runs, head, title), len(runs))
    if is_doubtful(runs, points):
        points = heard(tree, runs, points)
    return blocks_of(runs, points, title, absolute)


def named_blocks(tree: Tree, title: str | None, absolute: Absolute, captions: set[Tree]) -> tuple[Block, ...]:
    """All blocks of a tree that is nothing but the body, as a rule names it."""
    runs = segments_of(tree, captions, whole=True)
    return blocks_of(runs, [1] * len(runs), title, absolute)


def blocks_of(
    runs: Sequence[Segment], points: Sequence[int], title: str | None, absolute: Absolute
) -> tuple[Block, ...]:
    """The blocks of those runs that have more than 0 points."""
    names = names_behind(runs)
    said_by: dict[int, list[str]] = {}
    for number, quote in names.items():
        said_by.setdefault(quote, []).append(name(runs[number].text))
    taken = [
        _block(run, absolute, ", ".join(said_by.get(number, ())))
        for number, (run, worth) in enumerate(zip(runs, points, strict=True))
        if worth > 0 and number not in names and not is_notice(run.text)
    ]
    once = without_repeats(without_pull_quotes(taken[:_MAX_BLOCKS]))
    return without_furniture(tuple(once), title)


def _block(run: Segment, absolute: Absolute, said_by: str) -> Block:
    """A run as a block; `said_by` is who is quoted as told behind it."""
    links = tuple(Link(one.start, one.end, url) for one in run.links if (url := absolute(one.url)))
    if run.kind == "heading" and run.width > _LONGEST_HEADING:
        return Block("paragraph", run.text, None, None, links)
    if not is_quote(run):
        return Block(run.kind, run.text, run.level, None, links)
    said, who = split_name(run)
    return Block("quote", said, run.level, who or said_by or None, _until(links, len(said)))


def _until(links: tuple[Link, ...], end: int) -> tuple[Link, ...]:
    return tuple(one for one in links if one.end <= end)

"""Other articles that a page shows whole below its own, as endless scrolling does.

They have the markup of the page's article, down to the names of their boxes, so that no other feature
distinguishes the two. What does is that each is an <article> of the same make with a heading inside.
"""

from collections.abc import Sequence, Set

from worker.extract.body.runs import Box, Segment


def in_next_articles(runs: Sequence[Segment], headline: int) -> list[float]:
    """Return 1 for each run in another <article> like the one around run number `headline`, else 0."""
    own = _article_of(runs[headline].box) if headline >= 0 else None
    if own is None or not own.prose:
        return [0] * len(runs)
    headed = {
        around for run in runs if run.kind == "heading" and (around := _article_of(run.box)) is not None
    }
    others = {box for box in headed if box.names == own.names and box.prose and not _is_around(box, own)}
    others = {box for box in others if not _is_around(own, box)}
    if not others:
        return [0] * len(runs)
    return [1 if number > headline and _is_in(run.box, others) else 0 for number, run in enumerate(runs)]


def _article_of(box: Box | None) -> Box | None:
    """Return the innermost <article> around a box."""
    while box is not None and box.tag != "article":
        box = box.parent
    return box


def _is_around(outer: Box, inner: Box) -> bool:
    return _is_in(inner, {outer})


def _is_in(box: Box | None, boxes: Set[Box]) -> bool:
    while box is not None:
        if box in boxes:
            return True
        box = box.parent
    return False

"""Runs that are judged together: a heading belongs to what it heads, an item to its list.

The model gives points to each run. Here a heading, a summary or a question directly in front of a
taken run is taken with it; the items of a list are taken or left as one, and taken after a line that
introduces it; a table goes with its caption; the steps and ingredients of instructions are text.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from worker.extract.body.runs import Box, Segment
from worker.extract.body.vocabulary import MEANINGS, meanings_of

_TAKEN = 1
"""Points of a run that is taken for the sake of another."""
_INTRODUCES = (":", "：", "፦", "؛")
_QUESTION = ("?", "？", "؟", ";")
_GROUPS = {"list_item": frozenset(("ul", "ol", "dl")), "quote": frozenset(("blockquote",))}
"""Elements around runs of a kind that are judged as one."""
_NO_GROUPS = frozenset(("td", "article", "main", "section"))
"""Elements in which a list is not part of another one around."""
_INSTRUCTIONS = re.compile(
    r"recipe|ingredient|instruction|preparation|direction|how-?to|(?<![a-z])(?:steps?|method)(?![a-z])"
    r"|rezept|zutat|zubereitung|recette|preparaci|receta|ricett|przepis|рецепт",
    re.IGNORECASE,
)
"""Names of boxes that hold ingredients or steps."""
_ELSEWHERE = sum(1 << MEANINGS.index(name) for name in ("more", "comments", "call", "consent"))
"""Meanings of headings over what is not the text."""
_CALLS = _ELSEWHERE & ~(1 << MEANINGS.index("more"))
"""Meanings of items of lists that are not text; "more" is a word of many that are."""
# Guesses that the corpus did not contradict.
_MAX_HEADING = 250  # width of a heading
_MAX_QUESTION = 300  # of a question
_MOST_AROUND = 40  # characters in the box of a heading that are not the heading
_LEVELS = 5  # boxes from a heading up to the box around it and its text
_LINKED = 0.5  # share of a heading in links from which it is another article's
_FURNITURE = -400  # points below which a run is not taken for the sake of another
_DOUBTED = -250  # points above which a list or a quote is taken that taken text encloses
_AROUND_STEPS = 5  # boxes around a list of instructions of which one may be called so


def judged_together(runs: Sequence[Segment], points: Sequence[int]) -> list[int]:
    """Return `points` with those of runs that belong to a taken one, or to a list, made alike."""
    judged = list(points)
    if not any(worth > 0 for worth in judged):
        return judged
    for items in _groups(runs):
        _judge_group(runs, judged, items)
    for number, (run, following) in enumerate(pairwise(runs)):
        if run.box.tag == "caption" and following.kind == "table":
            judged[number] = judged[number + 1]
        elif run.kind == "table" and following.box.tag == "figcaption":
            judged[number + 1] = judged[number]
        elif run.kind == "table" and _is_between_paragraphs(runs, judged, number):
            judged[number] = max(_TAKEN, judged[number])
    _take_headings(runs, judged)
    _take_last(runs, judged)
    return judged


def _groups(runs: Sequence[Segment]) -> Iterator[list[int]]:
    """Yield the numbers of the runs of each list, the inner lists with the outer one, and of each quote."""
    for around, found in groupby(range(len(runs)), lambda number: _group_of(runs[number])):
        if around is not None:
            yield list(found)


def _group_of(run: Segment) -> Box | None:
    """Return the outermost list around an item, or the element of a quote."""
    tags = _GROUPS.get(run.kind)
    found = None
    if tags is not None:
        box: Box | None = run.box
        while box is not None and box.tag not in _NO_GROUPS:
            if box.tag in tags:
                found = box
            box = box.parent
    return found


def _judge_group(runs: Sequence[Segment], points: list[int], items: list[int]) -> None:
    """Take or leave the items of a list as one, by their width; take a quote as one."""
    first = items[0]
    introduced = first > 0 and points[first - 1] > 0 and _introduces(runs[first - 1], runs[first])
    worth = sum(runs[number].width * points[number] for number in items)
    width = sum(runs[number].width for number in items) or 1
    steps = worth > _FURNITURE * width and _are_steps(runs, items)
    enclosed = worth > _DOUBTED * width and _is_enclosed(runs, points, items)
    taken = introduced or steps or enclosed or worth > 0
    for number in items:
        if taken:
            points[number] = max(_TAKEN, points[number])
        elif runs[number].kind == "list_item":
            points[number] = min(0, points[number])


def _is_enclosed(runs: Sequence[Segment], points: Sequence[int], items: Sequence[int]) -> bool:
    """Whether text that is taken lies right before and after a list or quote that is alone in its box."""
    before, after = items[0] - 1, items[-1] + 1
    if before >= 0 and points[before] <= 0 and runs[before].kind == "heading":
        before -= 1
    if after < len(runs) and points[after] <= 0 and runs[after].kind == "heading":
        after += 1
    if before < 0 or after >= len(runs) or points[before] <= 0 or points[after] <= 0:
        return False
    length = sum(len(runs[number].text) for number in items)
    linked = sum(runs[number].linked for number in items)
    calls = any(
        runs[number].kind == "list_item" and meanings_of(runs[number].text) & _CALLS for number in items
    )
    if calls or linked > _LINKED * length:
        return False
    if any(runs[number].apart for number in range(before + 1, after + 1)):
        return False
    around = _shared(runs[items[0]].box, runs[before].box)
    return around is not None and around.texts <= length + _MOST_AROUND


def _is_between_paragraphs(runs: Sequence[Segment], points: Sequence[int], number: int) -> bool:
    """Whether a table has taken paragraphs of the same box right before and after it."""
    return (
        number > 0
        and points[number] > _DOUBTED
        and all(
            points[at] > 0 and runs[at].kind == "paragraph" and runs[at].box.parent is runs[number].box.parent
            for at in (number - 1, number + 1)
        )
    )


def _introduces(line: Segment, run: Segment) -> bool:
    return line.text.endswith(_INTRODUCES) and not run.apart and _shared(line.box, run.box) is not None


def _are_steps(runs: Sequence[Segment], items: Sequence[int]) -> bool:
    """Whether the items of a list are steps or ingredients, by the names of the boxes around."""
    if any(runs[number].linked > _LINKED * len(runs[number].text) for number in items):
        return False
    box: Box | None = runs[items[0]].box
    for _ in range(_AROUND_STEPS):
        if box is None:
            return False
        if _INSTRUCTIONS.search(f"{box.names} {box.id}"):
            return True
        box = box.parent
    return False


def _take_headings(runs: Sequence[Segment], points: list[int]) -> None:
    """Take the headings directly in front of a taken run.

    Before all text these are only the headings that are like others, and those of a list: key points.
    """
    first = next((number for number, worth in enumerate(points) if worth > 0), len(runs))
    makes = {
        _make(run) for run, worth in zip(runs, points, strict=True) if worth > 0 and run.kind == "heading"
    }
    for number in range(len(runs) - 2, -1, -1):
        run = runs[number]
        if (
            _FURNITURE < points[number] <= 0 < points[number + 1]
            and _is_heading(run)
            and _heads(run, runs[number + 1])
            and (number > first or runs[number + 1].kind == "list_item" or _make(run) in makes)
        ):
            points[number] = _TAKEN
            makes.add(_make(run))


def _take_last(runs: Sequence[Segment], points: list[int]) -> None:
    """Take the sentence that follows the last taken paragraph in the same box and is marked as that is."""
    last = max((number for number, worth in enumerate(points) if worth > 0), default=len(runs))
    if last + 1 >= len(runs):
        return
    run, before = runs[last + 1], runs[last]
    is_like = run.kind == before.kind == "paragraph" and _make(run) == _make(before)
    is_next = run.box.parent is before.box.parent and run.box is not before.box and not run.apart
    is_sentence = run.text.endswith((".", "!", "?", "。", "…", "।", "؟")) and not run.linked
    if is_like and is_next and is_sentence and points[last + 1] > _DOUBTED and not meanings_of(run.text):
        points[last + 1] = _TAKEN


def _make(run: Segment) -> tuple[str, str, str, str]:
    around = run.box.parent or run.box
    return run.box.tag, run.box.names, around.tag, around.names


def _is_heading(run: Segment) -> bool:
    """Whether it is a heading or a short question in bold print, and not one of another article or a box."""
    if run.linked > _LINKED * len(run.text) or meanings_of(run.text) & _ELSEWHERE:
        return False
    if run.kind == "heading":
        return run.width <= _MAX_HEADING
    is_bold = run.strong > _LINKED * len(run.text)
    return is_bold and run.width <= _MAX_QUESTION and run.text.endswith(_QUESTION)


def _heads(heading: Segment, run: Segment) -> bool:
    """Whether a run lies right below a heading: nothing in between, and little else in the heading's box."""
    if run.apart:
        return False
    below = _shared(heading.box, run.box)
    return below is not None and (below is run.box or below.texts <= len(heading.text) + _MOST_AROUND)


def _shared(box: Box, other: Box) -> Box | None:
    """Return the box around `box` that is next to `other` or a box around it; None if that is far up.

    If `box` is itself around `other`, that is `other`.
    """
    around = set()
    at: Box | None = other
    while at is not None:
        around.add(at)
        at = at.parent
    if box in around:
        return other
    for _ in range(_LEVELS):
        parent = box.parent
        if parent is None:
            return None
        if parent in around:
            return box
        box = parent
    return None

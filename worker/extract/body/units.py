"""Features of the parts of a page: the branch that a run's boxes form next to the best one, repeated units,
the heading above, and the way from the headline.

Fact boxes, teasers, comments and the next article are as near to the text as its own paragraphs; what they
have in common is that they are separate parts, with a heading, a date, or several of the same make.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from worker.extract.body.runs import FAR, Box, Segment, levels_above, way_to

Column: TypeAlias = list[float]

# Boxes that are repeated in every text, so that their number says nothing.
NO_UNITS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "tbody"))
_OWN = {
    "p": 0,
    "li": 1,
    "div": 2,
    "td": 3,
    "section": 4,
    "article": 4,
    "main": 4,
    "body": 5,
    "dd": 1,
    "dt": 1,
}
_OTHER_TAG = 6
_HEADING_PLAIN, _HEADING_LINKED = 1, 2
_LINKED = 0.5  # share in links from which a heading leads elsewhere; a guess
_QUESTION = ("?", "？", "؟", ";")
_BEGINNING = 200  # characters in which digits are counted
_NO_DIGITS = bytes(code for code in range(128) if not chr(code).isdigit())


@dataclass(slots=True)
class _Part:
    """What the runs in a box have in common: their number, the first one's heading, dates and words."""

    runs: int = 0
    heading: int = 0
    dated: int = 0
    words: int = 0
    prose_runs: int = 0


def of_units(
    runs: Sequence[Segment],
    to_best: dict[Box, int],
    best_prose: int,
    headline: int,
    columns: dict[str, Column],
) -> dict[str, Column]:
    """Return the columns; `to_best` has the boxes around the best one, `columns` those measured so far."""
    known: dict[Box, tuple[Box | None, Box | None]] = {}
    places = [_branch_and_unit(run.box, to_best, known) for run in runs]
    parts: dict[Box, _Part] = {}
    for number, (run, (branch, unit)) in enumerate(zip(runs, places, strict=True)):
        for box in (branch, unit) if branch is not unit else (branch,):
            if box is not None:
                _add(parts, box, run, number, columns)
    none = _Part()
    of_branch = [parts[branch] if branch is not None else none for branch, _ in places]
    of_unit = [parts[unit] if unit is not None else none for _, unit in places]
    most = best_prose or 1
    return {
        "branch_prose": [branch.prose / most if branch is not None else 2.0 for branch, _ in places],
        "branch_links": [
            branch.linked / (branch.texts or 1) if branch is not None else 0.0 for branch, _ in places
        ],
        "branch_runs": [part.runs for part in of_branch],
        "branch_heading": [part.heading for part in of_branch],
        "branch_dated": [part.dated for part in of_branch],
        "branch_words": [part.words for part in of_branch],
        "unit_prose": [unit.prose if unit is not None else 0 for _, unit in places],
        "unit_links": [unit.linked / (unit.texts or 1) if unit is not None else 0.0 for _, unit in places],
        "unit_alike": [unit.alike if unit is not None else 0 for _, unit in places],
        "unit_runs": [part.runs for part in of_unit],
        "unit_prose_runs": [part.prose_runs for part in of_unit],
        "unit_heading": [part.heading for part in of_unit],
        "unit_dated": [part.dated for part in of_unit],
        **_of_headings(runs, headline),
        **_of_shape(runs),
    }


def _add(parts: dict[Box, _Part], box: Box, run: Segment, number: int, columns: dict[str, Column]) -> None:
    part = parts.get(box)
    if part is None:
        part = parts[box] = _Part()
    if not part.heading and part.runs < 2 and run.kind == "heading":
        part.heading = _HEADING_LINKED if run.linked > _LINKED * len(run.text) else _HEADING_PLAIN
    part.runs += 1
    part.dated += int(columns["dated"][number])
    part.words |= int(columns["words"][number])
    part.prose_runs += run.prose > 0


def _branch_and_unit(
    box: Box, to_best: dict[Box, int], known: dict[Box, tuple[Box | None, Box | None]]
) -> tuple[Box | None, Box | None]:
    """Return the outermost box around a run that is not around the best one, and the innermost repeated."""
    way: list[Box] = []
    at: Box | None = box
    while at is not None and at not in known and at not in to_best:
        way.append(at)
        at = at.parent
    branch, unit = known[at] if at is not None and at in known else (None, None)
    for one in reversed(way):
        if branch is None:
            branch = one
        if one.alike > 1 and one.tag not in NO_UNITS:
            unit = one
        known[one] = branch, unit
    return branch, unit


def _of_headings(runs: Sequence[Segment], headline: int) -> dict[str, Column]:
    """Return what the last heading before each run is like, and the way from the headline."""
    linked: Column = []
    level: Column = []
    since: Column = []
    question: Column = []
    starts: Column = []
    last = (0.0, 0, FAR, 0)
    first = runs[headline] if headline >= 0 else None
    begun = 0
    for number, run in enumerate(runs):
        if run.kind == "heading":
            if number > headline and _like_headline(run, first):
                begun += 1
            last = (
                run.linked / len(run.text),
                run.level or 0,
                -1,
                1 if run.text.endswith(_QUESTION) else 0,
            )
        share, high, distance, asked = last = (last[0], last[1], min(FAR, last[2] + 1), last[3])
        linked.append(share)
        level.append(high)
        since.append(distance)
        question.append(asked)
        starts.append(begun)
    up, down = _from_headline(runs, first)
    return {
        "heading_linked": linked,
        "heading_level": level,
        "since_heading": since,
        "heading_question": question,
        "starts": starts,
        "head_up": up,
        "head_down": down,
    }


def _like_headline(run: Segment, headline: Segment | None) -> bool:
    if headline is None or headline.kind != "heading":
        return run.level == 1
    return run.level == 1 or (run.level == headline.level and run.box.names == headline.box.names)


def _from_headline(runs: Sequence[Segment], headline: Segment | None) -> tuple[Column, Column]:
    """Return how many boxes up from the headline, and then down, each run is; -1 without a headline."""
    if headline is None:
        return [-1] * len(runs), [-1] * len(runs)
    around = levels_above(headline.box)
    ways = [way_to(run.box, around) for run in runs]
    return [min(FAR, up) for _, up in ways], [down for down, _ in ways]


def _of_shape(runs: Sequence[Segment]) -> dict[str, Column]:
    """Return features of a run's signs and element."""
    by_tag: dict[str, int] = {}
    by_make: dict[tuple[str, str], int] = {}
    total = 0
    for run in runs:
        prose = run.prose
        total += prose
        by_tag[run.box.tag] = by_tag.get(run.box.tag, 0) + prose
        make = run.box.tag, run.box.names
        by_make[make] = by_make.get(make, 0) + prose
    total = total or 1
    return {
        "question": [1 if run.text.endswith(_QUESTION) else 0 for run in runs],
        "digits": [_share_of_digits(run.text[:_BEGINNING]) for run in runs],
        "cells": [
            run.width / (run.text.count("\t") + run.text.count("\n") + 1) if run.kind == "table" else 0.0
            for run in runs
        ],
        "own": [_OWN.get(run.box.tag, _OTHER_TAG) for run in runs],
        "like1": [by_make[run.box.tag, run.box.names] / total for run in runs],
        "tag_share": [by_tag[run.box.tag] / total for run in runs],
    }


def _share_of_digits(text: str) -> float:
    if text.isascii():
        return len(text.encode().translate(None, _NO_DIGITS)) / len(text)
    return sum(map(str.isdigit, text)) / len(text)

"""Features of each run of text: of itself, of the boxes around it, of its position among the others.

A feature is a column with a number for each run. The features in `MASKS` are sets of bits. `model` weighs
them; its points depend on every number here, so a change means training it again (make train-body).
"""

import html
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from worker.extract.body.next_article import in_next_articles
from worker.extract.body.runs import FAR, levels_above, way_to
from worker.extract.body.segments import TAG_BITS, Box, Segment
from worker.extract.body.units import NO_UNITS, Column, of_units
from worker.extract.body.vocabulary import MARKS, MEANINGS, meanings_of
from worker.extract.head import Head
from worker.extract.words import key

__all__ = ["FRACTIONS", "GROUPS", "MASKS", "Column", "measure_features"]

MASKS: dict[str, tuple[str, ...]] = {
    "marks": tuple(MARKS),
    "near": tuple(MARKS),
    "tags": TAG_BITS,
    "words": MEANINGS,
    "branch_words": MEANINGS,
}
"""Features that are sets of bits, with the names of the bits."""
GROUPS = ("in_box", "in_make", "next_article")
"""Columns that trees do not weigh: which runs belong together, by equal numbers, and which are ruled out."""
FRACTIONS = frozenset(
    (
        *("linked", "strong", "held", "prose1", "links1", "links2", "box_links", "like1", "like2", "like3"),
        *("before", "after", "previous_linked", "next_linked", "branch_prose", "branch_links", "unit_links"),
        *("heading_linked", "digits", "cells", "tag_share"),
    )
)
"""Features that are floats; the others are integers."""

# Guesses; halving or doubling changes the blocks of 3 (`_MOST`), 5 (`_MOST_LEVELS`) and 23 (`FAR`) of 273
# pages.
_MOST = 0.55  # share of the page's prose in the box that holds most of it
_MOST_LEVELS = 6  # boxes up in which siblings are counted
_SHORT = 60  # characters of a line in bold print that may be a heading
_STATED_FROM = 300  # letters from which `articleBody` is a body and not a summary
_KINDS = {
    "paragraph": 0,
    "heading": 1,
    "quote": 2,
    "list_item": 3,
    "table": 4,
    "preformatted": 5,
    "footnote": 3,
}
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’»)\]」』]*$")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}:\d{2}")
_TAG = re.compile(r"<[^<>]*>")
_FURNITURE_MARKS = sum(
    1 << tuple(MARKS).index(name)
    for name in (
        *("share", "related", "promo", "comment", "newsletter", "ad", "nav", "footer", "popular", "bio"),
        *("consent", "paywall", "search"),
    )
)
_FURNITURE_WORDS = sum(
    1 << MEANINGS.index(name) for name in ("consent", "call", "rights", "comments", "more")
)
_WRAPPERS = frozenset(  # boxes that hold one paragraph or list, not a sequence of paragraphs
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "ul", "ol", "td", "tr", "tbody")
)


def measure_features(runs: Sequence[Segment], head: Head, title: str | None) -> dict[str, Column]:
    """Return all columns by the names of the features."""
    page = _Page(runs, head, title)
    columns = _of_text(runs, page)
    columns.update(_of_boxes(runs, page, columns["words"]))
    columns.update(_of_place(runs, page))
    columns.update(_of_neighbours(columns, page))
    best_prose = page.best.prose if page.best is not None else 0
    columns.update(of_units(runs, page.to_best, best_prose, page.headline, columns))
    columns["next_article"] = in_next_articles(runs, page.headline)
    return columns


class _Page:
    """What features need to know of the page as a whole: its prose, and the boxes that hold most of it."""

    def __init__(self, runs: Sequence[Segment], head: Head, title: str | None) -> None:
        self.keys = [key(run.text) for run in runs]
        self.widths = [run.width for run in runs]
        self.prose = [run.prose for run in runs]
        self.total = sum(self.prose) or 1
        self.headline = _headline(runs, self.keys, key(title))
        self.description = key(head.first("og:description", "description"))
        stated = head.json_ld.get("articleBody")
        self.stated = key(html.unescape(_TAG.sub(" ", stated))) if isinstance(stated, str) else ""
        self.holders = [_holder(run.box) for run in runs]
        self.root_prose = _root(runs[0].box).prose or 1
        self.held, self.best = _best_holder(self.holders, self.prose)
        self.to_best = levels_above(self.best)
        self.to_most = levels_above(_lowest_with_most(runs, self.prose, self.root_prose))
        self.makes = [_make(run.box) for run in runs]


def _of_text(runs: Sequence[Segment], page: _Page) -> dict[str, Column]:
    texts = [run.text for run in runs]
    seen = Counter(page.keys)
    return {
        "width": list(page.widths),
        "linked": [run.linked / len(run.text) for run in runs],
        "strong": [run.strong / len(run.text) for run in runs],
        "kind": [_KINDS[run.kind] for run in runs],
        "ends": [1 if _SENTENCE_END.search(text[-4:]) else 0 for text in texts],
        "commas": [_count(text, ",", "，、،") for text in texts],
        "quoted": [
            1 if '"' in text or "“" in text or "„" in text or "«" in text or "「" in text else 0
            for text in texts
        ],
        "dated": [1 if len(text) < 90 and _DATE.search(text) else 0 for text in texts],
        "repeated": [seen[spelled] for spelled in page.keys],
        "description": [_description(spelled, page.description) for spelled in page.keys],
        "stated": [_stated(spelled, page.stated) for spelled in page.keys],
        "words": [meanings_of(text) for text in texts],
    }


def _of_boxes(runs: Sequence[Segment], page: _Page, words: Column) -> dict[str, Column]:
    total = page.root_prose
    most_held = max(page.held.values(), default=0) or 1
    made: Counter[Any] = Counter()
    for make, prose in zip(page.makes, page.prose, strict=True):
        made[make] += prose
        made[make[1:]] += prose
    main = _main_make(page)
    most = [way_to(run.box, page.to_most) for run in runs]
    parents = [holder.parent or holder for holder in page.holders]
    return {
        "held": [page.held[holder] / most_held for holder in page.holders],
        "prose1": [holder.prose / total for holder in page.holders],
        "links1": [holder.linked / (holder.texts or 1) for holder in page.holders],
        "links2": [parent.linked / (parent.texts or 1) for parent in parents],
        "box_links": [run.box.linked / (run.box.texts or 1) for run in runs],
        "most_down": [down for down, _ in most],
        "most_up": [up for _, up in most],
        "like2": [made[make] / page.total for make in page.makes],
        "like3": [made[make[1:]] / page.total for make in page.makes],
        "beside_main": [1 if main and make[1] == main else 0 for make in page.makes],
        "siblings": [_siblings(run.box, page.to_best) for run in runs],
        "in_box": _numbered(page.holders),
        "in_make": _numbered([make[:2] for make in page.makes]),
        **_masks(runs, page, words),
    }


def _numbered(groups: Sequence[Any]) -> Column:
    """Return a number for each run, equal for equal groups."""
    numbers: dict[Any, int] = {}
    return [numbers.setdefault(group, len(numbers)) for group in groups]


def _of_place(runs: Sequence[Segment], page: _Page) -> dict[str, Column]:
    before, so_far = [], 0
    for prose in page.prose:
        before.append(so_far / page.total)
        so_far += prose
    strong = [
        number
        for number, (holder, prose) in enumerate(zip(page.holders, page.prose, strict=True))
        if prose and page.best is not None and (holder is page.best or holder.parent is page.best)
    ]
    first, last = (strong[0], strong[-1]) if strong else (-1, len(runs))
    headline = page.headline
    numbers = range(len(runs))
    return {
        "before": before,
        "after": [1 - share - prose / page.total for share, prose in zip(before, page.prose, strict=True)],
        "from_last": [max(-FAR, min(FAR, number - last)) for number in numbers],
        "between": [1 if first <= number <= last else 0 for number in numbers],
        "from_headline": [
            max(-50, min(200, number - headline)) if headline >= 0 else 300 for number in numbers
        ],
        "prose": [page.total] * len(runs),
        "heading_about": _about(runs, page),
    }


def _of_neighbours(columns: dict[str, Column], page: _Page) -> dict[str, Column]:
    """Return the most telling features of the runs before and after, 0 at the ends."""
    beside: Column = [0, *(1 if one is two else 0 for one, two in pairwise(page.holders))]
    return {
        "next_width": [*columns["width"][1:], 0],
        "previous_linked": [0.0, *columns["linked"][:-1]],
        "next_ends": [*columns["ends"][1:], 0],
        "next_heading": [*(1 if kind == 1 else 0 for kind in columns["kind"][1:]), 0],
        "previous_beside": beside,
        "next_beside": [*beside[1:], 0],
        "previous_width": [0, *columns["width"][:-1]],
        "previous_ends": [0, *columns["ends"][:-1]],
        "previous_heading": [0, *(1 if kind == 1 else 0 for kind in columns["kind"][:-1])],
        "previous_dated": [0, *columns["dated"][:-1]],
        "next_linked": [*columns["linked"][1:], 0.0],
        "next_dated": [*columns["dated"][1:], 0],
    }


def _masks(runs: Sequence[Segment], page: _Page, words: Column) -> dict[str, Column]:
    """Return `marks` of the boxes apart from the best one, and `near` of the three boxes around a run.

    `furniture` counts their meanings, and those of the words, that text seldom has: each is rare, and two at
    once are a sure sign.
    """
    marks: Column = []
    near: Column = []
    of_own: dict[Box, int] = {}
    for run in runs:
        box = run.box
        parent = box.parent
        mine = run.marks | box.marks
        close = mine
        if parent is not None:
            close |= parent.marks | (parent.parent.marks if parent.parent is not None else 0)
        marks.append(mine | _own_marks(box, page.to_best, of_own))
        near.append(close)
    return {
        "marks": marks,
        "near": near,
        "tags": [run.box.tags for run in runs],
        "furniture": [
            (int(mine) & _FURNITURE_MARKS).bit_count() + (int(said) & _FURNITURE_WORDS).bit_count()
            for mine, said in zip(marks, words, strict=True)
        ],
    }


def _own_marks(box: Box, best: dict[Box, int], known: dict[Box, int]) -> int:
    """Return the marks of `box` and the boxes around it, up to the first shared one; `known` is a cache."""
    way: list[Box] = []
    at: Box | None = box
    while at is not None and at not in known and at not in best:
        way.append(at)
        at = at.parent
    marks = known.get(at, 0) if at is not None else 0
    for box in reversed(way):
        marks |= box.marks
        known[box] = marks
    return marks


def _about(runs: Sequence[Segment], page: _Page) -> Column:
    """Return what the last heading, or short line in bold print, before each run was about."""
    about: Column = []
    latest = 0
    for run, width in zip(runs, page.widths, strict=True):
        about.append(latest)
        if run.kind == "heading" or (width < _SHORT and run.strong > 0.8 * len(run.text)):
            found = meanings_of(run.text)
            latest = next((number for number, bit in enumerate(_ABOUT, 1) if found & bit), 0)
    return about


_ABOUT = tuple(1 << MEANINGS.index(name) for name in ("more", "comments", "call", "bio"))


def _count(text: str, plain: str, others: str) -> int:
    """Return how often one of the signs occurs in a text; `plain` is the one in ASCII."""
    return text.count(plain) + (0 if text.isascii() else sum(map(text.count, others)))


def _description(spelled: str, description: str) -> int:
    if not description or len(spelled) <= 20:
        return 0
    if spelled == description:
        return 2
    return 1 if spelled.startswith(description[:60]) or spelled in description else 0


def _stated(spelled: str, stated: str) -> int:
    if len(stated) < _STATED_FROM or len(spelled) <= 3:
        return 0
    return 1 if spelled in stated else -1


def _holder(box: Box) -> Box:
    """Return the box that lays out paragraphs one after the other."""
    while box.tag in _WRAPPERS and box.parent is not None:
        box = box.parent
    return box


def _root(box: Box) -> Box:
    while box.parent is not None:
        box = box.parent
    return box


def _best_holder(holders: Sequence[Box], prose: Sequence[int]) -> tuple[dict[Box, float], Box | None]:
    """Return the prose of each holder, half of it credited to the box around it, and the box with most."""
    held: dict[Box, float] = {}
    for holder, amount in zip(holders, prose, strict=True):
        for box, credit in ((holder, amount), (holder.parent, amount / 2)):
            if box is not None:
                held[box] = held.get(box, 0) + credit
    return held, max(held, key=held.__getitem__, default=None)


def _lowest_with_most(runs: Sequence[Segment], prose: Sequence[int], total: int) -> Box | None:
    lowest: Box | None = None
    done: set[Box] = set()
    for run, amount in zip(runs, prose, strict=True):
        if not amount or run.box in done:
            continue
        done.add(run.box)
        at: Box | None = run.box
        while at is not None and at.prose < _MOST * total:
            at = at.parent
        if at is not None and (lowest is None or at.depth > lowest.depth):
            lowest = at
    return lowest


def _make(box: Box) -> tuple[Any, Any, Any]:
    parent = box.parent
    if parent is None:
        return (box.tag, box.names), None, None
    around = parent.parent
    return (
        (box.tag, box.names),
        (parent.tag, parent.names),
        (around.tag, around.names) if around is not None else None,
    )


def _main_make(page: _Page) -> Any:
    """Return the make of the box around most of the prose in the best holder and its children."""
    counted: Counter[Any] = Counter()
    for make, holder, prose in zip(page.makes, page.holders, page.prose, strict=True):
        if page.best is not None and (holder is page.best or holder.parent is page.best):
            counted[make[1]] += prose
    return counted.most_common(1)[0][0] if counted else None


def _siblings(box: Box, best: dict[Box, int]) -> int:
    """Return the largest number of like boxes next to each other around a run, up to the boxes it shares."""
    most, level = 0, 0
    while box.parent is not None and box not in best and level < _MOST_LEVELS:
        if box.alike > most and box.tag not in NO_UNITS:
            most = box.alike
        box = box.parent
        level += 1
    return most


def _headline(runs: Sequence[Segment], keys: Sequence[str], title: str) -> int:
    """Return the number of the run with the headline; -1 without one."""
    if title and title in keys:
        return keys.index(title)
    return next((number for number, run in enumerate(runs) if run.kind == "heading" and run.level == 1), -1)

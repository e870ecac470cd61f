"""What can be counted of each run of text: of itself, of the boxes around it, of its place among the others.

A feature is a column with a number for each run. Those of `MASKS` are sets of bits, each bit a yes or no. The
model that weighs them is `scorecard`; `tests/bench/train_body.py` makes its points.
"""

import html
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from worker.extract.body.marks import MEANINGS as MARKS
from worker.extract.body.segments import OWN_TAGS, TAG_BITS, Box, Segment
from worker.extract.body.vocabulary import MEANINGS as WORDS
from worker.extract.body.vocabulary import meanings_of
from worker.extract.head import Head
from worker.extract.page import Tree
from worker.extract.words import key

Column = list[float]

MASKS: dict[str, tuple[str, ...]] = {
    "marks": tuple(MARKS),
    "near": tuple(MARKS),
    "tags": TAG_BITS,
    "own_tags": TAG_BITS,
    "words": WORDS,
}
"""Features that are sets of bits, with the names of the bits."""

_MOST = 0.55
_FAR = 30
_KINDS = {"paragraph": 0, "heading": 1, "quote": 2, "list_item": 3, "table": 4, "preformatted": 5}
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’»)\]」』]*$")
_SENTENCE = re.compile(r"[.!?…؟](?=\s|$)|[。！？।]")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}:\d{2}")
_TAG = re.compile(r"<[^>]*>")
_WRAPPERS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "ul", "ol", "td", "tr", "tbody")
)
_NO_SIBLINGS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td"))
_SHORT = 60
_STATED_FROM = 300


def measure(runs: Sequence[Segment], head: Head, title: str | None) -> dict[str, Column]:
    """All columns, by the names of the features."""
    page = _Page(runs, head, title)
    columns = {
        **_of_text(runs, page),
        **_of_boxes(runs, page),
        **_of_place(runs, page),
    }
    columns.update(_of_neighbours(columns, page))
    return columns


class _Page:
    """What is known of the page as a whole: its prose, and the boxes that most of it stands in."""

    def __init__(self, runs: Sequence[Segment], head: Head, title: str | None) -> None:
        self.keys = [key(run.text) for run in runs]
        self.widths = [run.width for run in runs]
        self.prose = [run.prose for run in runs]
        self.total = sum(self.prose) or 1
        self.title = key(title)
        self.description = key(head.first("og:description", "description"))
        stated = head.json_ld.get("articleBody")
        self.stated = key(html.unescape(_TAG.sub(" ", stated))) if isinstance(stated, str) else ""
        self.holders = [_holder(run.box) for run in runs]
        self.root_prose = _root(runs[0].box).prose or 1
        self.held, self.best = _best_holder(self.holders, self.prose)
        self.to_best = _distances(self.best)
        self.to_most = _distances(_lowest_with_most(runs, self.prose, self.root_prose))
        self.signatures = [_signature(run.box) for run in runs]


def _of_text(runs: Sequence[Segment], page: _Page) -> dict[str, Column]:
    texts = [run.text for run in runs]
    seen = Counter(page.keys)
    return {
        "width": list(page.widths),
        "linked": [run.linked / len(run.text) for run in runs],
        "strong": [run.strong / len(run.text) for run in runs],
        "links": [len(run.links) for run in runs],
        "kind": [_KINDS[run.kind] for run in runs],
        "level": [run.level or 0 for run in runs],
        "ends": [1 if _SENTENCE_END.search(text[-4:]) else 0 for text in texts],
        "sentences": [len(_SENTENCE.findall(text)) for text in texts],
        "commas": [_count(text, ",", "，、،") for text in texts],
        "bars": [_count(text, "|", "•·»") for text in texts],
        "quoted": [
            1 if '"' in text or "“" in text or "„" in text or "«" in text or "「" in text else 0
            for text in texts
        ],
        "colon": [1 if text[-1] in ":：" else 0 for text in texts],
        "dated": [1 if len(text) < 90 and _DATE.search(text) else 0 for text in texts],
        "repeated": [seen[spelled] for spelled in page.keys],
        "title": [_title(spelled, page.title) for spelled in page.keys],
        "description": [_description(spelled, page.description) for spelled in page.keys],
        "stated": [_stated(spelled, page.stated) for spelled in page.keys],
        "words": [meanings_of(text) for text in texts],
    }


def _of_boxes(runs: Sequence[Segment], page: _Page) -> dict[str, Column]:
    total = page.root_prose
    most_held = max(page.held.values(), default=0) or 1
    counts = Counter(id(holder) for holder, prose in zip(page.holders, page.prose, strict=True) if prose)
    prose_of = [Counter[Any]() for _ in range(3)]
    for signature, prose in zip(page.signatures, page.prose, strict=True):
        for level, counter in enumerate(prose_of):
            counter[signature[level]] += prose
    main = _main_signature(page)
    siblings = _Siblings()
    down_up = [_down_up(run.box, page.to_best) for run in runs]
    most = [_down_up(run.box, page.to_most) for run in runs]
    parents = [holder.parent or holder for holder in page.holders]
    return {
        "held": [page.held[id(holder)] / most_held for holder in page.holders],
        "held_runs": [counts[id(holder)] for holder in page.holders],
        "prose1": [holder.prose / total for holder in page.holders],
        "prose2": [parent.prose / total for parent in parents],
        "prose3": [(parent.parent or parent).prose / total for parent in parents],
        "links1": [holder.linked / (holder.texts or 1) for holder in page.holders],
        "links2": [parent.linked / (parent.texts or 1) for parent in parents],
        "box_links": [run.box.linked / (run.box.texts or 1) for run in runs],
        "down": [down for down, _ in down_up],
        "up": [up for _, up in down_up],
        "most_down": [down for down, _ in most],
        "most_up": [up for _, up in most],
        "like1": [prose_of[0][signature[0]] / page.total for signature in page.signatures],
        "like2": [prose_of[1][signature[1]] / page.total for signature in page.signatures],
        "like3": [prose_of[2][signature[2]] / page.total for signature in page.signatures],
        "as_main": [1 if signature[0] == main else 0 for signature in page.signatures],
        "beside_main": [1 if main and signature[0][1] == main[1] else 0 for signature in page.signatures],
        "siblings": [siblings.most(run.box, page.to_best) for run in runs],
        **_masks(runs, page),
    }


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
    headline = _headline(runs, page)
    numbers = range(len(runs))
    return {
        "before": before,
        "after": [1 - share - prose / page.total for share, prose in zip(before, page.prose, strict=True)],
        "from_first": [max(-_FAR, min(_FAR, number - first)) for number in numbers],
        "from_last": [max(-_FAR, min(_FAR, number - last)) for number in numbers],
        "between": [1 if first <= number <= last else 0 for number in numbers],
        "from_headline": [
            max(-50, min(200, number - headline)) if headline >= 0 else 300 for number in numbers
        ],
        "prose": [page.total] * len(runs),
        **_headings(runs, page),
    }


def _of_neighbours(columns: dict[str, Column], page: _Page) -> dict[str, Column]:
    """The features of the runs before and after that say most, 0 at the ends."""
    same = [*map(id, page.holders)]
    found: dict[str, Column] = {}
    for name in ("width", "linked", "ends"):
        values = columns[name]
        found[f"previous_{name}"] = [0, *values[:-1]]
        found[f"next_{name}"] = [*values[1:], 0]
    heads = [1 if kind == 1 else 0 for kind in columns["kind"]]
    found["next_heading"] = [*heads[1:], 0]
    found["previous_heading"] = [0, *heads[:-1]]
    found["previous_beside"] = [
        0,
        *(1 if one == two else 0 for one, two in pairwise(same)),
    ]
    found["next_beside"] = [*found["previous_beside"][1:], 0]
    return found


def _masks(runs: Sequence[Segment], page: _Page) -> dict[str, Column]:
    """`marks`, `own_tags`: of the boxes not shared with the best one; `near`: of the three around a run."""
    marks: Column = []
    near: Column = []
    tags: Column = []
    own: Column = []
    for run in runs:
        box = run.box
        parent = box.parent
        mine = run.marks | box.marks
        close = mine
        if parent is not None:
            close |= parent.marks | (parent.parent.marks if parent.parent is not None else 0)
        tag_bits = 0
        at: Box | None = box
        while at is not None and id(at) not in page.to_best:
            mine |= at.marks
            tag_bits |= OWN_TAGS.get(at.tag, 0)
            at = at.parent
        marks.append(mine)
        near.append(close)
        tags.append(box.tags)
        own.append(tag_bits)
    return {"marks": marks, "near": near, "tags": tags, "own_tags": own}


def _headings(runs: Sequence[Segment], page: _Page) -> dict[str, Column]:
    """What the last heading, or short line in bold print, before a run was about, and how long ago it was."""
    about: Column = []
    ago: Column = []
    meanings, age = 0, 0
    for run, width in zip(runs, page.widths, strict=True):
        about.append(meanings)
        ago.append(age)
        age += 1
        if run.kind == "heading" or (width < _SHORT and run.strong > 0.8 * len(run.text)):
            found = meanings_of(run.text)
            meanings = next((number for number, bit in enumerate(_ABOUT, 1) if found & bit), 0)
            age = 0
    return {"heading_about": about, "heading_ago": ago}


_ABOUT = tuple(1 << WORDS.index(name) for name in ("more", "comments", "call", "bio"))


def _count(text: str, plain: str, others: str) -> int:
    """How often one of the signs stands in a text; `plain` is the one of ASCII."""
    return text.count(plain) + (0 if text.isascii() else sum(map(text.count, others)))


def _title(spelled: str, title: str) -> int:
    if not title or not spelled:
        return 0
    return 2 if spelled == title else 1 if len(spelled) > 8 and spelled in title else 0


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
    """The box that lays out paragraphs one after the other."""
    while box.tag in _WRAPPERS and box.parent is not None:
        box = box.parent
    return box


def _root(box: Box) -> Box:
    while box.parent is not None:
        box = box.parent
    return box


def _best_holder(holders: Sequence[Box], prose: Sequence[int]) -> tuple[dict[int, float], Box | None]:
    """Prose by holder, half of it credited to the box around; and the box with most."""
    held: dict[int, float] = {}
    boxes: dict[int, Box] = {}
    for holder, amount in zip(holders, prose, strict=True):
        for box, credit in ((holder, amount), (holder.parent, amount / 2)):
            if box is not None:
                held[id(box)] = held.get(id(box), 0) + credit
                boxes[id(box)] = box
    best = max(held, key=held.__getitem__, default=0)
    return held, boxes.get(best)


def _lowest_with_most(runs: Sequence[Segment], prose: Sequence[int], total: int) -> Box | None:
    lowest: Box | None = None
    done: set[int] = set()
    for run, amount in zip(runs, prose, strict=True):
        if not amount or id(run.box) in done:
            continue
        done.add(id(run.box))
        at: Box | None = run.box
        while at is not None and at.prose < _MOST * total:
            at = at.parent
        if at is not None and (lowest is None or at.depth > lowest.depth):
            lowest = at
    return lowest


def _distances(box: Box | None) -> dict[int, int]:
    """How many boxes up each box around `box` is."""
    found: dict[int, int] = {}
    while box is not None:
        found[id(box)] = len(found)
        box = box.parent
    return found


def _down_up(box: Box, distances: dict[int, int]) -> tuple[int, int]:
    """Boxes between `box` and the first that it shares, and how far up that is."""
    down, at = 0, box
    while id(at) not in distances:
        if at.parent is None:
            return down, _FAR
        at = at.parent
        down += 1
    return down, distances[id(at)]


def _signature(box: Box) -> tuple[Any, Any, Any]:
    one = (box.tag, box.names)
    parent = box.parent
    two = (parent.tag, parent.names) if parent is not None else None
    three = (
        (parent.parent.tag, parent.parent.names) if parent is not None and parent.parent is not None else None
    )
    return (one, two), (one, two, three), (two, three)


def _main_signature(page: _Page) -> Any:
    counted: Counter[Any] = Counter()
    for signature, holder, prose in zip(page.signatures, page.holders, page.prose, strict=True):
        if page.best is not None and (holder is page.best or holder.parent is page.best):
            counted[signature[0]] += prose
    return counted.most_common(1)[0][0] if counted else None


class _Siblings:
    """How often a box stands beside ones of the same make, each counted once."""

    def __init__(self) -> None:
        self._made: dict[tuple[Tree, str], Counter[str | None]] = {}
        self._of: dict[Box, int] = {}

    def most(self, box: Box, best: dict[int, int]) -> int:
        """The most of the boxes around a run, up to those it shares."""
        most, at, level = 0, box, 0
        while at.parent is not None and id(at) not in best and level < 6:
            if at.tag not in _NO_SIBLINGS:
                if (count := self._of.get(at)) is None:
                    count = self._of[at] = self._count(at.element)
                if count > most:
                    most = count
            at = at.parent
            level += 1
        return most

    def _count(self, element: Tree) -> int:
        around = element.getparent()
        if around is None:
            return 0
        tag = element.tag
        if (made := self._made.get((around, tag))) is None:
            made = Counter([one.get("class") for one in around.iterchildren(tag)])
            self._made[around, tag] = made
        return made[element.get("class")]


def _headline(runs: Sequence[Segment], page: _Page) -> int:
    if page.title and page.title in page.keys:
        return page.keys.index(page.title)
    return next((number for number, run in enumerate(runs) if run.kind == "heading" and run.level == 1), -1)

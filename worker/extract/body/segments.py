"""A page as the runs of text that a reader sees, in order, each with the boxes around it.

One sweep over the tree, which is not changed. A run ends where a box begins or ends, and at two line breaks.
Only elements that can never be text are left out: scripts, form fields, pictures.
"""

import re
from collections import Counter
from collections.abc import Iterator, Set
from typing import TypeAlias

from worker.extract.body.footnotes import Footnotes
from worker.extract.body.runs import Box, Segment
from worker.extract.body.vocabulary import MARKS, marks_of
from worker.extract.inline import (
    BOXES,
    LABELS,
    NEVER_TEXT,
    code_of,
    initial_of,
    is_note_mark,
    is_sign,
    is_unseen_class,
    raised,
    shown_text,
)
from worker.extract.types import BlockKind, Link
from worker.extract.words import composed
from worker.text.html import Tree

__all__ = ["TAG_BITS", "Box", "Segment", "segments_of"]

# Boxes that are seldom text, headings by the level in their name, and inline tags without marks in their
# class.
_NAVIGATION = frozenset(("nav", "footer"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_STRONG = frozenset(("b", "strong"))
_PLAIN = frozenset(("a", "b", "strong", "em", "i"))
_LITTLE_PROSE = 300  # characters of prose below which <nav> and <footer> are searched as well; a guess
_SOMETIMES = frozenset(("button", "footer"))
_LABEL_LEVEL = 3  # of a heading that unfolds its section, which states none; a guess
_MIN_LABEL = 12  # characters of such a heading outside of headings: shorter ones are menus; a guess
_MAX_SEGMENTS = 6000  # bounds the work on a hostile page; a guess
_MAX_CELL = 300  # characters in a cell of a table of data; a guess
# The model was trained with these: changing them means training it again.
_ALL_LINK = 0.9  # share of a run in links from which it is navigation
_MAX_POINTER = 120  # characters of such a run


# Bits of the feature `tags`: boxes and attributes with a meaning.
_TAGS = ("article", "main", "aside", "footer", "nav", "header", "form", "figure", "figcaption", "li", "table")
TAG_BITS = (*_TAGS, "articlebody", "hidden", "quote")
_ARTICLE_BODY, _HIDDEN, _QUOTE = (1 << TAG_BITS.index(name) for name in ("articlebody", "hidden", "quote"))
_BOX_TAGS = {tag: 1 << number for number, tag in enumerate(_TAGS)} | {"blockquote": _QUOTE}

_AROUND_MENUS = _BOX_TAGS["header"] | _BOX_TAGS["nav"] | _BOX_TAGS["footer"]
"""Boxes whose buttons unfold menus."""

# Other marks of an element.
_MAIN = _BOX_TAGS["main"]
_QUOTE_MARK = 1 << list(MARKS).index("quote")
# Attributes with a meaning, and styles that hide an element.
_STATED = {
    ("itemprop", "articleBody"): _ARTICLE_BODY,
    ("role", "main"): _MAIN,
    ("aria-hidden", "true"): _HIDDEN,
}
_MEANINGFUL = frozenset(("itemprop", "role", "aria-hidden", "hidden", "style"))
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def segments_of(tree: Tree, skip: Set[Tree] = frozenset(), *, whole: bool = False) -> list[Segment]:
    """Return the runs of a page in reading order, without the elements in `skip`.

    <nav> and <footer>, a quarter of a page's elements, are left out unless the page is wanted `whole` or has
    hardly a paragraph outside of them: some pages forget to close them.
    """
    body = tree.find("body")
    root = tree if body is None else body
    walk = _Walk(skip, NEVER_TEXT if whole else NEVER_TEXT | _NAVIGATION)
    walk.page(root)
    if (
        not whole
        and walk.prose() < _LITTLE_PROSE
        and any(root.find(f".//{tag}") is not None for tag in _NAVIGATION)
    ):
        return segments_of(tree, skip, whole=True)
    return walk.segments


_Place: TypeAlias = tuple[Tree, Box, Iterator[Tree], int | None]
"""An element half read: the element, the box of its text, its remaining children, an inline element's
start."""


class _Walk:
    def __init__(self, skip: Set[Tree], never: Set[str]) -> None:
        self.segments: list[Segment] = []
        self._boxes: list[Box] = []
        self._skip = skip
        self._never = never
        self._text = ""
        self._links: list[Link] = []
        self._linked = self._strong = self._marks = 0
        self._break = False
        self._cite = (0, 0)
        self._in_cite = self._apart = False
        self._notes = Footnotes()

    def page(self, root: Tree) -> None:
        """Read everything below `root`; without recursion, since pages nest 256 deep."""
        around: list[_Place] = []
        here = self._enter(root, None)
        while here is not None:
            element, box, children, start = here
            if inner := self._until_next(children, box):
                around.append(here)
                here = inner
                continue
            if start is None:
                if self._text or self._marks or self._break:
                    self._close(box)
            else:
                self._leave(element, start)
            here = around.pop() if around else None
            # Most texts of a page are indents between boxes.
            if here is not None and (text := element.tail) and (self._text or not text.isspace()):
                self._add(text)

        self._sum_up()
        self._notes.settle(self.segments)

    def prose(self) -> int:
        """Return the number of characters of running text on the page."""
        return self._boxes[0].prose

    def _sum_up(self) -> None:
        """Credit each box with the contents of the boxes inside it, and count its like siblings."""
        makes = [(box.parent, box.tag, box.names) for box in self._boxes]
        counted = Counter(makes)
        for box, make in zip(reversed(self._boxes), reversed(makes), strict=True):
            box.alike = counted[make]
            if box.texts and (around := box.parent) is not None:
                around.prose += box.prose
                around.texts += box.texts
                around.linked += box.linked

    def _until_next(self, children: Iterator[Tree], box: Box) -> _Place | None:
        """Read on to the next child with children; None at the end."""
        never, skip = self._never, self._skip
        for child in children:
            tag = child.tag
            if tag in never and not (tag in _SOMETIMES and _is_shown(child, box)):
                if tag == "img" and not self._text and (letter := initial_of(child)):
                    self._add(letter)
            elif tag in BOXES or (tag == "button" and box.tag not in LABELS):
                if child not in skip and (place := self._enter(child, box)):
                    return place
            elif tag == "br":
                self._line_break(box)
            elif isinstance(tag, str) and child not in skip:
                names = child.get("class") if tag not in _PLAIN else None
                if not names or not is_unseen_class(names):
                    start = len(self._text)
                    if names:
                        self._marks |= marks_of(names)
                    if text := child.text:
                        self._add(text if not self._in_cite else self._apart_in_cite(text))
                    self._in_cite = self._in_cite or tag == "cite"
                    if len(child):
                        return child, box, iter(child), start
                    self._leave(child, start)
            if (text := child.tail) and (self._text or not text.isspace()):
                self._add(text)
        return None

    def _enter(self, element: Tree, parent: Box | None) -> _Place | None:
        """Return the place before the first child of a box; None if the box is one run."""
        box = _box(element, parent)
        self._boxes.append(box)
        if self._text or self._marks or self._break:
            self._close(parent)
        tag = box.tag
        if tag == "table" and self._is_data(element):
            self._table(element, box)
        elif tag == "pre":
            self._preformatted(element, box)
        else:
            if (text := element.text) and not text.isspace():
                self._add(text)
            if len(element):
                return element, box, iter(element), None
            if self._text:
                self._close(box)
        return None

    def _leave(self, element: Tree, start: int) -> None:
        tag = element.tag
        if tag == "a":
            self._link(element, start)
        elif tag in _STRONG:
            self._strong += max(0, len(self._text) - start)
        elif tag == "cite":
            self._cite = (start, len(self._text.rstrip()))
            self._in_cite = False
        elif tag == "sup":
            self._superscript(element, start)

    def _link(self, element: Tree, start: int) -> None:
        text = self._text
        start += text[start : start + 1] == " "
        end = len(text.rstrip())
        if start >= end:
            return
        href = element.get("href")
        if href and "#" in href and is_sign(text[start:end], href):
            self._text = text[:start]
            self._notes.mark(href, element, len(self.segments))
            return
        self._linked += end - start
        if href:
            self._links.append(Link(start, end, href))

    def _superscript(self, element: Tree, start: int) -> None:
        """Drop the mark of a footnote; other numbers stay raised."""
        before, text = self._text[:start], self._text[start:]
        if is_note_mark(element):
            self._text = before
            while self._links and self._links[-1].start >= start:
                link = self._links.pop()
                self._notes.mark(link.url, element, len(self.segments))
                self._linked -= link.end - link.start
        elif text.strip():
            self._text = before + raised(text, before)

    def _apart_in_cite(self, text: str) -> str:
        """Return the text of an element in <cite>, after a comma if the layout sets it apart."""
        is_next = text[:1].isupper() and self._text[-1:].islower()
        return f", {text}" if is_next else text

    def _line_break(self, box: Box) -> None:
        if self._break and self._text.strip():
            self._close(box)
        else:
            self._add(" ")
            self._break = True

    def _add(self, piece: str) -> None:
        if not piece.isascii():
            piece = composed(piece)
        at_space = not self._text or self._text[-1] == " "
        words = piece.split()
        if words:
            before = " " if not at_space and piece[0].isspace() else ""
            after = " " if piece[-1].isspace() else ""
            self._text += f"{before}{' '.join(words)}{after}"
            self._break = False
        elif piece and not at_space:
            self._text += " "

    def _close(self, box: Box | None) -> None:
        text = self._text.rstrip()
        if text and box is not None and len(self.segments) < _MAX_SEGMENTS:
            self._emit(text, box)
        self._text = ""
        self._links = []
        self._linked = self._strong = self._marks = 0
        self._break = False
        self._cite = (0, 0)

    def _emit(self, text: str, box: Box) -> None:
        kind, level, ordered = _kind(box)
        links = tuple(self._links)
        segment = Segment(text, box, kind, level, links, self._linked, self._strong, self._marks)
        segment.ordered = ordered
        if self._cite[1] == len(text):
            segment.cited = self._cite[0]
        _count(segment)
        if kind == "heading" or self._linked <= _ALL_LINK * len(text) or len(text) > _MAX_POINTER:
            if kind == "heading":
                _head_item(box)
            segment.apart, self._apart = self._apart, False
            self.segments.append(segment)
        else:
            self._apart = True

    def _preformatted(self, element: Tree, box: Box) -> None:
        if text := code_of(element):
            segment = Segment(text, box, "preformatted")
            self.segments.append(segment)
            _count(segment)

    def _is_data(self, table: Tree) -> bool:
        """Whether a table holds data instead of page layout or code: rows of several short cells."""
        if next(table.iterdescendants("table", "pre"), None) is not None:
            return False
        rows = list(table.iter("tr"))
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        if max(map(len, cells), default=0) < 2:
            return False
        return all(len("".join(cell.itertext())) < _MAX_CELL for row in cells for cell in row)

    def _table(self, table: Tree, box: Box) -> None:
        caption = table.find("caption")
        if caption is not None and caption not in self._skip and (text := shown_text(caption)):
            self._emit(text, _box(caption, box))
        rows = ([shown_text(cell) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr"))
        text = "\n".join("\t".join(cells) for cells in rows if any(cells))
        if text:
            linked = sum(len(shown_text(link)) for link in table.iter("a"))
            segment = Segment(text, box, "table", linked=linked)
            self.segments.append(segment)
            _count(segment)


def _box(element: Tree, parent: Box | None) -> Box:
    tag = element.tag
    tags = _BOX_TAGS.get(tag, 0)
    depth = 0
    if parent is not None:
        depth = parent.depth + 1
        tags |= parent.tags
    names = anchor = ""
    for stated in element.items():
        name, value = stated
        if name == "class":
            names = value
        elif name == "id":
            anchor = value
        elif name in _MEANINGFUL:
            tags |= _STATED.get(stated, 0)
            if name == "hidden" or (name == "style" and _HIDDEN_STYLE.search(value)):
                tags |= _HIDDEN
    return Box(tag, parent, depth, tags, names, anchor)


def _is_shown(element: Tree, box: Box) -> bool:
    """Whether a button or a footer has text: as the heading of a panel, with the speaker of a quote."""
    if element.tag == "button":
        return _unfolds(element, box)
    before = element.getprevious()
    return bool(box.tags & _QUOTE or box.marks & _QUOTE_MARK) or (
        before is not None and before.tag == "blockquote"
    )


def _unfolds(button: Tree, box: Box) -> bool:
    """Whether a button is the heading of what it unfolds, as in an accordion."""
    if box.tag in LABELS or next(button.iter(*_HEADINGS), None) is not None:
        return True
    unfolds = button.get("aria-expanded") is not None and not box.tags & _AROUND_MENUS
    return unfolds and len(shown_text(button)) >= _MIN_LABEL


def _head_item(box: Box) -> None:
    """Note that the list item around a heading has one: it is a section of the text."""
    at: Box | None = box
    while at is not None and at.tag != "li":
        at = at.parent
    if at is not None:
        at.headed = True


def _kind(box: Box) -> tuple[BlockKind, int | None, bool]:
    """Return the kind and level of a run in this box, which the nearest box with a meaning decides.

    The last value is whether it is an item of a numbered list.
    """
    at: Box | None = box
    while at is not None:
        tag = at.tag
        if tag in _HEADINGS:
            return "heading", int(tag[1]), False
        if tag == "blockquote":
            return "quote", None, False
        if tag in ("li", "dt", "dd") and not at.headed:
            return "list_item", _level(at), at.parent is not None and at.parent.tag == "ol"
        if tag in ("summary", "button"):
            return "heading", _LABEL_LEVEL, False
        if tag not in ("p", "div", "center", "span"):
            return ("quote" if box.tags & _QUOTE else "paragraph"), None, False
        at = at.parent
    return "paragraph", None, False


def _level(item: Box) -> int:
    level, at = 1, item.parent
    while at is not None:
        level += at.tag in ("li", "dd")
        at = at.parent
    return level


def _count(segment: Segment) -> None:
    """Credit a run to its box; `_sum_up` passes it on to the boxes around."""
    box = segment.box
    box.prose += segment.prose
    box.texts += len(segment.text)
    box.linked += segment.linked

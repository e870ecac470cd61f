"""The values of a page's runs: a run of text, and the boxes around it."""

import re
from dataclasses import dataclass, field

from worker.extract.body.vocabulary import marks_of
from worker.extract.types import BlockKind, Link

_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af]")
"""Characters that are as wide as two."""
# The model was trained with these: changing them means training it again.
_PROSE_FROM = 60  # width of a run of prose
_PROSE_LINKED = 0.35  # share of prose that may be in links
FAR = 30
"""Runs or boxes; larger distances are equal."""


@dataclass(slots=True, eq=False)
class Box:
    """An element laid out as a block: `names` are its classes, `tags` the bits of it and of its ancestors.

    `prose`, `texts` and `linked` count the characters inside: of running text, of any text, in links. `alike`
    is the number of siblings, itself included, with the same tag and classes. `headed`: it has a heading.
    """

    tag: str
    parent: "Box | None"
    depth: int
    tags: int = 0
    names: str = ""
    id: str = ""
    prose: int = 0
    texts: int = 0
    linked: int = 0
    alike: int = 0
    headed: bool = False
    _marks: int | None = None

    @property
    def marks(self) -> int:
        """The bits of its class and id; computed when needed, which is never for most boxes."""
        if self._marks is None:
            names = self.names
            self._marks = (marks_of(names) if names else 0) | (marks_of(self.id) if self.id else 0)
        return self._marks


@dataclass(slots=True, eq=False)
class Segment:
    """A run of text; `linked` and `strong` count its characters in links and in bold print.

    The addresses of `links` are unresolved. `width` is the number of characters, where one of a script
    without spaces counts as two and a half. `prose` is the width of a run that reads like running text,
    otherwise 0. `cited` is the start of a <cite> that reaches to the end of the text. `ordered`: it is an
    item of a list with numbers. `apart`: a line of links, which is not a run, lies in front of it. `note_of`
    is the run that a footnote belongs to.
    """

    text: str
    box: Box
    kind: BlockKind
    level: int | None = None
    links: tuple[Link, ...] = ()
    linked: int = 0
    strong: int = 0
    marks: int = 0
    width: int = field(init=False)
    prose: int = field(init=False)
    cited: int | None = None
    ordered: bool = False
    apart: bool = False
    note_of: "Segment | None" = None

    def __post_init__(self) -> None:
        text = self.text
        wide = 0 if text.isascii() else len(_WIDE.findall(text))
        self.width = len(text) + wide * 3 // 2
        is_prose = self.width >= _PROSE_FROM and self.linked < _PROSE_LINKED * len(text)
        self.prose = self.width if is_prose else 0


def levels_above(box: Box | None) -> dict[Box, int]:
    """Map `box`, and each box around it, to the number of levels it is above `box`."""
    found: dict[Box, int] = {}
    while box is not None:
        found[box] = len(found)
        box = box.parent
    return found


def way_to(box: Box, levels: dict[Box, int]) -> tuple[int, int]:
    """Return how many boxes `box` is below the first one that is in `levels`, and the level of that one."""
    down, at = 0, box
    while at not in levels:
        if at.parent is None:
            return down, FAR
        at = at.parent
        down += 1
    return down, levels[at]

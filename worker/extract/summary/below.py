"""The first pieces of text below the headline, as a reader meets them, each with what its markup calls it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from worker.extract.head.head import words
from worker.extract.lexicon import STANDFIRST_NOT, STANDFIRST_SUB, STANDFIRST_SURE, STANDFIRST_WEAK
from worker.extract.words import key, squeeze
from worker.text.html import Tree

SURE_MARK, SUB_MARK, WEAK_MARK = 7.0, 4.0, 3.0
"""How much the words of class, id and itemprop say for a standfirst."""

_BLOCKS = frozenset(
    """
    p div ul ol li h1 h2 h3 h4 h5 h6 section article header hgroup table tr td dl dt dd blockquote main center
    """.split()  # noqa: SIM905
)
_PASSED_OVER = frozenset(
    """
    script style noscript figure figcaption aside nav button form footer template svg iframe picture video
    audio time table address select label h1
    """.split()  # noqa: SIM905
)
_UNSEEN = frozenset(("style", "script", "svg", "title", "template"))
_SPLIT = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*")
_SURE = re.compile(STANDFIRST_SURE)
_SUB = re.compile(STANDFIRST_SUB)
_WEAK = re.compile(STANDFIRST_WEAK)
_NOT = re.compile(STANDFIRST_NOT)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHORTEST, _LONGEST = 12, 1200
_SHORTEST_HEADLINE = 15
_MAX_HEADINGS = 60
_MAX_LOOKED_AT = 250
_MAX_PIECES = 10


@dataclass(slots=True)
class Piece:
    """A block of text without blocks inside it; `group` is the outermost element with that mark."""

    element: Tree
    text: str
    key: str
    mark: float
    group: Tree

    @property
    def shape(self) -> tuple[str, str | None, Tree | None]:
        return str(self.element.tag), self.element.get("class"), self.element.getparent()

    @property
    def length(self) -> int:
        """In letters of an alphabet: a Chinese, Japanese or Korean character says as much as two."""
        return len(self.text) + (0 if self.text.isascii() else len(_WIDE.findall(self.text)))


def find_headline(tree: Tree, title: str, *, sure: bool = False) -> Tree | None:
    """The first <h1> that says the title, else a lesser heading that does, else (not if `sure`) a long <h1>.

    `title` is as `key` spells it.
    """
    if not title:
        return None
    first = None
    for heading in islice(tree.iter("h1"), _MAX_HEADINGS):
        said = key(words(heading))
        if len(said) >= _SHORTEST and (said in title or title in said):
            return heading
        if not sure and first is None and len(_shown(heading)) >= _SHORTEST_HEADLINE:
            first = heading
    lesser = islice(tree.iter("h2", "h3"), _MAX_HEADINGS)
    return next((heading for heading in lesser if key(words(heading)) == title), first)


def pieces_below(headline: Tree, titles: set[str]) -> list[Piece]:
    """The first pieces of text below the headline; it may be printed twice."""
    found: list[Piece] = []
    for piece in _below(headline):
        if piece.key in titles:
            found.clear()
        elif piece.length >= _SHORTEST and len(piece.text) <= _LONGEST:
            found.append(piece)
        if len(found) >= _MAX_PIECES:
            break
    return found


def _below(headline: Tree) -> Iterator[Piece]:
    """The pieces of text after the headline, in reading order."""
    around: Tree | None = headline
    budget = [_MAX_LOOKED_AT]
    while around is not None and around.tag not in ("body", "html"):
        for sibling in around.itersiblings():
            yield from _inside(sibling, 0.0, sibling, budget)
        around = around.getparent()


def _inside(element: Tree, mark: float, group: Tree, budget: list[int]) -> Iterator[Piece]:
    budget[0] -= 1
    if budget[0] < 0 or element.tag in _PASSED_OVER:
        return
    names = (element.get("class"), element.get("id"), element.get("itemprop"))
    own = _mark(" ".join(filter(None, names))) if any(names) else 0.0
    if own < 0:
        return
    if own > mark:
        mark, group = own, element
    if not _BLOCKS.isdisjoint([child.tag for child in element]):
        if element.tag != "a":
            for child in element:
                yield from _inside(child, mark, group, budget)
    elif (mark or element.tag in _BLOCKS) and (text := _shown(element)):
        yield Piece(element, text, key(text), mark, group)


def _shown(element: Tree) -> str:
    """The text of a piece, none where all of it is one link to elsewhere."""
    if not len(element):
        return squeeze(element.text)
    has_unseen = next(element.iter(_UNSEEN), None) is not None
    text = squeeze("".join(_seen(element) if has_unseen else element.itertext()))
    linked = sum(len(words(link)) for link in element.iter("a"))
    return text if linked < 0.9 * len(text) else ""


def _seen(element: Tree) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag not in _UNSEEN:
            yield from _seen(child)
        yield child.tail or ""


@lru_cache(4096)
def _mark(names: str) -> float:
    """What an element's names say: a standfirst, surely or perhaps, nothing, or (below 0) another thing."""
    spelled = " " + " ".join(word.lower() for word in _SPLIT.findall(names)) + " "
    if _NOT.search(spelled):
        return -1.0
    marks = ((_SURE, SURE_MARK), (_SUB, SUB_MARK), (_WEAK, WEAK_MARK))
    return next((mark for words_of, mark in marks if words_of.search(spelled)), 0.0)

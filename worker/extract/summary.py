"""The summary: the standfirst that the page prints between headline and text, otherwise its description.

The standfirst is searched among the first pieces of text below the headline. Three signs decide, in this
order: the words of its markup ('dek', 'chapô', 'Vorspann'), that it says the same as the page's description,
and its form: a heading or a bold paragraph right below the headline.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from typing import NamedTuple

from worker.extract import lexicon
from worker.extract.head import Head
from worker.extract.inline import shown_text
from worker.extract.types import FeedItem, Source
from worker.extract.words import key, squeeze
from worker.text.html import Tree

# Scores of a standfirst, of which only the order matters: by the words of class, id and itemprop, and by
# agreement with the description (`_AGREES`) and by form (`_IS_APART`).
SURE_MARK, SUB_MARK, WEAK_MARK = 7.0, 4.0, 3.0
_AGREES_AND_IS_APART, _AGREES, _IS_APART = 6.0, 2.5, 2.0

# Guesses that the corpus did not contradict; lengths are in characters.
_SHORTEST, _LONGEST = 12, 1200  # of a piece of text
_SHORTEST_HEADLINE = 15
_SHORTEST_UNMARKED = 40  # of a standfirst that only its form shows
_SHORT_MARKED = 25  # of a standfirst that only a weak word marks
_SHORT_LINE = 90  # of bylines and dates; longer pieces are paragraphs
_MAX_PARTS = 6  # pieces of a standfirst; more are the text
_LONGEST_DATELINE = 60  # of a place or rubric before a description
_ENOUGH_TO_AGREE, _ENOUGH_TO_BEGIN = 20, 50  # of a common beginning
_MOST_OF = 0.6  # share of the description that a piece with its beginning has
_BOLD = 0.95  # share of a piece that is bold
_LINKED = 0.9  # share of a piece in links from which it leads elsewhere
_MAX_HEADINGS = 60  # bounds the work, as do the next two
_MAX_LOOKED_AT = 250  # elements below the headline
_MAX_PIECES = 10
_MAX_CACHED = 4096  # class attributes of several sites
_BLOCKS = frozenset(
    """
    p div ul ol li h1 h2 h3 h4 h5 h6 section article header hgroup table tr td dl dt dd blockquote main center
    """.split()  # noqa: SIM905
)
# Not part of the text between headline and paragraphs.
_PASSED_OVER = frozenset(
    """
    script style noscript figure figcaption aside nav button form footer template svg iframe picture video
    audio time table address select label h1
    """.split()  # noqa: SIM905
)
_NAMED_BY = ("class", "id", "itemprop", "type", "data-testid", "data-manual", "data-qa")
"""Attributes that say what an element is; on pages with generated class names, those for tests do."""
# Not shown, and what else keeps an element's text from being read at once.
_UNSEEN = frozenset(("style", "script", "svg", "title", "template"))
_NOT_PLAIN = (*_UNSEEN, "br")

# Words of class names, and signs of a standfirst or of the lines around it.
_SPLIT = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*")
_SURE = re.compile(lexicon.STANDFIRST_SURE)
_SUB = re.compile(lexicon.STANDFIRST_SUB)
_WEAK = re.compile(lexicon.STANDFIRST_WEAK)
_NOT = re.compile(lexicon.STANDFIRST_NOT)

# Signs of a standfirst, or of the lines around it.
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5"))
_BOLD_CLASS = re.compile(r"(?:^|[\s_-])(?:bold|strong|font-(?:bold|semibold|medium))(?![\w-])")
_CUT = re.compile(r" ?(?:…|\.\.\.)$")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_BYLINE = re.compile(rf"(?:{lexicon.BY})[\s:]", re.IGNORECASE)
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|(?:19|20)\d{2}|\bmin\b", re.IGNORECASE)
_SENTENCE_BEFORE = re.compile(r"[.:!?…)\]–—-]\s*$")


class Standfirst(NamedTuple):
    """A printed standfirst; `elements` are empty if it is a paragraph of the text."""

    text: str
    source: Source
    elements: tuple[Tree, ...]


@dataclass(slots=True)
class Piece:
    """A block of text without blocks inside it; `group` is the outermost element with its mark."""

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
        """The length in letters; a Chinese, Japanese or Korean character counts as two."""
        return len(self.text) + (0 if self.text.isascii() else len(_WIDE.findall(self.text)))


def choose_summary(
    tree: Tree, head: Head, title: str | None, entry: FeedItem | None
) -> tuple[str, Source] | None:
    """Return the printed standfirst, otherwise the description in the fullest wording that the page has."""
    if printed := printed_standfirst(tree, head, title):
        return printed.text, printed.source
    said = _descriptions(head)
    if not said:
        of_feed = squeeze(html.unescape(entry.summary or "")) if entry else ""
        return (of_feed, "feed") if of_feed and "<" not in of_feed else None
    if cut := _CUT.search(said[0][0]):
        begun = said[0][0][: cut.start()]
        return next((one for one in said if one[0].startswith(begun) and not _CUT.search(one[0])), said[0])
    return said[0]


def printed_standfirst(tree: Tree, head: Head, title: str | None) -> Standfirst | None:
    """Return the standfirst printed below the headline; None if there is none."""
    titles = {key(text) for text in (title, head.first("og:title"), *head.titles) if key(text)}
    headline = find_headline(tree, key(title))
    if headline is None:
        return None
    pieces = pieces_below(headline, titles | {key(shown_text(headline))})
    said = [spelled for text in descriptions(head) if len(spelled := key(text)) >= _ENOUGH_TO_AGREE]
    start = _start_of_text(pieces)
    scores = [_score(pieces, at, start, said) for at in range(len(pieces))]
    best = max(scores, default=0.0)
    if best <= 0:
        return None
    first = pieces[scores.index(best)]
    parts = _parts(pieces, first) if first.mark else [first]
    text = squeeze(" ".join(_without_rubric(piece, said) for piece in parts))
    return Standfirst(text, "html", tuple(piece.element for piece in parts) if best != _AGREES else ())


def _parts(pieces: list[Piece], first: Piece) -> list[Piece]:
    """Return the pieces of a marked standfirst: those in its group, and lines like it right after."""
    group = [piece for piece in pieces if piece.group is first.group]
    last = group[-1]
    for piece in pieces[pieces.index(last) + 1 :]:
        if (piece.shape, piece.mark) != (
            first.shape,
            first.mark,
        ) or last.element.getnext() is not piece.element:
            break
        group.append(last := piece)
    return group[:_MAX_PARTS]


def descriptions(head: Head) -> list[str]:
    """Return the descriptions in the head, best first."""
    return [text for text, _ in _descriptions(head)]


def _descriptions(head: Head) -> list[tuple[str, Source]]:
    stated = head.json_ld.get("description")
    found: tuple[tuple[str | None, Source], ...] = (
        (head.first("og:description"), "opengraph"),
        (stated if isinstance(stated, str) else None, "json-ld"),
        (head.first("description"), "meta"),
        (head.first("twitter:description"), "meta"),
        (head.first("dc.description"), "meta"),
    )
    read = [(squeeze(_MARKUP.sub(" ", html.unescape(text))), source) for text, source in found if text]
    return [(text, source) for text, source in read if text]


def find_headline(tree: Tree, title: str, *, sure: bool = False) -> Tree | None:
    """Return the first <h1> with the title, else a lower heading with it, else (unless `sure`) a long <h1>.

    `title` is spelled by `key`.
    """
    if not title:
        return None
    first = None
    for heading in islice(tree.iter("h1"), _MAX_HEADINGS):
        said = key(shown_text(heading))
        if len(said) >= _SHORTEST and (said in title or title in said):
            return heading
        if not sure and first is None and len(_shown(heading)) >= _SHORTEST_HEADLINE:
            first = heading
    lesser = [(heading, key(shown_text(heading))) for heading in islice(tree.iter("h2", "h3"), _MAX_HEADINGS)]
    found = next((heading for heading, said in lesser if said == title), first)
    if found is None and len(title) >= _SHORTEST_HEADLINE:  # a kicker may be printed in the same heading
        return next((heading for heading, said in lesser if said.endswith(title)), None)
    return found


def pieces_below(headline: Tree, titles: set[str]) -> list[Piece]:
    """Return the first pieces of text below the headline, also below its second printing."""
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
    names = [element.get(name) for name in _NAMED_BY]
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
    """Return the text of a piece; '' if all of it is a link to elsewhere."""
    if not len(element):
        return squeeze(element.text)
    is_plain = next(element.iter(_NOT_PLAIN), None) is None
    text = squeeze("".join(element.itertext() if is_plain else _seen(element)))
    linked = sum(len(shown_text(link)) for link in element.iter("a"))
    return text if linked < _LINKED * len(text) else ""


def _seen(element: Tree) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield " "
        elif child.tag not in _UNSEEN:
            yield from _seen(child)
        yield child.tail or ""


@lru_cache(_MAX_CACHED)
def _mark(names: str) -> float:
    """Return the mark of class, id and itemprop: above 0 for a standfirst, below 0 for anything else."""
    spelled = " " + " ".join(word.lower() for word in _SPLIT.findall(names)) + " "
    if _NOT.search(spelled):
        return -1.0
    marks = ((_SURE, SURE_MARK), (_SUB, SUB_MARK), (_WEAK, WEAK_MARK))
    return next((mark for words_of, mark in marks if words_of.search(spelled)), 0.0)


def _score(pieces: list[Piece], at: int, start: int, said: list[str]) -> float:
    """Return how surely a piece is the standfirst; 0 if it is not."""
    piece = pieces[at]
    apart = bool(piece.mark) or _is_set_off(piece) or _is_above_byline(pieces, at)
    if apart and any(_agrees(piece, one) or _begins_like(piece, one) for one in said):
        return max(piece.mark, _AGREES_AND_IS_APART)
    if not apart and said and _agrees(piece, said[0]):
        return _AGREES
    if at > start or not apart or _is_furniture(piece):
        return 0.0
    if piece.mark:
        doubtful = piece.length < _SHORT_MARKED or (piece.mark < SURE_MARK and piece.element.tag == "li")
        return 0.0 if doubtful or _is_more(piece, pieces) else piece.mark
    known = any(_begins_like(other, one) for one in said for other in pieces)
    alone = at == 0 and not any(_is_set_off(other) and other.shape == piece.shape for other in pieces[1:])
    return _IS_APART if alone and piece.length >= _SHORTEST_UNMARKED and not known else 0.0


def _start_of_text(pieces: list[Piece]) -> int:
    """Return the index of the first paragraph of the article: a long one followed by another of its shape."""
    for at, piece in enumerate(pieces):
        if piece.length > _SHORT_LINE and any(
            other.shape == piece.shape and other.length > _SHORT_LINE for other in pieces[at + 1 : at + 4]
        ):
            return at
    return len(pieces)


def _agrees(piece: Piece, description: str) -> bool:
    """Whether a piece says what the description says, perhaps after a place or a rubric."""
    return piece.key.endswith(description) and len(piece.key) - len(description) <= _LONGEST_DATELINE


def _begins_like(piece: Piece, description: str) -> bool:
    """Whether one of the two is the beginning of the other: descriptions are cut short or run on."""
    shared = min(len(piece.key), len(description), _ENOUGH_TO_BEGIN)
    return (
        shared >= _ENOUGH_TO_AGREE
        and len(piece.key) > _MOST_OF * len(description)
        and piece.key[:shared] == description[:shared]
    )


def _without_rubric(piece: Piece, said: list[str]) -> str:
    """Return the text from the beginning of the description, if no part of a sentence precedes it."""
    for description in said:
        if piece.key != description and _agrees(piece, description):
            before = len(piece.key) - len(description)
            spelled = accumulate(len(key(char)) for char in piece.text)
            at = next(at for at, count in enumerate(spelled) if count > before)
            if not _SENTENCE_BEFORE.search(piece.text[:at]):
                return piece.text[at:]
    return piece.text


def _is_furniture(piece: Piece) -> bool:
    """Whether it is a byline, a date or a reading time."""
    return len(piece.text) < _SHORT_LINE and bool(_BYLINE.match(piece.text) or _CLOCK.search(piece.text))


def _is_above_byline(pieces: list[Piece], at: int) -> bool:
    """Whether it is the only paragraph between the headline and a line with the byline or the date."""
    return (
        at == 0
        and len(pieces) > 1
        and _is_furniture(pieces[1])
        and not _is_furniture(pieces[0])
        and all(other.shape[:2] != pieces[0].shape[:2] for other in pieces[1:])
    )


def _is_more(piece: Piece, pieces: list[Piece]) -> bool:
    """Whether the marked element holds more than a standfirst: the whole text, or a captioned picture."""
    parts = [other for other in pieces if other.group is piece.group]
    return (
        len(parts) > _MAX_PARTS
        or sum(other.length for other in parts) > _LONGEST
        or (piece.mark == WEAK_MARK and any(True for _ in piece.group.iter("img", "picture", "figure")))
    )


def _is_set_off(piece: Piece) -> bool:
    """Whether it is a heading or all in bold."""
    element = piece.element
    if element.tag in _HEADINGS or _BOLD_CLASS.search(element.get("class", "")):
        return True
    bold = sum(len(shown_text(child)) for child in element if child.tag in ("strong", "b"))
    return bold >= _BOLD * len(piece.text)

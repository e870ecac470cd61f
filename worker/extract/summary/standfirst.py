"""The standfirst: the line or two that the page prints between its headline and its text.

It is looked for among the first pieces of text below the headline. Three things tell it, in this order: the
words of its markup ('dek', 'chapô', 'Vorspann'), that it says what the page's description says, and its form:
a heading or a bold paragraph right below the headline.
"""

import html
import re
from itertools import accumulate
from typing import NamedTuple

from worker.extract.head.head import Head, words
from worker.extract.lexicon import BY
from worker.extract.summary.below import SURE_MARK, WEAK_MARK, Piece, find_headline, pieces_below
from worker.extract.types import FeedItem, Source
from worker.extract.words import key, squeeze
from worker.text.html import Tree

_HEADINGS = frozenset(("h2", "h3", "h4", "h5"))
_BOLD_CLASS = re.compile(r"(?:^|[\s_-])(?:bold|strong|font-(?:bold|semibold|medium))(?![\w-])")
_CUT = re.compile(r"\s*(?:…|\.\.\.)$")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_BYLINE = re.compile(rf"(?:{BY})[\s:]", re.IGNORECASE)
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|(?:19|20)\d{2}|\bmin\b", re.IGNORECASE)
_SENTENCE_BEFORE = re.compile(r"[.:!?…)\]–—-]\s*$")
_LONGEST = 1200
_SHORTEST_UNMARKED = 40
_SHORT_MARKED = 25
_SHORT_LINE = 90
_MAX_PARTS = 6
_LONGEST_DATELINE = 60
_ENOUGH_TO_AGREE, _ENOUGH_TO_BEGIN = 20, 50
_MOST_OF = 0.6
_AGREES_AND_IS_APART, _AGREES, _IS_APART = 6.0, 2.5, 2.0


class Standfirst(NamedTuple):
    """`elements` print it, set apart from the text; none where it is a paragraph of the text as well."""

    text: str
    source: Source
    elements: tuple[Tree, ...]


def printed_standfirst(tree: Tree, head: Head, title: str | None) -> Standfirst | None:
    """The standfirst that is printed below the headline, if there is one. `tree` is left as it is."""
    titles = {key(text) for text in (title, head.first("og:title"), *head.titles) if key(text)}
    headline = find_headline(tree, key(title))
    if headline is None:
        return None
    pieces = pieces_below(headline, titles | {key(words(headline))})
    said = [spelled for text in descriptions(head) if len(spelled := key(text)) >= _ENOUGH_TO_AGREE]
    start = _start_of_text(pieces)
    scores = [_score(pieces, at, start, said) for at in range(len(pieces))]
    best = max(scores, default=0.0)
    if best <= 0:
        return None
    first = pieces[scores.index(best)]
    parts = [piece for piece in pieces if piece.group is first.group][:_MAX_PARTS] if first.mark else [first]
    text = squeeze(" ".join(_without_rubric(piece, said) for piece in parts))
    return Standfirst(text, "html", tuple(piece.element for piece in parts) if best != _AGREES else ())


def choose_summary(
    tree: Tree, head: Head, title: str | None, entry: FeedItem | None
) -> tuple[str, Source] | None:
    """The standfirst as printed, else the description, in the fullest wording that the page has of it."""
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


def descriptions(head: Head) -> list[str]:
    """What the head says the page is about, best first."""
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


def _score(pieces: list[Piece], at: int, start: int, said: list[str]) -> float:
    """How surely a piece is the standfirst; 0 where it is not."""
    piece = pieces[at]
    apart = bool(piece.mark) or _is_set_off(piece)
    if apart and any(_agrees(piece, one) or _begins_like(piece, one) for one in said):
        return max(piece.mark, _AGREES_AND_IS_APART)
    if not apart and said and _agrees(piece, said[0]):
        return _AGREES
    if at > start or not apart or _is_furniture(piece):
        return 0.0
    if piece.mark:
        doubtful = piece.mark < SURE_MARK and (piece.length < _SHORT_MARKED or piece.element.tag == "li")
        return 0.0 if doubtful or _is_more(piece, pieces) else piece.mark
    known = any(_begins_like(other, one) for one in said for other in pieces)
    alone = at == 0 and not any(_is_set_off(other) and other.shape == piece.shape for other in pieces[1:])
    return _IS_APART if alone and piece.length >= _SHORTEST_UNMARKED and not known else 0.0


def _start_of_text(pieces: list[Piece]) -> int:
    """Where the article's paragraphs begin: the first long one that has another of its shape behind it."""
    for at, piece in enumerate(pieces):
        if piece.length > _SHORT_LINE and any(
            other.shape == piece.shape and other.length > _SHORT_LINE for other in pieces[at + 1 : at + 4]
        ):
            return at
    return len(pieces)


def _agrees(piece: Piece, description: str) -> bool:
    """Whether a piece says what the description says, perhaps behind the name of a place or a rubric."""
    return piece.key.endswith(description) and len(piece.key) - len(description) <= _LONGEST_DATELINE


def _begins_like(piece: Piece, description: str) -> bool:
    """Whether one of the two is, as far as it goes, the other: descriptions are cut short or run on."""
    shared = min(len(piece.key), len(description), _ENOUGH_TO_BEGIN)
    return (
        shared >= _ENOUGH_TO_AGREE
        and len(piece.key) > _MOST_OF * len(description)
        and piece.key[:shared] == description[:shared]
    )


def _without_rubric(piece: Piece, said: list[str]) -> str:
    """The text from where the description begins, if what stands before it is no part of a sentence."""
    for description in said:
        if piece.key != description and _agrees(piece, description):
            before = len(piece.key) - len(description)
            spelled = accumulate(len(key(char)) for char in piece.text)
            at = next(at for at, count in enumerate(spelled) if count > before)
            if not _SENTENCE_BEFORE.search(piece.text[:at]):
                return piece.text[at:]
    return piece.text


def _is_furniture(piece: Piece) -> bool:
    """A byline, a date, a reading time."""
    return len(piece.text) < _SHORT_LINE and bool(_BYLINE.match(piece.text) or _CLOCK.search(piece.text))


def _is_more(piece: Piece, pieces: list[Piece]) -> bool:
    """Whether what is marked holds more than a standfirst: the whole text, or a picture with its caption."""
    parts = [other for other in pieces if other.group is piece.group]
    return (
        len(parts) > _MAX_PARTS
        or sum(other.length for other in parts) > _LONGEST
        or (piece.mark == WEAK_MARK and any(True for _ in piece.group.iter("img", "picture", "figure")))
    )


def _is_set_off(piece: Piece) -> bool:
    """A heading, or all in bold."""
    element = piece.element
    if element.tag in _HEADINGS or _BOLD_CLASS.search(element.get("class", "")):
        return True
    bold = sum(len(words(child)) for child in element if child.tag in ("strong", "b"))
    return bold >= 0.95 * len(piece.text)

"""What trafilatura takes for the text of a page, asked where the scorecard alone leaves too much in doubt.

That is so on one news page of eighteen, and on one of eight among pages of all kinds. There the two are right
about different things, and the runs that both have are nearly always text; asked on every page it would cost
as much as all of the rest and help no more.
"""

from collections.abc import Sequence
from copy import deepcopy

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.meta import reset_caches as _reset_trafilatura
from trafilatura.settings import Document, Extractor

from worker.extract.body.segments import Segment
from worker.extract.words import TOKEN
from worker.text.html import Tree

_FOREIGN_ERRORS = (
    *(etree.LxmlError, ValueError, TypeError, AttributeError, KeyError, IndexError),
    *(RecursionError, AssertionError),
)
_IN_DOUBT = 100
_MUCH = 0.25
"""Asked from 0.15 on, half as many pages again, it made no more of them right (four cards, unseen sites)."""
_WORTH = 400
_MOST = 0.6
_GRAM = 4
_TOO_LITTLE = 200
_NEVER_TEXT = (
    *("script", "style", "svg", "noscript", "iframe", "template", "button", "select", "textarea", "video"),
    *("audio", "canvas", "object", "embed", "map", "menu", "dialog", "nav", "footer", "head", "figure"),
    *("picture", "aside"),
)
"""It takes no text from these, but a sixth of its time to tell so."""
_MAX_PARAGRAPHS = 3000
"""Beyond it trafilatura takes time that grows with their square; the largest page of 800 measured has 700."""


def is_doubtful(runs: Sequence[Segment], points: Sequence[int]) -> bool:
    """Whether the runs with few points on either side are much beside those that are taken."""
    pairs = list(zip(runs, points, strict=True))
    taken = sum(run.width for run, worth in pairs if worth > 0)
    return sum(run.width for run, worth in pairs if abs(worth) < _IN_DOUBT) > _MUCH * taken


def heard(tree: Tree, runs: Sequence[Segment], points: Sequence[int]) -> list[int]:
    """`points` with those that trafilatura's opinion is worth. `tree` is left as it is."""
    text = _text(tree)
    if len(text) < _TOO_LITTLE:
        return list(points)
    grams = set(_grams(TOKEN.findall(text)))
    lines = {tuple(TOKEN.findall(line)) for line in text.split("\n")}
    return [
        worth + (_WORTH if _is_in(TOKEN.findall(run.text), grams, lines) else -_WORTH)
        for run, worth in zip(runs, points, strict=True)
    ]


def reset_caches() -> None:
    """Empty the caches of trafilatura and its helpers, which grow with every page; takes some 20 ms."""
    _reset_trafilatura()


def _text(tree: Tree) -> str:
    """Strange markup makes trafilatura raise all kinds of errors: then it found nothing."""
    if sum(1 for _ in tree.iter("p")) > _MAX_PARAGRAPHS:
        return ""
    copy = deepcopy(tree)
    # Out of the scripts it would take a body of JSON-LD, in one piece and unsaid.
    etree.strip_elements(copy, *_NEVER_TEXT, with_tail=False)
    try:
        document = bare_extraction(copy, options=_options())
    except _FOREIGN_ERRORS:
        return ""
    return (document.text or "") if isinstance(document, Document) else ""


def _options() -> Extractor:
    return Extractor(output_format="python", fast=True, comments=False, formatting=False, with_metadata=False)


def _grams(tokens: list[str]) -> list[tuple[str, ...]]:
    return [tuple(tokens[at : at + _GRAM]) for at in range(len(tokens) - _GRAM + 1)]


def _is_in(tokens: list[str], grams: set[tuple[str, ...]], lines: set[tuple[str, ...]]) -> bool:
    own = _grams(tokens)
    return sum(gram in grams for gram in own) > _MOST * len(own) if own else tuple(tokens) in lines

"""The text of a page according to trafilatura, used where the model leaves too much in doubt.

That is one page in fifty. On these the two are right about different things, and runs that both take are
nearly always text. Run on every page, it would cost as much as the rest of extraction without improving it.
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

_FOREIGN_ERRORS = (  # what lxml and trafilatura raise on strange markup
    *(etree.LxmlError, ValueError, TypeError, AttributeError, KeyError, IndexError),
    *(RecursionError, AssertionError),
)
_IN_DOUBT = 50  # points on either side of 0 within which a run is in doubt
_MUCH = 0.5
"""Share of the text that may be in doubt. Half of it, within 50 points, asks about 2 % of pages; a quarter,
within 100 points, asks 9 % and gave no more than another division of the sites does (cross-validated)."""
_WORTH = 400  # points of trafilatura's opinion: outweighs a run in doubt, not one that is certain
_MOST = 0.6  # share of a run's 4-grams in trafilatura's text from which it has the run; a guess
_GRAM = 4  # tokens
_TOO_LITTLE = 200  # characters from which trafilatura counts as having found a text; a guess
_NEVER_TEXT = (
    *("script", "style", "svg", "noscript", "iframe", "template", "button", "select", "textarea", "video"),
    *("audio", "canvas", "object", "embed", "map", "menu", "dialog", "nav", "footer", "head", "figure"),
    *("picture", "aside"),
)
"""Trafilatura takes no text from these, but a sixth of its time to find that out."""
_MAX_PARAGRAPHS = 3000
"""Above it trafilatura takes time that grows with their square; the largest page of 800 measured has 700."""


def is_doubtful(runs: Sequence[Segment], points: Sequence[int]) -> bool:
    """Whether much text, compared with the text taken, is in runs with few points on either side."""
    pairs = list(zip(runs, points, strict=True))
    taken = sum(run.width for run, worth in pairs if worth > 0)
    return sum(run.width for run, worth in pairs if abs(worth) < _IN_DOUBT) > _MUCH * taken


def with_second_opinion(text: str, runs: Sequence[Segment], points: Sequence[int]) -> list[int]:
    """Return `points` adjusted by trafilatura's text of the page."""
    if len(text) < _TOO_LITTLE:
        return list(points)
    grams = set(_grams(TOKEN.findall(text)))
    lines = {tuple(TOKEN.findall(line)) for line in text.split("\n")}
    return [
        worth + (_WORTH if _is_in(TOKEN.findall(run.text), grams, lines) else -_WORTH)
        for run, worth in zip(runs, points, strict=True)
    ]


def reset_caches() -> None:
    """Empty the caches of trafilatura and its helpers, which grow with every page; takes about 20 ms."""
    _reset_trafilatura()


def opinion_of(tree: Tree) -> str:
    """Return trafilatura's text; '' when it fails, as it does on strange markup."""
    if sum(1 for _ in tree.iter("p")) > _MAX_PARAGRAPHS:
        return ""
    copy = deepcopy(tree)
    # Scripts go, too: from JSON-LD it would take a body in one piece.
    etree.strip_elements(copy, *_NEVER_TEXT, with_tail=False)
    options = Extractor(
        output_format="python", fast=True, comments=False, formatting=False, with_metadata=False
    )
    try:
        document = bare_extraction(copy, options=options)
    except _FOREIGN_ERRORS:
        return ""
    return (document.text or "") if isinstance(document, Document) else ""


def _grams(tokens: list[str]) -> list[tuple[str, ...]]:
    return [tuple(tokens[at : at + _GRAM]) for at in range(len(tokens) - _GRAM + 1)]


def _is_in(tokens: list[str], grams: set[tuple[str, ...]], lines: set[tuple[str, ...]]) -> bool:
    own = _grams(tokens)
    return sum(gram in grams for gram in own) > _MOST * len(own) if own else tuple(tokens) in lines

"""The text of a page according to trafilatura, used where the model leaves too much in doubt.

That is one page in thirty. On these the two are right about different things, and runs that both take are
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
_LITTLE = 250
_SURE = 200
"""Width of the text taken below which it is in doubt, unless a run has more points than these: where the
model found hardly an article, trafilatura may find it. With 100 to 400 the figures are the same."""
_HOPELESS = -300
"""Mean points of what trafilatura has at which it read another part of the page; -200 gave the same."""
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
    """Whether too much text has few points on either side, or hardly any is taken, none with certainty."""
    pairs = list(zip(runs, points, strict=True))
    taken = sum(run.width for run, worth in pairs if worth > 0)
    if taken < _LITTLE and max(points, default=0) < _SURE:
        return True
    return sum(run.width for run, worth in pairs if abs(worth) < _IN_DOUBT) > _MUCH * taken


def with_second_opinion(text: str, runs: Sequence[Segment], points: Sequence[int]) -> list[int]:
    """Return `points` adjusted by trafilatura's text of the page, if that can be the article."""
    if len(text) < _TOO_LITTLE:
        return list(points)
    grams = set(_grams(TOKEN.findall(text)))
    lines = {tuple(TOKEN.findall(line)) for line in text.split("\n")}
    has = [_is_in(TOKEN.findall(run.text), grams, lines) for run in runs]
    if _is_elsewhere(runs, points, has):
        return list(points)
    return [worth + (_WORTH if is_in else -_WORTH) for worth, is_in in zip(points, has, strict=True)]


def _is_elsewhere(runs: Sequence[Segment], points: Sequence[int], has: Sequence[bool]) -> bool:
    """Whether trafilatura lacks all of the text taken, and has only what the model is sure is not text.

    It then read a form for comments or a list of teasers, for which a text in doubt would be lost.
    """
    judged = list(zip(runs, points, has, strict=True))
    if any(worth > 0 and is_in for _, worth, is_in in judged):
        return False
    if sum(run.width for run, worth, _ in judged if worth > 0) < _LITTLE:
        return False
    width = sum(run.width for run, _, is_in in judged if is_in)
    return sum(run.width * worth for run, worth, is_in in judged if is_in) <= _HOPELESS * width


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

"""The body of a page as trafilatura finds it, in the cheapest of its ways that can be trusted.

First its main extractor alone, over a pruned tree. Where the answer looks doubtful against the plain text of
the page, trafilatura as a whole is asked over a fresh tree: with its retry for recall where little was found,
with readability and justext as rivals where the page's paragraphs say something else. That happens
on one news page of eight, and costs two to four times the first way.
"""

from collections.abc import Callable
from functools import cache
from typing import Literal

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.meta import reset_caches as _reset_trafilatura
from trafilatura.settings import Extractor
from trafilatura.xpaths import REMOVE_COMMENTS_AND_LISTS_XPATH

from worker.extract.body.prune import drop_scripts, prune
from worker.extract.page import Tree

_FOREIGN_ERRORS = (
    *(etree.LxmlError, ValueError, TypeError, AttributeError, KeyError, IndexError),
    *(RecursionError, AssertionError),
)
_TOO_LITTLE = 0.2
_NO_PARAGRAPHS = 0.1
_MIN_PARAGRAPHS = 500
_HARDLY_ANYTHING = 200
_LONG_ENOUGH = 3000

_Doubt = Literal["no", "little", "wrong"]


def find_body(tree: Tree, again: Callable[[], Tree]) -> etree._Element | None:
    """The body as trafilatura's simple XML, None where it finds none. `tree` is used up.

    `again` parses the page once more, for the second opinion.
    """
    prune(tree)
    on_page = _characters(tree)
    in_paragraphs = sum(_characters(paragraph) for paragraph in tree.iter("p"))
    body = _main_extractor(tree)
    doubt = _doubt(_characters(body), in_paragraphs, on_page)
    if doubt == "no":
        return body
    fresh = again()
    (prune if doubt == "little" else drop_scripts)(fresh)
    second = _whole(fresh, fast=doubt == "little")
    return second if _characters(second) else body


def reset_caches() -> None:
    """Empty the caches of trafilatura and its helpers, which grow with every page; takes some 20 ms."""
    _reset_trafilatura()


def _main_extractor(tree: Tree) -> etree._Element | None:
    """What trafilatura's `extract_content` finds, without the rivals, retries and copies around it.

    Strange markup makes it raise all kinds of errors: then it found nothing.
    """
    options = _options(fast=True)
    try:
        prune_unwanted_nodes(tree, REMOVE_COMMENTS_AND_LISTS_XPATH)
        body, _ = extract_content(convert_tags(tree_cleaning(tree, options), options), options)
    except _FOREIGN_ERRORS:
        return None
    return body


def _whole(tree: Tree, *, fast: bool) -> etree._Element | None:
    """What trafilatura finds by all its ways; the rivals are left out if `fast`."""
    try:
        document = bare_extraction(tree, options=_options(fast=fast))
    except _FOREIGN_ERRORS:
        return None
    return getattr(document, "body", None)


@cache
def _options(*, fast: bool) -> Extractor:
    return Extractor(
        output_format="xml", fast=fast, comments=False, formatting=False, links=True, with_metadata=False
    )


def _doubt(found: int, in_paragraphs: int, on_page: int) -> _Doubt:
    """Whether `found` characters are too few, or plainly not those of the page's paragraphs."""
    missed = in_paragraphs >= _MIN_PARAGRAPHS and found < in_paragraphs * _TOO_LITTLE
    if found < _HARDLY_ANYTHING or missed or in_paragraphs < found * _NO_PARAGRAPHS:
        return "wrong"
    return "little" if found < _LONG_ENOUGH and found < on_page * _TOO_LITTLE else "no"


def _characters(element: etree._Element | None) -> int:
    return 0 if element is None else sum(len(text.strip()) for text in element.itertext())

"""The body of a page as trafilatura finds it: its fast way, and its full way where the fast one is doubtful.

The full way (readability and justext as rivals) costs twice the fast
one; it was better on 5 of 219 pages, all of which show in the plain text of the page's paragraphs.
"""

from collections.abc import Callable, Iterable
from functools import cache

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.meta import reset_caches as _reset_trafilatura
from trafilatura.settings import Extractor

from worker.extract.page import Tree
from worker.extract.prune import prune

_FOREIGN_ERRORS = (
    etree.LxmlError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    RecursionError,
    AssertionError,
)
_TOO_LITTLE = 0.2
_NO_PARAGRAPHS = 0.1
_MIN_PARAGRAPHS = 500
_HARDLY_ANYTHING = 200


def find_body(tree: Tree, again: Callable[[], Tree]) -> etree._Element | None:
    """The body as trafilatura's simple XML, None where it finds none. `tree` is used up.

    `again` parses the page once more, for the second opinion.
    """
    prune(tree)
    in_paragraphs = _paragraph_characters(tree)
    body = _run(tree, fast=True)
    if not _doubtful(_characters(body), in_paragraphs):
        return body
    fresh = again()
    second = _run(fresh, fast=False)
    return second if second is not None and _characters(second) else body


def reset_caches() -> None:
    """Empty the caches of trafilatura and its helpers, which grow with every page; takes some 20 ms."""
    _reset_trafilatura()


@cache
def _options(fast: bool) -> Extractor:
    return Extractor(
        output_format="xml", fast=fast, comments=False, formatting=False, links=True, with_metadata=False
    )


def _run(tree: Tree, *, fast: bool) -> etree._Element | None:
    """trafilatura's answer; whatever it raises on strange markup means that it found nothing."""
    try:
        document = bare_extraction(tree, options=_options(fast))
    except _FOREIGN_ERRORS:
        return None
    return getattr(document, "body", None)


def _doubtful(found: int, in_paragraphs: int) -> bool:
    """Much less than the page's paragraphs hold, or much although the page has hardly a paragraph."""
    if found < _HARDLY_ANYTHING or (in_paragraphs >= _MIN_PARAGRAPHS and found < in_paragraphs * _TOO_LITTLE):
        return True
    return in_paragraphs < found * _NO_PARAGRAPHS


def _characters(body: etree._Element | None) -> int:
    return 0 if body is None else sum(map(len, body.itertext()))


def _paragraph_characters(tree: Tree) -> int:
    return sum(len(" ".join(_texts(paragraph)).strip()) for paragraph in tree.iter("p"))


def _texts(element: Tree) -> Iterable[str]:
    return (piece.strip() for piece in element.itertext())

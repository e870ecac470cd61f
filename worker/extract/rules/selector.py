"""One selector of a rule: CSS, or XPath 1.0 after `xpath:`; compiled once, applied to every page.

`time@datetime` selects the attribute `datetime` of the elements that `time` selects. XPath selects attributes
and texts itself (`xpath://time/@datetime`); its prefix `re:` is for EXSLT's regular expressions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from worker.extract.words import squeeze
from worker.outcome import Refusal
from worker.text.html import Tree, parse_html

# The parts of a selector, EXSLT's namespace, and a page on which each selector is tried.
_PREFIXED = re.compile(r"\s*(?:(css|xpath):)?\s*(.*)", re.DOTALL)
_ATTRIBUTE = re.compile(r"@([\w:.-]+)\s*$")
_NO_ELEMENTS = re.compile(r"/(?:@[\w:.*-]+|text\(\))\s*$")
_NAMESPACES = {"re": "http://exslt.org/regular-expressions"}
_PROBE = (
    "<html><head><title>t</title></head><body><div class='c' id='i'><h1>t</h1><p>t</p></div></body></html>"
)

# Tags that end a line for a reader, and tags without text.
_BREAKS = frozenset(("br", "p", "div", "li", "td", "dd", "dt"))
_NO_TEXT = frozenset(("script", "style"))


class BadSelector(ValueError):
    """Raised for an unusable selector; the message says why and how to fix it."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A compiled selector; `text` is its source."""

    text: str
    attribute: str | None
    find: etree.XPath = field(repr=False, compare=False)

    def elements(self, tree: Tree) -> list[Tree]:
        """Return the selected elements, in document order."""
        return [one for one in self._found(tree) if isinstance(one, etree._Element)]

    def texts(self, tree: Tree) -> list[str]:
        """Return the selected texts, each on one line, without empty ones."""
        return [text for one in self._found(tree) if (text := self._text(one))]

    def _found(self, tree: Tree) -> list[Any]:
        try:
            found: Any = self.find(tree)
        except etree.XPathError:
            # Some mistakes only show on a page with the elements in question, such as an unknown function.
            return []
        return found if isinstance(found, list) else [found]

    def _text(self, found: Any) -> str:
        if not isinstance(found, etree._Element):
            return squeeze(str(found))
        if self.attribute is not None:
            return squeeze(found.get(self.attribute))
        if found.tag == "meta":
            return squeeze(found.get("content"))
        return squeeze("".join(_pieces(found)))


def read_selector(text: str, *, of_elements: bool) -> Selector:
    """Return the selector that `text` describes; with `of_elements` it must not select attributes or texts.

    Raises `BadSelector`.
    """
    match = _PREFIXED.match(text)
    assert match is not None
    kind, expression = match[1] or "css", match[2].strip()
    if not expression:
        raise BadSelector("is empty: write a CSS selector such as 'div.story', or 'xpath://div'")
    selector = _css(text, expression) if kind == "css" else _xpath(text, expression)
    if of_elements:
        _check_elements(selector, expression)
    return selector


def _css(text: str, expression: str) -> Selector:
    attribute = _ATTRIBUTE.search(expression)
    path = expression[: attribute.start()] if attribute else expression
    if path.lstrip().startswith(("/", "./", "(")):
        raise BadSelector(f"{text!r} looks like XPath: write 'xpath:{expression}'")
    try:
        find = CSSSelector(path, translator="html")
        # An unknown prefix only fails in evaluation.
        find(_probe())
    except (SelectorError, etree.XPathError, ValueError, RecursionError) as error:
        raise BadSelector(f"{text!r} is not a CSS selector: {_line(error)}") from None
    return Selector(text, attribute[1] if attribute else None, find)


def _xpath(text: str, expression: str) -> Selector:
    try:
        find = etree.XPath(expression, namespaces=_NAMESPACES, smart_strings=False)
        # An unknown function or prefix only fails in evaluation.
        result: Any = find(_probe())
    except (etree.XPathError, ValueError) as error:
        raise BadSelector(f"{text!r} is not an XPath: {_line(error)}") from None
    if isinstance(result, bool | float):
        kind = "true or false" if isinstance(result, bool) else "a number"
        raise BadSelector(f"{text!r} gives {kind}: write a path to elements, such as 'xpath://div'")
    return Selector(text, None, find)


def _check_elements(selector: Selector, expression: str) -> None:
    if selector.attribute is not None:
        raise BadSelector(
            f"{selector.text!r} selects an attribute, not elements: leave out @{selector.attribute}"
        )
    if _NO_ELEMENTS.search(expression) or isinstance(selector.find(_probe()), str):
        raise BadSelector(
            f"{selector.text!r} selects no elements: leave out what takes their text or attribute"
        )


def _probe() -> Tree:
    page = parse_html(_PROBE)
    assert not isinstance(page, Refusal)
    return page


def _pieces(element: Tree) -> Iterator[str]:
    """Yield the text inside an element, with a blank where a reader sees a line or a box end."""
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if node.tag in _BREAKS:
            yield " "
        if event == "start" and node.tag not in _NO_TEXT:
            yield node.text or ""
        elif event == "end" and node is not element:
            yield node.tail or ""


def _line(error: Exception) -> str:
    return " ".join(str(error).split())

"""A foreign page as harmless HTML: its text in its structure, and nothing that acts, loads or leads away.

The output is written from scratch. Only elements in `KEPT` appear, with only the attributes in `_ATTRIBUTES`,
whose values are numbers, directions and language tags; every text is escaped. Links, forms, styles, scripts,
pictures and frames are left out, so a browser has nothing to run, and no address to request.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from worker.text.html import Tree

KEPT = frozenset(
    """
    abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6
    hr i ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub sup table tbody td tfoot th
    thead time tr u ul var wbr
    """.split()  # noqa: SIM905 - names in rows read better than quoted ones
)
"""Elements that are written; their end tags, too, except of those in `_VOID`."""

_BLOCKS = frozenset(
    """
    address article aside body details dir fieldset footer form header hgroup main menu nav noscript
    section summary
    """.split()  # noqa: SIM905 - names in rows read better than quoted ones
)
"""Elements that are written as a `div`: landmarks and forms of a foreign page would mislead readers."""

_DROPPED = frozenset(
    """
    applet audio base button canvas datalist embed frame frameset head iframe input link map math meta
    object option param script select source style svg template textarea title track video
    """.split()  # noqa: SIM905 - names in rows read better than quoted ones
)
"""Elements that are left out with all that they contain."""

_VOID = frozenset(("br", "hr", "wbr"))
"""Elements without an end tag (HTML, section 13.1.2)."""

# Numbers that no table or list of a page exceeds, language tags (BCP 47), and directions.
_NUMBER = re.compile(r"-?[0-9]{1,4}")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
_DIRECTION = re.compile("ltr|rtl|auto", re.IGNORECASE)

_ATTRIBUTES: Mapping[str, re.Pattern[str]] = {
    "colspan": _NUMBER,
    "rowspan": _NUMBER,
    "start": _NUMBER,
    "value": _NUMBER,
    "lang": _TAG,
    "dir": _DIRECTION,
}
"""Attributes that are written, if their whole value is of this form."""

MAX_DEPTH = 60
"""Elements around a text; deeper ones are left out, and their text stays. Browsers take 512 at most."""

MAX_CHARACTERS = 1_000_000
"""Of the output, after which the rest is cut off: the text of a page has at most as many (`text.html`)."""


@dataclass(frozen=True, slots=True)
class InertPage:
    """The HTML of the body; `is_cut` if the page was longer than `MAX_CHARACTERS`."""

    html: str
    is_cut: bool


def inert_page(tree: Tree) -> InertPage:
    """Return a parsed page as harmless HTML."""
    pieces: list[str] = []
    size = 0
    open_tags: list[str] = []
    for kind, text in _events(tree):
        if size > MAX_CHARACTERS:
            return InertPage("".join([*pieces, *(f"</{tag}>" for tag in reversed(open_tags))]), True)
        if kind == "start" and text.split(" ", 1)[0] not in _VOID:
            open_tags.append(text.split(" ", 1)[0])
        elif kind == "end":
            open_tags.pop()
        piece = _WRITTEN[kind](text)
        size += len(piece)
        pieces.append(piece)
    return InertPage("".join(pieces), False)


_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "start": lambda tag: f"<{tag}>",
    "end": lambda tag: f"</{tag}>",
    "text": lambda text: escape(text, quote=True),
}


def _events(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield the starts and ends of kept elements and the texts between them, without recursion."""
    stack: list[tuple[Tree, str | None, Iterator[Tree]]] = []
    yield from _enter(tree, 0, stack)
    depth = sum(name is not None for _, name, _ in stack)
    while stack:
        node, name, children = stack[-1]
        child = next(children, None)
        if child is not None:
            before = len(stack)
            yield from _enter(child, depth, stack)
            depth += len(stack) > before and stack[-1][1] is not None
            if len(stack) == before and child.tail:
                yield "text", child.tail
            continue
        stack.pop()
        if name is not None:
            depth -= 1
            if name not in _VOID:
                yield "end", name
        if stack and node.tail:
            yield "text", node.tail


def _enter(
    node: Tree, depth: int, stack: list[tuple[Tree, str | None, Iterator[Tree]]]
) -> Iterator[tuple[str, str]]:
    """Yield the start and first text of an element, and push it; a dropped one is not pushed."""
    tag = node.tag.lower() if isinstance(node.tag, str) else ""
    if tag == "img":
        alt = " ".join((node.get("alt") or "").split())
        yield "text", f" [picture: {alt}] " if alt else " [picture] "
        return
    if not tag or tag in _DROPPED:
        return
    name = "div" if tag in _BLOCKS else tag if tag in KEPT else None
    if depth >= MAX_DEPTH:
        name = None
    if name is not None:
        yield "start", " ".join((name, *_attributes(node)))
    stack.append((node, name, iter(node)))
    if node.text:
        yield "text", node.text


def _attributes(node: Tree) -> Iterator[str]:
    for name, form in _ATTRIBUTES.items():
        if (value := node.get(name)) is not None and form.fullmatch(value.strip()):
            yield f'{name}="{value.strip()}"'

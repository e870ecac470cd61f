"""What stands around a picture and belongs to it: its caption and its credit, as elements.

Looked for outwards from the picture, level by level: in a <figure> anywhere, outside of one in the elements
next to it. A caption is known by its element (figcaption), by its class, by standing alone with the picture
in a box that is called one, or by saying what the picture's alt text says.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from worker.extract.images.credits import is_credit, is_name
from worker.extract.images.picture_classes import is_box_class, is_caption_class, is_credit_class
from worker.extract.lexicon import BY
from worker.extract.words import key, squeeze
from worker.text.html import Tree

_QUIET = frozenset({"small", "dd", "cite", "figcaption"})
_SKIPPED = frozenset(
    {"script", "style", "noscript", "button", "svg", "template", "iframe", "picture", "img", "source", "nav"}
)
_FURNITURE = re.compile(rf"\d[:.]\d\d(?!\d)|\d+ (?:\w+ )?ago\b|^{BY}\s|^\W*\d*\W*$", re.IGNORECASE)
_NO_CAPTION = frozenset(
    {
        "h1",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "nav",
        "header",
        "footer",
        "aside",
        "form",
        "section",
        "article",
        "table",
        "blockquote",
    }
)
_MAX_PLAIN = 200
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_NO_BOX = frozenset({"body", "html", "main"})
_BEFORE_STOP = re.compile(r" ([,.;:!?…。、)\]])")
_WRAPPERS = frozenset({"source", "picture", "noscript", "a"})
_MAX_STRINGS = 400
_LEVELS = 7
_LEVELS_SURE = 3
_NEAR = 2
_MAX_PARTS = 60
MAX_CAPTION = 900


@dataclass(slots=True)
class Around:
    """The caption and credit elements of one picture; `box` is the smallest element that holds all."""

    box: Tree
    captions: list[Tree] = field(default_factory=list)
    credits: list[Tree] = field(default_factory=list)

    def leads_away(self) -> bool:
        """Whether the caption is a link, as a teaser's is."""
        return bool(self.captions) and all(_is_link(one) for one in self.captions)


def around(picture: Tree, pictures_in: Mapping[Tree, int], *, sure: bool = False) -> Around:
    """What belongs to `picture`; `pictures_in` counts different pictures for each element that holds some.

    `sure`: only what is marked as a caption is taken for one.
    """
    figure = next((one for one in picture.iterancestors("figure")), None)
    if figure is not None and pictures_in.get(figure, 1) > _MAX_PARTS:
        figure = None
    found = Around(picture)
    child, level, inside = picture, 0, figure is not None
    for parent in picture.iterancestors():
        level += parent.tag not in _WRAPPERS
        far = level > (_LEVELS_SURE if sure else _LEVELS)
        if parent.tag in _NO_BOX or (far and not inside):
            break
        alone = pictures_in.get(parent, 1) <= 1
        near = [
            one for one in (_beside(parent, child) if inside else _next_to(child)) if one not in pictures_in
        ]
        _labelled(near, found, inside)
        if alone or inside:
            found.box = parent
        if sure:
            _plain_credits(near, found)
        elif not found.captions:
            _unlabelled(near, picture, parent, found, inside, alone)
        if found.captions and (not inside or parent is figure):
            break
        if not (alone or inside) or (parent is figure and not alone):
            break
        if not inside and any(one.tag in _HEADINGS for one in near):
            break
        child, inside = parent, inside and parent is not figure
    _credits_beside(found)
    return found


def _credits_beside(found: Around) -> None:
    """Next to a caption, a name without any mark is that of who made the picture."""
    for caption in found.captions:
        for count, one in enumerate(caption.itersiblings()):
            if count >= _NEAR or one.tag not in ("span", "em", "small", "p", "div", "cite", "i"):
                break
            text = words(one)
            if one not in found.captions and 2 < len(text) < 90 and is_name(text):
                _keep(one, found.credits)


def words(element: Tree, without: frozenset[Tree] | set[Tree] = frozenset()) -> str:
    """The text of an element on one line, without the elements in `without` and what is no text."""
    if len(element):
        parts: list[str] = []
        _gather(element, without, parts, 0)
        text = squeeze("".join(parts))
    else:
        text = squeeze(element.text)
    return _BEFORE_STOP.sub(r"\1", text)


_INLINE = frozenset(
    {"a", "b", "strong", "i", "em", "u", "mark", "abbr", "sup", "sub", "bdi", "font", "wbr", "q", "s", "time"}
)
_HIDDEN = re.compile(r"visually-?hidden|sr-only|screen-?reader|(?<![a-z])hidden-text|u-vh", re.IGNORECASE)


def _gather(element: Tree, without: frozenset[Tree] | set[Tree], parts: list[str], depth: int) -> None:
    if len(parts) > _MAX_STRINGS:
        return
    if element.text:
        parts.append(element.text)
    for child in element:
        space = "" if child.tag in _INLINE else " "
        parts.append(space)
        if (
            child not in without
            and child.tag not in _SKIPPED
            and depth < 20
            and not ((name := child.get("class")) and _HIDDEN.search(name))
        ):
            _gather(child, without, parts, depth + 1)
        parts.append(space)
        if child.tail:
            parts.append(child.tail)


def _is_link(element: Tree) -> bool:
    """Whether nearly all of its text is in links to other pages."""
    linked = sum(
        len("".join(link.itertext()).strip())
        for link in element.iter("a")
        if link.get("href", "#")[:1] != "#"
    )
    if any(one.get("href", "#")[:1] != "#" for one in element.iterancestors("a")):
        return True
    return linked > 12 and linked > 0.6 * len("".join(element.itertext()).strip())


def _beside(parent: Tree, child: Tree) -> Iterator[Tree]:
    return (one for one in parent.iterchildren() if one is not child and one.tag not in _SKIPPED)


def _next_to(child: Tree) -> Iterator[Tree]:
    """The next two elements and the one before: what is further is another thing's."""
    for count, one in enumerate(child.itersiblings()):
        if count >= _NEAR:
            break
        if one.tag not in _SKIPPED:
            yield one
    before = child.getprevious()
    if before is not None and before.tag not in _SKIPPED:
        yield before


def _labelled(near: list[Tree], found: Around, inside: bool) -> None:
    for one in near:
        for element in islice(one.iter(), _MAX_PARTS):
            name = element.get("class")
            if element.tag == "figcaption" or (name and is_caption_class(name)):
                _keep(element, found.captions)
            elif name and is_credit_class(name, sure=not inside):
                _keep(element, found.credits)


def _keep(element: Tree, kept: list[Tree]) -> None:
    """Add an element unless one that holds it is there."""
    if not any(one in kept for one in element.iterancestors()):
        kept.append(element)


def _plain_credits(near: list[Tree], found: Around) -> None:
    for one in near:
        if one not in found.captions and one.tag not in _NO_CAPTION and is_credit(words(one)):
            _keep(one, found.credits)


def _unlabelled(
    near: list[Tree], picture: Tree, parent: Tree, found: Around, inside: bool, alone: bool
) -> None:
    alt = key(picture.get("alt"))
    box = (
        inside
        or (alone and parent.tag in ("tbody", "tr", "dl"))
        or (alone and is_box_class(parent.get("class", "")))
    )
    for one in near:
        if one.tag in _NO_CAPTION and not inside:
            continue
        text = words(one)
        if not 2 < len(text) <= MAX_CAPTION:
            continue
        if is_credit(text):
            _keep(one, found.credits)
        elif (len(alt) > 5 and key(text).startswith(alt[:80])) or (
            (box or one.tag in _QUIET)
            and len(text) <= (2 * _MAX_PLAIN if inside else _MAX_PLAIN)
            and not _is_furniture(one, text)
        ):
            _keep(one, found.captions)


def _is_furniture(element: Tree, text: str) -> bool:
    """Whether it is a headline, a date line, a byline or links rather than words about a picture."""
    return (
        bool(_FURNITURE.search(text))
        or next(element.iter("h1", "h2", "h3", "h4", "time", "ul", "input", "video"), None) is not None
        or _is_link(element)
    )

"""The elements around a picture that are its caption and credit.

The search goes outwards from the picture, level by level: anywhere in a <figure>, otherwise in the elements
next to it. A caption is recognised by its element (figcaption), by its class, by being alone with the picture
in a box for pictures, or by saying what the picture's alt text says.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from worker.extract.images.credits import is_credit, is_credit_name
from worker.extract.images.vocabulary import is_box_class, is_caption_class, is_credit_class
from worker.extract.lexicon import BY
from worker.extract.words import key, squeeze
from worker.text.html import Tree

# Tags that make text a caption or furniture next to a picture, and tags that never do.
_QUIET = frozenset({"small", "dd", "cite", "figcaption"})
_SKIPPED = frozenset(
    {"script", "style", "noscript", "button", "svg", "template", "iframe", "picture", "img", "source", "nav"}
)
_FURNITURE = re.compile(rf"\d[:.]\d\d(?!\d)|\d+ (?:\w+ )?ago\b|^{BY}\s|^\W*\d*\W*$", re.IGNORECASE)
_NO_CAPTION = frozenset(
    "h1 h2 h3 h4 ul ol nav header footer aside form section article table blockquote".split()  # noqa: SIM905
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_NO_BOX = frozenset({"body", "html", "main"})
_BEFORE_STOP = re.compile(r" ([,.;:!?…。、)\]])")
_WRAPPERS = frozenset({"source", "picture", "noscript", "a"})
_INLINE = frozenset("a b strong i em u mark abbr sup sub bdi font wbr q s time".split())  # noqa: SIM905
_HIDDEN = re.compile(r"visually-?hidden|sr-only|screen-?reader|(?<![a-z])hidden-text|u-vh", re.IGNORECASE)
# Guesses that the corpus did not contradict.
_MAX_CAPTION = 900  # characters
_MAX_PLAIN = 200  # characters of a caption without a mark; twice as many in a <figure>
_NEAR = 2  # siblings that may belong to a picture
_LEVELS = 7  # levels above a picture that are searched
_LEVELS_SURE = 3  # the same when only marked captions count
_MAX_PARTS = 60  # elements; bounds the work on a hostile page
_MAX_STRINGS = 400  # pieces of a caption's text; bounds the work on a hostile page


@dataclass(slots=True)
class Surroundings:
    """The caption and credit elements of a picture; `box` is the smallest element that holds them all."""

    box: Tree
    captions: list[Tree] = field(default_factory=list)
    credits: list[Tree] = field(default_factory=list)

    def leads_away(self) -> bool:
        """Whether the caption is a link, as in a teaser."""
        return bool(self.captions) and all(_is_link(one) for one in self.captions)


def surroundings_of(picture: Tree, pictures_in: Mapping[Tree, int], *, sure: bool = False) -> Surroundings:
    """Return the caption and credit of `picture`; `pictures_in` counts the pictures in each element.

    With `sure`, only elements marked as captions count.
    """
    figure = next((one for one in picture.iterancestors("figure")), None)
    if figure is not None and pictures_in.get(figure, 1) > _MAX_PARTS:
        figure = None
    found = Surroundings(picture)
    child, level, inside = picture, 0, figure is not None
    for parent in picture.iterancestors():
        level += parent.tag not in _WRAPPERS
        far = level > (_LEVELS_SURE if sure else _LEVELS)
        if parent.tag in _NO_BOX or (far and not inside):
            break
        alone = pictures_in.get(parent, 1) <= 1
        near = [
            one
            for one in (_siblings(parent, child) if inside else _neighbours(child))
            if one not in pictures_in
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
    _add_names_next_to_captions(found)
    return found


def _add_names_next_to_captions(found: Surroundings) -> None:
    """Take a name without a mark next to a caption as the credit."""
    for caption in found.captions:
        for count, one in enumerate(caption.itersiblings()):
            if count >= _NEAR or one.tag not in ("span", "em", "small", "p", "div", "cite", "i"):
                break
            text = caption_text(one)
            if one not in found.captions and 2 < len(text) < 90 and is_credit_name(text):
                _keep(one, found.credits)


def caption_text(element: Tree, without: frozenset[Tree] | set[Tree] = frozenset()) -> str:
    """Return the text of an element on one line, without the elements in `without` and hidden parts."""
    if len(element):
        parts: list[str] = []
        _gather(element, without, parts, 0)
        text = squeeze("".join(parts))
    else:
        text = squeeze(element.text)
    return _BEFORE_STOP.sub(r"\1", text)


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


def _siblings(parent: Tree, child: Tree) -> Iterator[Tree]:
    return (one for one in parent.iterchildren() if one is not child and one.tag not in _SKIPPED)


def _neighbours(element: Tree) -> Iterator[Tree]:
    """Yield the neighbours of an element: up to two after it, then the one before.

    Tags in `_SKIPPED` are left out but use up a place. Anything further away is taken to belong to something
    else.
    """
    for count, one in enumerate(element.itersiblings()):
        if count >= _NEAR:
            break
        if one.tag not in _SKIPPED:
            yield one
    before = element.getprevious()
    if before is not None and before.tag not in _SKIPPED:
        yield before


def _labelled(near: list[Tree], found: Surroundings, inside: bool) -> None:
    for one in near:
        for element in islice(one.iter(), _MAX_PARTS):
            name = element.get("class")
            if element.tag == "figcaption" or (name and is_caption_class(name)):
                _keep(element, found.captions)
            elif name and is_credit_class(name, sure=not inside):
                _keep(element, found.credits)


def _keep(element: Tree, kept: list[Tree]) -> None:
    """Add an element unless an ancestor of it is already kept."""
    if not any(one in kept for one in element.iterancestors()):
        kept.append(element)


def _plain_credits(near: list[Tree], found: Surroundings) -> None:
    for one in near:
        if one not in found.captions and one.tag not in _NO_CAPTION and is_credit(caption_text(one)):
            _keep(one, found.credits)


def _unlabelled(
    near: list[Tree], picture: Tree, parent: Tree, found: Surroundings, inside: bool, alone: bool
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
        text = caption_text(one)
        if not 2 < len(text) <= _MAX_CAPTION:
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
    """Whether it is a headline, a date line, a byline or links instead of words about a picture."""
    return (
        bool(_FURNITURE.search(text))
        or next(element.iter("h1", "h2", "h3", "h4", "time", "ul", "input", "video"), None) is not None
        or _is_link(element)
    )

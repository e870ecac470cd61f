"""The elements around a picture that are its caption and credit.

The search goes outwards from the picture, level by level: anywhere in a <figure>, otherwise in the elements
next to it. A caption is recognised by its element (figcaption), by its class, by being alone with the picture
in a box for pictures, or by saying what the picture's alt text says.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from worker.extract.images.credits import has_marked_credit, is_credit, is_credit_name, split_credit
from worker.extract.images.labels import is_label
from worker.extract.images.vocabulary import (
    is_box_class,
    is_caption_class,
    is_credit_class,
    is_no_caption_class,
)
from worker.extract.lexicon import BY
from worker.extract.words import key, squeeze, word_count
from worker.text.html import Tree

# Tags that make text a caption or furniture next to a picture, and tags that never do.
_QUIET = frozenset({"small", "dd", "cite", "figcaption"})
_SKIPPED = frozenset(
    {"script", "style", "noscript", "button", "svg", "template", "iframe", "picture", "img", "source", "nav"}
)
_FURNITURE = re.compile(
    rf"^https?:|\d[:.]\d\d(?!\d)|(?<!\d)\d{{1,4}} (?:\w{{1,12}} )?ago\b|^{BY}\s|^\W*(?:\d+\W*)?$",
    re.IGNORECASE,
)
_NO_CAPTION = frozenset(
    "h1 h2 h3 h4 ul ol nav header footer aside form section article table blockquote".split()  # noqa: SIM905
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_NO_BOX = frozenset({"body", "html", "main"})
_BEFORE_STOP = re.compile(r" ([,.;:!?…。、)\]])")
_INLINE = frozenset("a b strong i em u mark abbr sup sub bdi font wbr q s time".split())  # noqa: SIM905
_LOOSE = frozenset({*_INLINE, "span", "small", "cite", "br"})
_APART_TAGS = frozenset({"em", "i", "small", "cite"})
_TEXT_BOXES = frozenset({"p", "div", "td", "center", "span", "figure"})
_CENTERED = re.compile(r"text-align:\s*center", re.IGNORECASE)
_WRAPPERS = frozenset({"source", "picture", "noscript", "a"})
_BREAK = "\x1f"
"""The unit separator of ASCII, between pieces of a caption; white space for `str.split`."""
# Guesses that the corpus did not contradict.
_MAX_SIGN = 20  # characters of the name of an icon
_MAX_CAPTION = 900  # characters
_MAX_PLAIN = 200  # characters of a caption without a mark; twice as many in a <figure>
_NEAR = 2  # siblings that may belong to a picture
_LEVELS = 7  # levels above a picture that are searched
_LEVELS_BELOW = 3  # levels above a picture up to the text directly below it
_LEVELS_SURE = 3  # the same when only marked captions count
_MAX_ROWS = 3  # of a table for a picture, its caption and its credit; a longer one is a layout
_MAX_WORDS = 40  # of a caption that only its look or place makes one
_MOST_WORDS = 200  # of a marked caption; `_MAX_CAPTION` is five paragraphs in Chinese
_MIN_ALT, _MUCH_ALT = 6, 80  # letters of an alternative text that a caption repeats, and that are compared
_LONG = 70  # characters of a paragraph around a picture
_FEWEST_WORDS = 5  # of a caption that only its place makes one
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

    def has_heading(self) -> bool:
        """Whether a heading is in the caption, as in a teaser."""
        return any(next(one.iter(*_HEADINGS, "h5", "h6"), None) is not None for one in self.captions)


def surroundings_of(picture: Tree, pictures_in: Mapping[Tree, int], *, sure: bool = False) -> Surroundings:
    """Return the caption and credit of `picture`; `pictures_in` counts the pictures in each element.

    With `sure`, only elements marked as captions count. Most pictures that need one are teasers without: the
    text around them is searched for credits only if there is a caption.
    """
    found = _search(picture, pictures_in, sure, plain_credits=not sure)
    if sure and found.captions:
        found = _search(picture, pictures_in, sure, plain_credits=True)
    return found


def _search(
    picture: Tree, pictures_in: Mapping[Tree, int], sure: bool, *, plain_credits: bool
) -> Surroundings:
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
            if plain_credits:
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
    below = None if found.captions else _text_below(picture, pictures_in)
    if below is not None and _is_caption_below(below, sure):
        _keep(below, found.captions)
    _add_names_next_to_captions(found)
    return found


def _text_below(picture: Tree, pictures_in: Mapping[Tree, int]) -> Tree | None:
    """Return the element with the text that directly follows a picture; its parent for loose text.

    The parent is returned only if it holds no other picture and nothing before this one.
    """
    child = picture
    for level, parent in enumerate(picture.iterancestors()):
        if level > _LEVELS_BELOW or parent.tag in _NO_BOX:
            break
        is_loose = bool((child.tail or "").strip())
        for one in () if is_loose else child.itersiblings():
            if one in pictures_in or one.tag in _NO_CAPTION:
                return None
            said = one.tag not in _SKIPPED and caption_text(one)
            if said and one.tag not in _LOOSE:
                return one
            if is_loose := bool(said or (one.tail or "").strip()):
                break
        if is_loose:
            begins = parent.tag in _TEXT_BOXES and pictures_in.get(parent, 1) <= 1
            return parent if begins and not _has_text_before(child, parent) else None
        child = parent
    return None


def _has_text_before(child: Tree, parent: Tree) -> bool:
    if (parent.text or "").strip():
        return True
    return any((one.tail or "").strip() or caption_text(one) for one in child.itersiblings(preceding=True))


def _is_caption_below(element: Tree, sure: bool) -> bool:
    """Whether text without a mark, directly below a picture, reads or looks like its caption.

    It ends in a credit, or is set apart from the text: in italics or small print, or centered.
    """
    text = caption_text(element)
    words = word_count(text)
    if not 2 < len(text) <= 2 * _MAX_PLAIN or words > 2 * _MAX_WORDS:
        return False
    is_marked = has_marked_credit(text)
    if not is_marked and (sure or words > _MAX_WORDS or text.endswith((":", ","))):
        return False
    if _is_furniture(element, text):
        return False
    return is_marked or bool(split_credit(text).credit) or _is_set_apart(element)


def _is_set_apart(element: Tree) -> bool:
    """Whether all of it is in italics or small print, or it is centered, and what follows is not."""
    follows = element.getnext()
    if follows is not None and follows.tag == element.tag and _looks_apart(follows):
        return False
    return _looks_apart(element)


def _looks_apart(element: Tree) -> bool:
    if (
        element.tag == "center"
        or element.get("align") == "center"
        or _CENTERED.search(element.get("style", ""))
    ):
        return True
    size = len(caption_text(element))
    return any(
        one.tag in _APART_TAGS and len(caption_text(one)) >= size - 2
        for one in islice(element.iter(), _MAX_PARTS)
    )


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
    return on_one_line(_read(element, without))


def caption_pieces(element: Tree, without: frozenset[Tree] | set[Tree] = frozenset()) -> list[str]:
    """Return the same text in the pieces between blocks, line breaks and spans."""
    return [piece for part in _read(element, without).split(_BREAK) if (piece := on_one_line(part))]


def on_one_line(text: str) -> str:
    """Return `text` squeezed, without the spaces before stops that the ends of elements leave."""
    return _BEFORE_STOP.sub(r"\1", squeeze(text))


def _read(element: Tree, without: frozenset[Tree] | set[Tree]) -> str:
    if not len(element):
        return element.text or ""
    parts: list[str] = []
    _gather(element, without, parts, 0)
    return "".join(parts)


def _gather(element: Tree, without: frozenset[Tree] | set[Tree], parts: list[str], depth: int) -> None:
    if len(parts) > _MAX_STRINGS:
        return
    if element.text:
        parts.append(element.text)
    for child in element:
        space = "" if child.tag in _INLINE else _BREAK
        parts.append(space)
        if (
            child not in without
            and child.tag not in _SKIPPED
            and depth < 20
            and not ((name := child.get("class")) and (is_no_caption_class(name) or _is_sign(child, name)))
        ):
            _gather(child, without, parts, depth + 1)
        parts.append(space)
        if child.tail:
            parts.append(child.tail)


def _is_sign(element: Tree, name: str) -> bool:
    """Whether it is a sign of an icon font, whose text is the sign's name."""
    return not len(element) and "icon" in name.lower() and len(element.text or "") < _MAX_SIGN


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
            if name and element.tag == "figcaption" and is_credit_class(name, sure=True):
                _keep(element, found.credits)
            elif element.tag == "figcaption" or (name and is_caption_class(name) and is_short(element)):
                _keep(element, found.captions)
            elif name and is_credit_class(name, sure=not inside):
                _keep(element, found.credits)


def is_short(element: Tree) -> bool:
    """Whether an element holds no more text than a caption: layouts call all text next to a picture so."""
    text = "".join(element.itertext())
    return len(text) <= _MAX_CAPTION and (text.isascii() or word_count(text) <= _MOST_WORDS)


def _keep(element: Tree, kept: list[Tree]) -> None:
    """Add an element unless it or an ancestor of it is already kept."""
    if element not in kept and not any(one in kept for one in element.iterancestors()):
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
        or (alone and parent.tag in ("table", "tbody", "tr", "dl") and len(parent) <= _MAX_ROWS)
        or (alone and is_box_class(parent.get("class", "")))
        or (alone and _is_box_by_shape(parent))
    )
    for one in near:
        if (one.tag in _NO_CAPTION and not inside) or one in found.credits:
            continue
        text = caption_text(one)
        if not 2 < len(text) <= _MAX_CAPTION:
            continue
        if is_credit(text) or (box and is_credit_class(one.get("class", "")) and is_credit_name(text)):
            _keep(one, found.credits)
        elif _repeats_alt(alt, text) or (
            (box or one.tag in _QUIET)
            and len(text) <= (2 * _MAX_PLAIN if inside else _MAX_PLAIN)
            and not _is_furniture(one, text)
        ):
            _keep(one, found.captions)


def _repeats_alt(alt: str, text: str) -> bool:
    """Whether a text without a mark begins with the alternative text of a picture, as its caption does.

    A paragraph may begin so, too, if that is a name: below a logo, the name of the product.
    """
    if len(alt) < _MIN_ALT or not (letters := key(text)).startswith(alt[:_MUCH_ALT]):
        return False
    return len(text) <= _MAX_PLAIN or 2 * min(len(alt), _MUCH_ALT) >= min(len(letters), 2 * _MUCH_ALT)


def _is_box_by_shape(parent: Tree) -> bool:
    """Whether an element between paragraphs holds nothing but a picture and some words about it."""
    if parent.tag not in ("div", "span", "td", "center") or len(parent) > _MAX_PARTS:
        return False
    text = "".join(islice(parent.itertext(), _MAX_STRINGS)).strip()
    if len(text) > _MAX_PLAIN or not _FEWEST_WORDS <= word_count(text) <= _MAX_WORDS:
        return False
    if any(not any(True for _ in link.iter("img")) for link in parent.iter("a", "button", "input")):
        return False
    around = (*islice(parent.itersiblings(), _NEAR), *islice(parent.itersiblings(preceding=True), _NEAR))
    return any(one.tag == "p" and len("".join(one.itertext())) >= _LONG for one in around)


def _is_furniture(element: Tree, text: str) -> bool:
    """Whether it is a headline, a date line, a byline or links instead of words about a picture."""
    return (
        bool(_FURNITURE.search(text))
        or is_label(text)
        or next(element.iter("h1", "h2", "h3", "h4", "time", "ul", "input", "video"), None) is not None
        or _is_link(element)
    )

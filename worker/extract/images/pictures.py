"""The pictures of the article among those of the page.

They stand between headline and last paragraph, or in front of the headline in the article's own markup;
behind the text only those with a caption. Left out: what stands in navigation, footers, teasers, sidebars and
the like, avatars and logos, what is too small, and what leads to another page with its caption, or has none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from worker.extract.images.captions import Around, around, words
from worker.extract.images.credits import is_name, split
from worker.extract.images.picture_classes import is_emblem_class, is_outside_class
from worker.extract.images.region import Region, find_region
from worker.extract.lexicon import BY
from worker.extract.words import key
from worker.text.html import Tree

_OUTSIDE_TAGS = frozenset({"nav", "footer", "form", "dialog", "select"})
_PLACE = re.compile(
    r"^#|^javascript:|\.(?:jpe?g|png|webp|gif|avif)\b|[?&/](?:gallery|bild|photo)", re.IGNORECASE
)
_BYLINE = re.compile(rf"^{BY}\s", re.IGNORECASE)
_LEVELS = 9
_AROUND_TEXT = 4
_MIN_SIDE = 90
_MAX_PICTURES = 120


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the article and what belongs to it."""

    element: Tree
    around: Around


def find_pictures(tree: Tree) -> list[Picture]:
    """In reading order. `tree` is left as it is."""
    region = find_region(tree)
    verdicts: dict[Tree, bool] = {}
    nearest = _nearest(region)
    shown = [
        (place, one)
        for place, one in region.pictures
        if _is_of(place, one, region, nearest) and not _is_small(one) and not _is_spare(one)
    ]
    shown = [(place, one) for place, one in shown[:_MAX_PICTURES] if not _is_outside(one, region, verdicts)]
    counts = _counts([one for _, one in shown])
    found = ((one, _accepted(one, counts, after=_is_after(place, region))) for place, one in shown)
    return [Picture(one, belongs) for one, belongs in found if belongs is not None]


def _is_after(place: int, region: Region) -> bool:
    return region.last is None or place > region.last


def _is_of(place: int, element: Tree, region: Region, nearest: tuple[Tree, ...]) -> bool:
    """Whether the picture's place is one of the article: behind the text only what is near it."""
    if region.last is not None and place > region.last:
        return _branch(element, region) in nearest
    start = region.headline if region.headline is not None else region.first
    if start is None or place >= start:
        return True
    branch = _branch(element, region)
    return branch is not None and branch.tag not in ("body", "html")


def _branch(element: Tree, region: Region) -> Tree | None:
    """Where its markup and that of headline and text part."""
    return next((one for one in element.iterancestors() if one in region.spine), None)


def _nearest(region: Region) -> tuple[Tree, ...]:
    """The text's element and some around it."""
    return () if region.body is None else (region.body, *list(region.body.iterancestors())[:_AROUND_TEXT])


def _is_spare(element: Tree) -> bool:
    """Whether it is for readers without scripts, beside the one for the others."""
    holder = element.getparent()
    if holder is None or holder.tag != "noscript":
        return False
    around = holder.getparent()
    return around is not None and any(one.getparent() is not holder for one in around.iter("img", "amp-img"))


def _is_small(element: Tree) -> bool:
    width, height = element.get("width"), element.get("height")
    if width is None or height is None:
        return False
    sides = [int(side) for side in (width, height) if side.isdecimal() and len(side) < 6]
    return len(sides) == 2 and (max(sides) <= 2 or (min(sides) >= 10 and max(sides) < _MIN_SIDE))


def _is_outside(element: Tree, region: Region, verdicts: dict[Tree, bool]) -> bool:
    """Whether the element or one that holds it, but not the text, is no part of an article."""
    own = is_emblem_class(element.get("class", ""))
    chain: list[Tree] = []
    inherited = False
    for parent in element.iterancestors():
        if parent in region.spine:
            break
        if (known := verdicts.get(parent)) is not None:
            inherited = known
            break
        chain.append(parent)
    for one in reversed(chain):
        inherited = inherited or _turns_away(one)
        verdicts[one] = inherited
    return own or inherited


def _turns_away(element: Tree) -> bool:
    if element.tag in _OUTSIDE_TAGS:
        return True
    if element.tag in ("a", "picture"):
        return False
    return any(is_outside_class(name) for name in (element.get("class"), element.get("id")) if name)


def _counts(shown: list[Tree]) -> dict[Tree, int]:
    """How many different pictures each element holds."""
    names: dict[Tree, set[str]] = {}
    for number, element in enumerate(shown):
        name = _file_name(element) or str(number)
        for level, parent in enumerate(element.iterancestors()):
            if level > _LEVELS:
                break
            names.setdefault(parent, set()).add(name)
    return {element: len(kinds) for element, kinds in names.items()}


def _file_name(element: Tree) -> str:
    for attribute in ("data-src", "data-original", "data-lazy-src", "src", "srcset"):
        if (value := element.get(attribute)) and value[:5] != "data:":
            return str(value.partition("?")[0].rsplit("/", 1)[-1])
    return ""


def _accepted(element: Tree, counts: Mapping[Tree, int], *, after: bool) -> Around | None:
    """What belongs to the picture; None where that shows that it is another article's or an author's."""
    link = next(element.iterancestors("a"), None)
    away = link is not None and bool(href := link.get("href", "")) and not _PLACE.search(href)
    found = around(element, counts, sure=away or after)
    if (away or after) and not found.captions:
        return None
    if (
        found.leads_away()
        and not found.credits
        and not any(split(words(one)).credit for one in found.captions)
    ):
        return None
    return None if _is_portrait(element, found) else found


def _is_portrait(element: Tree, found: Around) -> bool:
    """Whether it shows who wrote the article: 'By' and a name."""
    name = key(element.get("alt"))
    for text in map(words, found.captions):
        if by := _BYLINE.match(text):
            return is_name(text[by.end() :]) or (len(name) > 4 and name in key(text))
    return False

"""The pictures of the article among those of the page.

They stand between headline and last paragraph, or in front of the headline in the article's own markup. Left out:
what stands in navigation, footers, teasers, sidebars and the like, avatars and logos, what is too small, and what
leads to another page with its caption, or has none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from worker.extract.captions import Around, around
from worker.extract.page import Tree
from worker.extract.region import Region, find_region

_OUTSIDE_TAGS = frozenset({"nav", "footer", "form", "dialog", "select"})
_OUTSIDE = re.compile(
    r"(?<![a-z])(?:related|recommend|recirc|teaser|promo(?!t)|side-?bar|newsletter|avatar|author|byline|comments?(?![a-z])"
    r"|social|shar(?:e|ing)(?![a-z])|logo|icons?(?![a-z])|advert|ads?(?![a-z])|banner|sponsor|footer|navigation|popular|trending|most-?read"
    r"|outbrain|taboola|read-?(?:more|next|also)|more-?(?:stories|news|from|on)(?![a-z])|see-?also|mega-?menu|subscri|cookie|cards?(?![a-z]))"
    r"|[a-z](?:Related|Teaser|Avatar|Author|Promo|Sidebar|Newsletter)(?![a-z])",
    re.IGNORECASE,
)
_PLACE = re.compile(r"^#|^javascript:|\.(?:jpe?g|png|webp|gif|avif)\b|[?&/](?:gallery|bild|photo)", re.IGNORECASE)
_LEVELS = 9
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
    shown = [one for place, one in region.pictures if _is_of(place, one, region) and not _is_small(one)]
    shown = [one for one in shown[:_MAX_PICTURES] if not _is_outside(one, region, verdicts)]
    counts = _counts(shown)
    return [Picture(one, found) for one in shown if (found := _accepted(one, counts)) is not None]


def _is_of(place: int, element: Tree, region: Region) -> bool:
    """Whether the picture's place is one of the article."""
    if region.last is None or place <= region.last:
        start = region.headline if region.headline is not None else region.first
        return start is None or place >= start or _is_near(element, region)
    return any(one is region.body for one in element.iterancestors())


def _is_near(element: Tree, region: Region) -> bool:
    """Whether it stands in the markup that holds the text, <article> or <main> at most."""
    for one in element.iterancestors():
        if one in region.spine:
            return one.tag not in ("body", "html")
    return False


def _is_small(element: Tree) -> bool:
    sides = [int(side) for side in (element.get("width", ""), element.get("height", "")) if side.isdecimal() and len(side) < 6]
    return len(sides) == 2 and (max(sides) <= 2 or (min(sides) >= 10 and max(sides) < _MIN_SIDE))


def _is_outside(element: Tree, region: Region, verdicts: dict[Tree, bool]) -> bool:
    """Whether the element or one that holds it, but not the text, is no part of an article."""
    chain, verdict = [element], False
    for parent in element.iterancestors():
        if parent in region.spine:
            break
        if (known := verdicts.get(parent)) is not None:
            verdict = known
            break
        chain.append(parent)
    for one in reversed(chain):
        verdict = verdict or _turns_away(one)
        verdicts[one] = verdict
    return verdict


def _turns_away(element: Tree) -> bool:
    if element.tag in _OUTSIDE_TAGS:
        return True
    name = element.get("class")
    return bool(name and _OUTSIDE.search(name)) or bool((name := element.get("id")) and _OUTSIDE.search(name))


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
            return value.partition("?")[0].rsplit("/", 1)[-1]
    return ""


def _accepted(element: Tree, counts: Mapping[Tree, int]) -> Around | None:
    link = next(element.iterancestors("a"), None)
    away = link is not None and bool(href := link.get("href", "")) and not _PLACE.search(href)
    found = around(element, counts, sure=away)
    if away and (not found.captions or found.leads_away()):
        return None
    return None if found.leads_away() and not found.credits else found

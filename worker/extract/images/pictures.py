"""The pictures of the article among those of the page.

They are between headline and last paragraph, or before the headline in the article's own markup; after the
text only pictures with a caption count. Left out are pictures in navigation, footers, teasers and sidebars,
avatars and logos, small ones, and those that link to another page and have no caption or link with their
caption.

The article's body is the element whose children and grandchildren hold most of the text in long paragraphs:
the measure of Readability (Arc90, Mozilla), in one sweep. It is an estimate for the area around the text, not
the text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from worker.extract.images.captions import Surroundings, caption_text, surroundings_of
from worker.extract.images.credits import is_credit_name, split_credit
from worker.extract.images.vocabulary import is_emblem_class, is_outside_class
from worker.extract.lexicon import BY
from worker.extract.words import key
from worker.text.html import Tree

# Elements and links around a picture that decide where it belongs.
_OUTSIDE_TAGS = frozenset({"nav", "footer", "form", "dialog", "select"})
_PLACE = re.compile(
    r"^#|^javascript:|\.(?:jpe?g|png|webp|gif|avif)\b"
    r"|[?&/](?:images?(?![a-z])|galler(?:y|ies)|galer[ií]|bild|fotos?(?![a-z])|photo|picture|file:|attachment)",
    re.IGNORECASE,
)
_BYLINE = re.compile(rf"^{BY}\s", re.IGNORECASE)
_NO_TEXT = frozenset({"figure", "figcaption", "aside", "footer"})
_SWEPT = ("p", "br", "h1", "img", "amp-img")
_OWN_PAGE = re.compile(
    r"\.(?:jpe?g|png|webp|gif|avif)\b|[?&/](?:images?|fotos?|photos?|pictures?)/|file:|attachment",
    re.IGNORECASE,
)
"""In the address of a page that shows the picture alone; not one of a gallery, which can be an article."""
# Guesses that the corpus did not contradict; the first three are like those of Readability.
_LONG = 70  # characters of a paragraph that counts
_ENOUGH = 150  # the score of a body
_FADE = 0.7  # what each level above a paragraph scores of the level below
_MAX_SWEPT = 4000  # elements; bounds the work on a hostile page
_MAX_PICTURES = 120  # bounds the work on a hostile page
_LEVELS = 9  # levels above a picture that count as holding it
_AROUND_TEXT = 4  # levels above the body whose pictures may follow the text
_MIN_SIDE = 90  # pixels; smaller pictures are icons and portraits


@dataclass(frozen=True, slots=True)
class Region:
    """The area of the article on a page.

    `pictures` are all pictures of the page with their position in reading order; `spine` are the elements
    around headline and text. `first` and `last` are the positions of the first and last long paragraph.
    """

    pictures: tuple[tuple[int, Tree], ...]
    body: Tree | None
    spine: frozenset[Tree]
    headline: int | None
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the article and its surroundings."""

    element: Tree
    surroundings: Surroundings


def find_pictures(tree: Tree) -> list[Picture]:
    """Return the pictures of the article in reading order."""
    region = find_region(tree)
    verdicts: dict[Tree, bool] = {}
    body = region.body
    nearest = () if body is None else (body, *islice(body.iterancestors(), _AROUND_TEXT))
    shown = [
        (place, one)
        for place, one in region.pictures
        if _is_of(place, one, region, nearest) and not _is_small(one) and not _is_spare(one)
    ]
    shown = [(place, one) for place, one in shown[:_MAX_PICTURES] if not _is_outside(one, region, verdicts)]
    counts = _counts([one for _, one in shown])
    end = -1 if region.last is None else region.last
    found = ((one, _accepted(one, counts, after=place > end)) for place, one in shown)
    return [Picture(one, belongs) for one, belongs in found if belongs is not None]


def find_region(tree: Tree) -> Region:
    """Return the area from the headline to the last paragraph of the article."""
    pictures: list[tuple[int, Tree]] = []
    paragraphs: list[tuple[int, Tree, int]] = []
    headlines: list[tuple[int, Tree]] = []
    for place, element in enumerate(tree.iter(*_SWEPT)):
        if place >= _MAX_SWEPT:
            break
        if element.tag == "p":
            if (length := _length(element)) >= _LONG:
                paragraphs.append((place, element, length))
        elif element.tag == "br":
            if (length := len(element.tail or "")) >= _LONG:
                paragraphs.append((place, element, length))
        elif element.tag == "h1":
            headlines.append((place, element))
        else:
            pictures.append((place, element))
    body = _body(paragraphs)
    inside = [place for place, element, _ in paragraphs if body is not None and _within(element, body)]
    headline = next(
        ((place, one) for place, one in reversed(headlines) if not inside or place < inside[0]), None
    )
    spine: set[Tree] = set()
    for one in (body, headline[1] if headline else None):
        if one is not None:
            spine.update((one, *one.iterancestors()))
    return Region(
        tuple(pictures),
        body,
        frozenset(spine),
        headline[0] if headline else None,
        inside[0] if inside else None,
        inside[-1] if inside else None,
    )


def _length(paragraph: Tree) -> int:
    """Return the letters of a paragraph and its inline elements without links; 0 for one in a caption."""
    length = len(paragraph.text or "")
    for child in paragraph:
        length += len(child.tail or "") + (len(child.text or "") if child.tag != "a" else 0)
    if length < _LONG:
        return 0
    parent = paragraph.getparent()
    above = parent.getparent() if parent is not None else None
    return 0 if any(one is not None and one.tag in _NO_TEXT for one in (parent, above)) else length


def _body(paragraphs: list[tuple[int, Tree, int]]) -> Tree | None:
    scores: dict[Tree, float] = {}
    for _, element, length in paragraphs:
        weight = float(length)
        for level, parent in enumerate(element.iterancestors()):
            if level > 4 or parent.tag in ("body", "html"):
                break
            scores[parent] = scores.get(parent, 0.0) + weight
            weight *= _FADE
    best = max(scores, key=lambda one: scores[one], default=None)
    return best if best is not None and scores[best] >= _ENOUGH else None


def _within(element: Tree, container: Tree) -> bool:
    for level, one in enumerate(element.iterancestors()):
        if one is container:
            return True
        if level > 6:
            break
    return False


def _is_of(place: int, element: Tree, region: Region, nearest: tuple[Tree, ...]) -> bool:
    """Whether the picture's position is one of the article; after the text only near it."""
    if region.last is not None and place > region.last:
        return _branch(element, region) in nearest
    start = region.headline if region.headline is not None else region.first
    if start is None or place >= start:
        return True
    branch = _branch(element, region)
    return branch is not None and branch.tag not in ("body", "html")


def _branch(element: Tree, region: Region) -> Tree | None:
    """Return the element at which its markup and that of headline and text part."""
    return next((one for one in element.iterancestors() if one in region.spine), None)


def _is_spare(element: Tree) -> bool:
    """Whether it is in a <noscript> with a picture for readers with scripts next to it."""
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
    """Whether the element, or one that holds it but not the text, is not part of an article."""
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


def _accepted(element: Tree, counts: Mapping[Tree, int], *, after: bool) -> Surroundings | None:
    """Return the picture's surroundings; None when they show that it is another article's or an author's."""
    link = next(element.iterancestors("a"), None)
    away = link is not None and bool(href := link.get("href", "")) and not _PLACE.search(href)
    found = surroundings_of(element, counts, sure=away or after)
    if (away or after) and not found.captions:
        return None
    if (
        found.leads_away()
        and not (link is not None and _OWN_PAGE.search(link.get("href", "")) and not found.has_heading())
        and not found.credits
        and not any(split_credit(caption_text(one)).credit for one in found.captions)
    ):
        return None
    return None if _is_portrait(element, found) else found


def _is_portrait(element: Tree, found: Surroundings) -> bool:
    """Whether it shows the author: its caption is 'By' and a name."""
    name = key(element.get("alt"))
    for text in map(caption_text, found.captions):
        if by := _BYLINE.match(text):
            return is_credit_name(text[by.end() :]) or (len(name) > 4 and name in key(text))
    return False

"""The byline as printed: the element that is marked as one, near the headline, and reads like names.

One sweep over the page. Marks are `rel=author`, microdata, microformats, class and id tokens of the common
content systems, and links to pages of authors. Marks of teasers, comments and sidebars do not count.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from worker.extract.authors.agencies import is_agency
from worker.extract.authors.byline_marks import SURE, leads_to_author, strengths
from worker.extract.authors.names import begins_with_by, clean_names, is_person
from worker.extract.authors.place import Place
from worker.extract.page_index import Index
from worker.extract.types import Source
from worker.extract.words import key, squeeze, unique
from worker.text.html import Tree

_TAGS = (
    *("a", "span", "div", "p", "address", "li", "ul", "strong", "b", "em", "td", "dd", "small"),
    *("cite", "section", "header", "footer", "h1", "h2", "h3", "h4", "h5", "h6"),
)
_BLOCKS = frozenset(
    """a div p li ul td tr dd dt br h1 h2 h3 h4 h5 h6 section header footer article address label button
    time""".split()  # noqa: SIM905
)
_SILENT = frozenset({"script", "style", "time", "button", "svg", "noscript", "template", "select", "figure"})
_OTHER_ROLE = re.compile(
    r"(?:edit(?:ed|or)|review(?:ed|er)|fact[- ]check(?:ed|er)|translat(?:ed|or|ion)|photos?|fotos?|bilder"
    r"|übersetz(?:t|ung)|redigiert|lektorat|illustrat(?:ed|ion|or)|traducción|traduction"
    r"|фото|редактор|перевод|翻訳者?|写真|編集)"
    r"(?:\s+(?:by|von|par|por))?\s*[:：]?\s*$"
)
_MAX_HITS = 60
_MAX_HANDLE_WORDS = 3
_LISTED = 3
_BESIDE = 30
_ITEM = 25
_MAX_CHARACTERS = 220
_MAX_INSIDE = 60
_MAX_TEXTS = 80


@dataclass(frozen=True, slots=True)
class Byline:
    """Names as printed. `sure` where the markup says that they are the author's."""

    names: tuple[str, ...]
    sure: bool
    source: Source


@dataclass(frozen=True, slots=True)
class _Hit:
    element: Tree
    strength: int
    position: int


def printed_byline(index: Index, stated: tuple[str, ...] = ()) -> Byline | None:
    """The best of the page's marked bylines, one that agrees with the `stated` names before others.

    The page is as parsed, before anything was pruned; it is left as it is.
    """
    expected = {key(name) for name in stated}
    hits, place = _hits(index)
    listed = _listed(hits)
    best: tuple[int, _Hit, tuple[str, ...]] | None = None
    for hit in hits:
        likely = 2 * hit.strength + place.nearness(hit.position)
        if best is not None and likely + 2 + 3 * bool(expected) <= best[0]:
            continue
        if place.is_elsewhere(hit.element, hit.position) or _is_of_another_role(hit.element):
            continue
        if _marks(hit.element) in listed and _is_item(hit.element):
            continue
        if names := _names(hit.element, hit.strength):
            score = likely + any(map(is_person, names)) + begins_with_by(printed_text(hit.element))
            score += 3 * any(key(name) in expected for name in names)
            if score >= _ENOUGH and (best is None or score > best[0]):
                best = score, hit, names
    if best is None:
        return None
    _, chosen, names = best
    beside = (
        name
        for hit in hits
        if abs(hit.position - chosen.position) <= _BESIDE and _is_beside(hit.element, chosen.element)
        for name in _names(hit.element, hit.strength)
    )
    source: Source = "microdata" if chosen.element.get("itemprop") else "html"
    return Byline(unique((*names, *beside)), _is_sure(chosen), source)


def _is_of_another_role(element: Tree) -> bool:
    """Whether 'Editor:', 'Photo:' or 'Reviewed by' stands in front of it."""
    before = element.getprevious()
    parent = element.getparent()
    if before is not None:
        said = squeeze(before.tail) or (printed_text(before) if len(before) <= 2 else "")
    else:
        said = squeeze(parent.text) if parent is not None else ""
    return bool(said) and _OTHER_ROLE.search(f"{said} ".casefold()) is not None


def _is_sure(hit: _Hit) -> bool:
    return hit.strength >= SURE or begins_with_by(printed_text(hit.element))


def _marks(element: Tree) -> tuple[str, str, str, str]:
    parent = element.getparent()
    above = ("", "") if parent is None else (str(parent.tag), parent.get("class", ""))
    return (str(element.tag), element.get("class", ""), *above)


def _listed(hits: list[_Hit]) -> set[tuple[str, str, str, str]]:
    """Marks that come three times or more, as those of teasers do."""
    counted = Counter(_marks(hit.element) for hit in hits)
    return {marks for marks, count in counted.items() if count >= _LISTED}


def _is_item(element: Tree) -> bool:
    """Whether the element around it says more than a name, as teasers do and lists of authors do not."""
    parent = element.getparent()
    return parent is not None and len(printed_text(parent)) > len(printed_text(element)) + _ITEM


def _is_beside(one: Tree, other: Tree) -> bool:
    """Whether two elements are marked alike and stand in the same list of authors."""
    if one is other or any(one.get(name) != other.get(name) for name in ("class", "itemprop", "rel")):
        return False
    mine, its = one.getparent(), other.getparent()
    return mine is its or (mine.getparent() is its.getparent() and mine.getparent().tag in _LISTS)


_LISTS = ("ul", "ol", "div", "span", "p", "section")
_ENOUGH = 6


def _hits(index: Index) -> tuple[list[_Hit], Place]:
    """The marked elements in order, and where they stand."""
    if not (strength := strengths(index)):
        return [], Place((), ())
    places, place = Place.on(index.tree, _TAGS)
    marked = ((places[one], one, mark) for one, mark in strength.items() if one in places)
    hits = sorted(marked, key=itemgetter(0))[:_MAX_HITS]
    return [_Hit(one, mark, position) for position, one, mark in hits], place


def _names(element: Tree, mark: int) -> tuple[str, ...]:
    """The names inside a marked element: of the elements in it that are marked as names, else of its text."""
    if sum(1 for _ in islice(element.iter(), _MAX_INSIDE + 1)) > _MAX_INSIDE:
        return ()
    inner = [
        part
        for part in element.iterdescendants("a", "span", "b", "strong", "h3", "h4", "p", "li", "div")
        if _is_name(part)
    ]
    if inner:
        names = clean_names(text for part in inner if len(text := _with_companions(part)) <= _MAX_CHARACTERS)
        if people := tuple(name for name in names if is_person(name)):
            return people
        if mark >= SURE and names:
            return tuple(name for name in clean_names([" | ".join(names)]) if _reads_like_a_name(name, True))
    text = printed_text(element)
    if not 2 <= len(text) <= _MAX_CHARACTERS:
        return ()
    sure = mark >= SURE or begins_with_by(text)
    return tuple(name for name in clean_names([text]) if _reads_like_a_name(name, sure))


def _with_companions(element: Tree) -> str:
    """The text, and what follows in brackets: '(with Jo Park)'."""
    tail = squeeze(element.tail)
    return f"{printed_text(element)} {tail if tail.startswith('(') else ''}"


def _is_name(element: Tree) -> bool:
    if element.get("rel") == "author" or element.get("itemprop") == "name":
        return True
    if element.tag == "a":
        return leads_to_author(element.get("href"))
    return "name" in element.get("class", "").lower() or "fn" in element.get("class", "").split()


def printed_text(element: Tree) -> str:
    """The visible text, a bar between what stands on lines or links of its own."""
    if not len(element):
        return squeeze(element.text)
    return squeeze("".join(islice(_pieces(element), _MAX_TEXTS))).strip("| ")


def _pieces(element: Tree) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in _SILENT:
            yield " | "
        elif isinstance(child.tag, str):
            edge = " | " if child.tag in _BLOCKS else _gap(child)
            yield edge
            yield from _pieces(child)
            yield edge
        yield child.tail or ""


def _gap(child: Tree) -> str:
    return " " if child.tag in ("span", "img") else ""


def _reads_like_a_name(name: str, sure: bool) -> bool:
    """A person's or an agency's; one word or lower case will do where the markup is `sure`."""
    return is_person(name) or is_agency(name) or (sure and len(name.split()) <= _MAX_HANDLE_WORDS)

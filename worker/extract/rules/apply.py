"""A rule applied to a page: everything its selectors find, before anything else looks at the tree.

Values are read first, so that a rule can read the author from a line that it strips. Then stripped elements
are removed, captions and credits become the markup that the search for pictures knows, and the body is
copied: fields that the rule does not set are searched in the whole page.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from worker.extract.authors import agencies_in
from worker.extract.authors.names import clean_names
from worker.extract.dates.choose import date_in
from worker.extract.rules.rule import SELDOM, VALUE_KEYS, Rule, strip_name
from worker.extract.types import Source
from worker.extract.words import squeeze, unique
from worker.outcome import Refusal
from worker.text.html import Tree, parse_html

_TO_PICTURE = 5  # levels above a caption that may hold its picture; a guess
_OTHER_TEXT = 200  # characters in such a box apart from the caption; a guess

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleRefusal(Refusal):
    """A refusal of a page on which the site's rule missed something; `rule_misses` are the names."""

    rule_misses: tuple[str, ...] = ()


@dataclass(slots=True)
class Ruled:
    """The result of a rule: fields by the names of `Article`, and the body as a separate tree.

    `misses` are the names of watched selectors (`Rule.watched`) that found nothing.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    body: Tree | None = None
    captioned: bool = False
    misses: tuple[str, ...] = ()

    def settle(self, fields: dict[str, Any], provenance: dict[str, Source]) -> None:
        """Replace the page's fields by those of the rule."""
        for name, value in self.fields.items():
            fields[name] = value
            if not name.endswith("_precision"):
                provenance[name] = "rule"
        if self.body is not None:
            provenance["blocks"] = "rule"
        if self.captioned:
            provenance["images"] = "rule"

    def refusal(self, refusal: Refusal) -> Refusal:
        """Return `refusal` with the rule's misses, which may be its cause."""
        if not self.misses:
            return refusal
        surely = [name for name in self.misses if name.partition(" ")[0] not in SELDOM]
        said = f"the site's rule matched nothing for {', '.join(surely or self.misses)}"
        detail = f"{refusal.detail}; {said}" if refusal.detail else said
        return RuleRefusal(refusal.reason, detail, self.misses)


def apply_rule(rule: Rule | None, tree: Tree) -> Ruled:
    """Return the result of `rule` on the page; removes what it strips from `tree`, and marks its captions."""
    if rule is None:
        return Ruled()
    found: set[str] = set()
    fields: dict[str, Any] = {}
    for key in VALUE_KEYS:
        if settled := read_values(rule, key, tree):
            fields |= settled
            found.add(key)
    bodies = body_elements(rule, tree)
    if bodies:
        found.add("body")
    found |= strip_elements(rule, tree)
    captions = [key for key in ("caption", "credit") if _mark(rule, key, tree)]
    found |= set(captions)
    missed = tuple(name for name in rule.watched if name not in found)
    return Ruled(fields, _copied(bodies) if bodies else None, bool(captions), missed)


def missed_keys(rule: Rule, tree: Tree) -> tuple[str, ...]:
    """Return the names of watched selectors that find nothing in `tree`, which is used up."""
    return apply_rule(rule, tree).misses


def read_values(rule: Rule, key: str, tree: Tree) -> dict[str, Any]:
    """Return the fields that `key` settles: those of its first selector that finds anything."""
    for selector in rule.of(key):
        if fields := _fields_of(key, selector.texts(tree)):
            return dict(fields)
    return {}


def body_elements(rule: Rule, tree: Tree) -> list[Tree]:
    """Return the elements of the body: those of the first selector that matches, without nested ones."""
    for selector in rule.of("body"):
        if elements := selector.elements(tree):
            chosen = set(elements)
            return [one for one in elements if not chosen.intersection(one.iterancestors())]
    return []


def strip_elements(rule: Rule, tree: Tree) -> set[str]:
    """Remove from `tree` what the rule strips; return the names of the selectors that found something."""
    found = {strip_name(selector): selector.elements(tree) for selector in rule.of("strip")}
    for elements in found.values():
        for element in elements:
            if element.getparent() is not None:
                element.drop_tree()
    return {name for name, elements in found.items() if elements}


def _mark(rule: Rule, key: str, tree: Tree) -> bool:
    """Turn the site's captions or credits into the markup that the search for pictures knows."""
    marked = False
    for element in chain.from_iterable(selector.elements(tree) for selector in rule.of(key)):
        figure = _figure_of(element)
        if figure is not None:
            figure.tag = "figure"
            if key == "caption":
                element.tag = "figcaption"
            else:
                element.set("class", "credit")
            marked = True
    return marked


def _figure_of(caption: Tree) -> Tree | None:
    """Return the box around a caption and its picture; a picture before the caption takes it in."""
    most = 2 * _size(caption) + _OTHER_TEXT
    for box in islice(caption.iterancestors(), _TO_PICTURE):
        if box.tag in ("body", "html") or _size(box) > most:
            break
        if box.find(".//img") is not None:
            return box
    before = caption.getprevious()
    if before is None or before.find(".//img") is None or _size(before) > most:
        return None
    before.tail = (before.tail or "") + (caption.tail or "")
    caption.tail = None
    before.append(caption)
    return before


def _size(element: Tree) -> int:
    return sum(len(text.strip()) for text in element.itertext())


def _copied(elements: list[Tree]) -> Tree:
    page = parse_html("<html><body><article></article></body></html>")
    assert not isinstance(page, Refusal)
    article = page.find(".//article")
    for element in elements:
        own = deepcopy(element)
        own.tail = None
        article.append(own)
    return page


def _fields_of(key: str, texts: list[str]) -> Fields:
    """Return the fields of an Article that `texts` settle under `key`; {} if they say nothing."""
    return _READERS[key](texts)


def _one(name: str) -> Callable[[list[str]], Fields]:
    return lambda texts: {name: texts[0]} if texts else {}


def _authors(texts: list[str]) -> Fields:
    names = clean_names(texts)
    return {"authors": names, "agencies": agencies_in(names)} if names else {}


def _published(texts: list[str]) -> Fields:
    return dict(zip(("published", "published_precision"), _date(texts), strict=False))


def _modified(texts: list[str]) -> Fields:
    return dict(zip(("modified", "modified_precision"), _date(texts), strict=False))


def _date(texts: list[str]) -> tuple[Any, ...]:
    """Return the first date with an instant, otherwise the first date, with its precision; or ()."""
    found = [date for text in texts if (date := date_in(text))]
    return next((date for date in found if date[1] == "instant"), found[0] if found else ())


def _tags(texts: list[str]) -> Fields:
    tags = unique(squeeze(part) for text in texts for part in text.split(","))
    return {"tags": tags} if tags else {}


_READERS: Mapping[str, Callable[[list[str]], Fields]] = {
    "title": _one("title"),
    "author": _authors,
    "date": _published,
    "modified": _modified,
    "summary": _one("summary"),
    "section": _one("section"),
    "tags": _tags,
}

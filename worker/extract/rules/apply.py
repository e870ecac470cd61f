"""A rule on a page: what its selectors find, taken before anything else looks at the tree.

Values are read first, so that a rule may read the author from a line that it strips. Then what is to be
stripped goes, captions and credits become the markup that every reader of pictures knows, and the body is
copied out: what looks for the fields that the rule leaves open works on the whole page.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from worker.extract.rules.rule import SELDOM, VALUE_KEYS, Rule, strip_name
from worker.extract.rules.selector import Selector
from worker.extract.rules.values import fields_of
from worker.extract.types import Source
from worker.outcome import Refusal
from worker.text.html import Tree, parse_html

_TO_PICTURE = 5
_BESIDE = 200
"""How many boxes around a caption may be that of its picture, and how many characters may stand there too."""


@dataclass(frozen=True, slots=True)
class RuleRefusal(Refusal):
    """A refusal of a page whose rule missed something; the names of what it missed."""

    rule_misses: tuple[str, ...] = ()


@dataclass(slots=True)
class Ruled:
    """What a rule found: fields by the names of `Article`, and the body as a tree of its own.

    `misses` names what gave nothing here though the rule watches it (`Rule.watched`).
    """

    fields: dict[str, Any] = field(default_factory=dict)
    body: Tree | None = None
    captioned: bool = False
    misses: tuple[str, ...] = ()

    def settle(self, fields: dict[str, Any], provenance: dict[str, Source]) -> None:
        """Put the rule's fields over those of the page itself."""
        for name, value in self.fields.items():
            fields[name] = value
            if name != "published_precision":
                provenance[name] = "rule"
        if self.body is not None:
            provenance["blocks"] = "rule"
        if self.captioned:
            provenance["images"] = "rule"

    def refusal(self, refusal: Refusal) -> Refusal:
        """`refusal` with what the rule missed, which may be why."""
        if not self.misses:
            return refusal
        surely = [name for name in self.misses if name.partition(" ")[0] not in SELDOM]
        said = f"the site's rule matched nothing for {', '.join(surely or self.misses)}"
        detail = f"{refusal.detail}; {said}" if refusal.detail else said
        return RuleRefusal(refusal.reason, detail, self.misses)


def apply_rule(rule: Rule | None, tree: Tree) -> Ruled:
    """What `rule` finds on the page; takes out of `tree` what the rule strips, and marks its captions."""
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
    found |= strip(rule, tree)
    captions = [key for key in ("caption", "credit") if _mark(rule, key, tree)]
    found |= set(captions)
    missed = tuple(name for name in rule.watched if name not in found)
    return Ruled(fields, _copied(bodies) if bodies else None, bool(captions), missed)


def missed_keys(rule: Rule, tree: Tree) -> tuple[str, ...]:
    """The names of what the rule watches and `tree` lacks; `tree` is used up."""
    return apply_rule(rule, tree).misses


def read_values(rule: Rule, key: str, tree: Tree) -> dict[str, Any]:
    """The fields that `key` settles: those of the first of its selectors that says anything."""
    for selector in rule.of(key):
        if fields := fields_of(key, selector.values(tree)):
            return dict(fields)
    return {}


def body_elements(rule: Rule, tree: Tree) -> list[Tree]:
    """The elements of the body: what the first selector that matches finds, each text once."""
    for selector in rule.of("body"):
        if elements := selector.elements(tree):
            chosen = set(elements)
            return [one for one in elements if not chosen.intersection(one.iterancestors())]
    return []


def strip(rule: Rule, tree: Tree) -> set[str]:
    """Take out of `tree` what the rule strips; the names of the selectors that found something."""
    found = {strip_name(selector): selector.elements(tree) for selector in rule.of("strip")}
    for elements in found.values():
        for element in elements:
            if element.getparent() is not None:
                element.drop_tree()
    return {name for name, elements in found.items() if elements}


def _mark(rule: Rule, key: str, tree: Tree) -> bool:
    """Turn the site's captions or credits into the markup that readers of pictures know."""
    marked = False
    for element in _all(rule.of(key), tree):
        figure = _figure_of(element)
        if figure is not None:
            figure.tag = "figure"
            if key == "caption":
                element.tag = "figcaption"
            else:
                element.set("class", "credit")
            marked = True
    return marked


def _all(selectors: Iterable[Selector], tree: Tree) -> Iterator[Tree]:
    for selector in selectors:
        yield from selector.elements(tree)


def _figure_of(caption: Tree) -> Tree | None:
    """The box around a caption and its picture and little else; one before the caption takes that in."""
    most = 2 * _size(caption) + _BESIDE
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
    """A page whose article is these elements and nothing else."""
    page = parse_html("<html><body><article></article></body></html>")
    assert not isinstance(page, Refusal)
    article = page.find(".//article")
    for element in elements:
        own = deepcopy(element)
        own.tail = None
        article.append(own)
    return page

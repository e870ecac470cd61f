"""Trying a rule on one page: what its selectors match, and the article with and without the rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.extract import Article, Rules, extract, to_document
from worker.extract.compare import changed_fields
from worker.extract.rules.apply import missed_keys
from worker.extract.rules.rule import ELEMENT_KEYS, Rule
from worker.outcome import Refusal
from worker.text.html import Tree, parse_page


@dataclass(frozen=True, slots=True)
class SelectorMatches:
    """What one selector matches: the number of elements or texts, and the text of the first."""

    key: str
    selector: str
    matches: int
    value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the rule changes, as JSON; of blocks, the texts that the other article lacks."""

    field: str
    with_rule: Any
    without: Any


@dataclass(frozen=True, slots=True)
class Trial:
    """The result; `missed` are selectors that matched nothing and are not optional."""

    file: str
    url: str
    found: tuple[SelectorMatches, ...]
    missed: tuple[str, ...]
    result: Article | Refusal
    differences: tuple[Difference, ...]


def try_rule(
    rules: Rules,
    rule: Rule,
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    now: datetime | None = None,
) -> Trial:
    """Try `rule` on a page that was read at `now`; it is the rule of `rules` for `url`."""
    tree = parse_page(body, content_type)
    found = () if isinstance(tree, Refusal) else tuple(_found(rule, tree))
    missed = tuple(rule.watched) if isinstance(tree, Refusal) else missed_keys(rule, tree)
    ruled = extract(body, url=url, content_type=content_type, rules=rules, now=now)
    plain = extract(body, url=url, content_type=content_type, now=now)
    return Trial(rule.file, url, found, missed, ruled, tuple(_differences(ruled, plain)))


def _found(rule: Rule, tree: Tree) -> Iterator[SelectorMatches]:
    for key, selectors in rule.selectors.items():
        for selector in selectors:
            values = selector.texts(tree)
            count = len(selector.elements(tree) if key in ELEMENT_KEYS else values)
            yield SelectorMatches(key, selector.text, count, values[0] if values else "")


def _differences(ruled: Article | Refusal, plain: Article | Refusal) -> Iterator[Difference]:
    if isinstance(ruled, Refusal) or isinstance(plain, Refusal):
        if isinstance(ruled, Refusal) != isinstance(plain, Refusal):
            yield Difference("article", _verdict(ruled), _verdict(plain))
        return
    new, old = to_document(ruled), to_document(plain)
    for name in changed_fields(old, new):
        if name in ("text", "blocks"):
            texts = [[block["text"] for block in document["blocks"]] for document in (new, old)]
            yield Difference(name, *(_lacking(one, other) for one, other in (texts, texts[::-1])))
        else:
            yield Difference(name, new[name], old[name])


def _lacking(texts: list[str], others: list[str]) -> list[str]:
    known = set(others)
    return [text for text in texts if text not in known]


def _verdict(result: Article | Refusal) -> str:
    return f"{result.word_count} words" if isinstance(result, Article) else str(result.reason)

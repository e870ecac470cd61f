"""Rule files: TOML in, `Rules` out, or one line for each file with a mistake."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from worker.extract.rules.rule import (
    ELEMENT_KEYS,
    SELECTOR_KEYS,
    BadPagePattern,
    PagePattern,
    Rule,
    Rules,
    read_page_pattern,
)
from worker.extract.rules.selector import BadSelector, Selector, read_selector

# Parts of messages.
_KEYS = ("hosts", "optional", *SELECTOR_KEYS)
_HOW = "docs/rules.md describes how rules are written"


class RulesError(Exception):
    """Raised for wrong rules; `problems` has one line for each file, and the message is the first of them."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        others = len(problems) - 1
        more = f" (and {others} more: `wiredesk rules check` shows them)" if others else ""
        super().__init__(f"{problems[0]}{more}")
        self.problems = problems


class _Mistake(Exception):
    """Raised for a mistake in one file."""


def read_rules(files: Mapping[str, bytes]) -> Rules:
    """Return the rules of these files, given by name and content. Raises `RulesError`."""
    rules: list[Rule] = []
    problems: list[str] = []
    owners: dict[PagePattern, str] = {}
    for name, content in sorted(files.items()):
        try:
            rule = _rule(name, _table(content))
            _claim(rule, owners)
        except _Mistake as mistake:
            problems.append(f"{name}: {' '.join(str(mistake).split())}")
        else:
            rules.append(rule)
    if problems:
        raise RulesError(tuple(problems))
    return Rules.of(rules)


def _table(content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise _Mistake("is not UTF-8: save it in that encoding") from None
    except RecursionError:
        raise _Mistake(f"is nested too deeply; {_HOW}") from None
    except ValueError as error:
        raise _Mistake(f"is not valid TOML: {error}; {_HOW}") from None


def _rule(name: str, table: Mapping[str, Any]) -> Rule:
    for key in table:
        if key not in _KEYS:
            raise _Mistake(f"there is no key {key!r}{_nearest(key, _KEYS)}")
    if "hosts" not in table:
        raise _Mistake("hosts is missing: say which pages the rule is for, as hosts = 'news.example'")
    selectors = {key: tuple(_selectors(key, table[key])) for key in SELECTOR_KEYS if key in table}
    if not selectors:
        raise _Mistake(f"has no selectors, so it does nothing: add one of {', '.join(SELECTOR_KEYS)}")
    return Rule(name, tuple(_pages(table["hosts"])), selectors, _optional(table, selectors))


def _pages(value: Any) -> Iterator[PagePattern]:
    for text in _texts("hosts", value, "a host such as 'news.example'"):
        try:
            yield read_page_pattern(text)
        except BadPagePattern as error:
            raise _Mistake(f"hosts: {error}") from None


def _selectors(key: str, value: Any) -> Iterator[Selector]:
    for text in _texts(key, value, "a selector such as 'div.story'"):
        try:
            yield read_selector(text, of_elements=key in ELEMENT_KEYS)
        except BadSelector as error:
            raise _Mistake(f"{key}: {error}") from None


def _optional(table: Mapping[str, Any], selectors: Mapping[str, Any]) -> frozenset[str]:
    names = _texts("optional", table["optional"], "a key such as 'author'") if "optional" in table else []
    for name in names:
        if name not in selectors:
            raise _Mistake(f"optional: this rule has no {name!r}{_nearest(name, tuple(selectors))}")
    return frozenset(names)


def _texts(key: str, value: Any, example: str) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _Mistake(f"{key} must be {example} in quotes, or a list of them in [ ]")
    if not all(text.strip() for text in texts) or not texts:
        raise _Mistake(f"{key} is empty: leave it out, or write {example}")
    return texts


def _claim(rule: Rule, owners: dict[PagePattern, str]) -> None:
    for place in rule.pages:
        other = owners.setdefault(place, rule.file)
        if other != rule.file:
            raise _Mistake(f"hosts: {place} has a rule in {other} already: keep one of them")


def _nearest(name: str, known: tuple[str, ...]) -> str:
    found = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {found[0]}?" if found else f"; the keys are {', '.join(known)}"

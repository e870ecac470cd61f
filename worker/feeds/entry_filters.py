"""The operator's filters: which entries are kept out. Pure.

Filters are tried in their order, and the first that matches decides: `allow` lets an entry in, `block` keeps
it out. An entry that none matches is let in. A filter matches if each of its conditions does; a condition has
several values, of which one must match. So an allow-list consists of filters that allow, followed by one
without conditions that blocks.

Language is known only after the page was read, as is the title of what a sitemap or an archive lists without
one; and the page may have another title than the feed. So entries are tried twice: when they are discovered,
where a filter by what is not known yet leaves the decision open, and when their text is known."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FILTERED_BY = ("url", "title", "label", "language")
"""The conditions of a filter, as they are called in the file."""

MOST = 1000
"""Filters of a file: each is tried with each entry. A guess; ten times as many as anybody writes."""


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What filters are tried with; `is_read`: the text is known, and with it the language, if there is one.

    `labels` are those of the feed, `language` is a code such as 'de' or 'pt-BR'.
    """

    url: str | None
    title: str | None
    labels: Iterable[str] = ()
    language: str | None = None
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """A filter: `blocks`, or allows, what all of its conditions match. No values: no condition."""

    name: str
    blocks: bool
    url: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    language: tuple[str, ...] = ()

    def matches(self, facts: EntryFacts) -> bool | None:
        """Whether the filter matches; None if that depends on a text that was not read yet."""
        if self.url and not _like_one_of(self.url, facts.url):
            return False
        if self.label and not _folded(self.label) & _folded(facts.labels):
            return False
        is_open = False
        if self.title:
            if facts.title is None and not facts.is_read:
                is_open = True
            elif not _like_one_of(self.title, facts.title):
                return False
        if self.language:
            if not facts.is_read:
                is_open = True
            elif not _is_language(self.language, facts.language):
                return False
        return None if is_open else True


EntryFilters = tuple[EntryFilter, ...]
"""The filters of a file, in their order."""


def blocking(filters: Sequence[EntryFilter], facts: EntryFacts) -> EntryFilter | None:
    """Return the filter that keeps an entry out; None if it is let in, or the decision is still open."""
    for one in filters:
        matches = one.matches(facts)
        if matches is None:
            return None
        if matches:
            return one if one.blocks else None
    return None


def is_like(pattern: str, text: str) -> bool:
    """Whether `text` as a whole is like `pattern`, in which `*` stands for any characters. Case does not
    count.

    The time is linear in the length of `text` for each part of the pattern.
    """
    first, *parts = pattern.casefold().split("*")
    rest = text.casefold()
    if not parts:
        return rest == first
    if not rest.startswith(first):
        return False
    rest = rest[len(first) :]
    *middle, last = parts
    for part in middle:
        at = rest.find(part)
        if at < 0:
            return False
        rest = rest[at + len(part) :]
    return rest.endswith(last)


def _like_one_of(patterns: Iterable[str], text: str | None) -> bool:
    return text is not None and any(is_like(pattern, text) for pattern in patterns)


def _folded(words: Iterable[str]) -> set[str]:
    return {word.casefold() for word in words}


def _is_language(wanted: Iterable[str], language: str | None) -> bool:
    """Whether a language is a wanted one, or a variety of it: 'pt-BR' is 'pt'."""
    code = (language or "").casefold()
    return any(code == one or code.startswith(f"{one}-") for one in _folded(wanted))


def read_filters(body: bytes) -> EntryFilters:
    """Return the filters of a file. Raises ValueError with one line that says what is wrong."""
    try:
        tables = tomllib.loads(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"is not valid TOML: {error}") from None
    listed = tables.pop("filter", [])
    if tables or not isinstance(listed, list):
        raise ValueError(f"{next(iter(tables), 'filter')}: begin each filter with [[filter]]")
    if len(listed) > MOST:
        raise ValueError(f"has {len(listed)} filters, of at most {MOST}: put several values into one filter")
    filters = tuple(_filter(number, table) for number, table in enumerate(listed, 1))
    names = [one.name for one in filters]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"the name {twice!r} occurs twice: each filter has another name")
    return filters


def _filter(number: int, table: Mapping[str, Any]) -> EntryFilter:
    name, action = table.get("name"), table.get("action")
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise ValueError(f'filter {number}: name it, as name = "horoscopes"')
    if action not in ("block", "allow"):
        raise ValueError(f'filter {name!r}: action must be "block" or "allow"')
    if unknown := [key for key in table if key not in ("name", "action", *FILTERED_BY)]:
        raise ValueError(f"filter {name!r}: unknown key {unknown[0]!r}; use {', '.join(FILTERED_BY)}")
    return EntryFilter(name, action == "block", **{key: _values(name, key, table) for key in FILTERED_BY})


def _values(name: str, key: str, table: Mapping[str, Any]) -> tuple[str, ...]:
    if key not in table:
        return ()
    given = [table[key]] if isinstance(table[key], str) else table[key]
    if not isinstance(given, list) or not given or not all(isinstance(one, str) and one for one in given):
        raise ValueError(f"filter {name!r}: {key} must be a text, or a list of texts")
    return tuple(given)

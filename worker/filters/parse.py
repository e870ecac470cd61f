"""Reading filters: from pairs of names and values, as in a query string, and from text."""

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches

from worker.filters.conditions import CONDITIONS, FilterError
from worker.filters.terms import AND, EVERYTHING, Filter, Term

SEARCH = "search"
"""The name that stands for a saved search."""

MOST_VALUES = 100
"""Values in one filter. A guess: far more than a person writes, few enough for any plan of PostgreSQL."""

LONGEST_VALUE = 500
"""Characters in one value, the limit of searches. Addresses of feeds are shorter."""

_TOKEN = re.compile(r"""(?:[^\s"'\\]|"(?:[^"\\]|\\.)*"|'[^']*')+""", re.DOTALL)
"""A word of the text; quotes keep spaces."""
_PIECE = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^']*)'|([^"']+)""", re.DOTALL)
"""A part of a word: in double quotes, in single quotes, or plain."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SEARCH_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""The name of a saved search: it is part of addresses."""
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL does not store in text: NUL, and halves of surrogate pairs."""

Saved = Callable[[str], Filter | None]


def no_searches(name: str) -> Filter | None:
    """Return None: where no saved searches can be looked up."""
    return None


def parse_pairs(pairs: Iterable[tuple[str, str]], *, saved: Saved = no_searches) -> Filter:
    """Return the filter of these conditions; `search` names another filter, which must hold, too.

    `saved` looks saved searches up. Raises `FilterError`.
    """
    wanted: dict[str, list[str]] = {}
    refused: dict[str, list[str]] = {}
    base: Filter | None = None
    count = 0
    for name, value in pairs:
        count += 1
        if count > MOST_VALUES:
            raise FilterError(f"a filter has at most {MOST_VALUES} values")
        value = _clean(name, value)
        if name == SEARCH:
            if base is not None:
                raise FilterError("search: name one saved search")
            base = _looked_up(value, saved)
            continue
        negated, spelled = _read(name, value)
        values = (refused if negated else wanted).setdefault(name, [])
        if values and CONDITIONS[name].single:
            raise FilterError(f"{name}: write it once")
        values.append(spelled)
    terms = [Term(name, tuple(values)) for name, values in wanted.items()]
    terms += [Term(name, tuple(values), True) for name, values in refused.items()]
    return Filter.of(terms) & (base or EVERYTHING)


def parse_text(text: str, *, saved: Saved = no_searches) -> Filter:
    """Return the filter that `text` spells: `q="storm surge" language=de publisher=-x.example`.

    Groups of conditions with the word `and` between them must all hold. Raises `FilterError`.
    """
    filter_ = EVERYTHING
    for group in _groups(text):
        filter_ &= parse_pairs(group, saved=saved)
    return filter_


def search_name(name: str) -> str:
    """Return the name of a saved search. Raises `FilterError` if it cannot be one."""
    if not _SEARCH_NAME.fullmatch(name):
        raise FilterError(
            f"{name[:80]!r} cannot name a search: write small letters, digits, - and _, at most 64"
        )
    return name


def _groups(text: str) -> Iterator[list[tuple[str, str]]]:
    group: list[tuple[str, str]] = []
    for token in _tokens(text):
        if token == AND:
            yield group
            group = []
            continue
        name, equals, value = token.partition("=")
        if not equals or not name.isidentifier():
            raise FilterError(f"{_plain(token)[:80]!r} is not a condition: write NAME=VALUE, such as q=storm")
        group.append((name, _plain(value)))
    yield group


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _TOKEN.match(text, at)
        if found is None or (found.end() < len(text) and not text[found.end()].isspace()):
            rest = text[found.end() if found else at :]
            problem = "outside quotes is not allowed" if rest[0] == "\\" else "is never closed"
            raise FilterError(f"{rest[0]} {problem} in: {text[at : at + 80]!r}")
        yield found[0]
        at = found.end()


def _plain(token: str) -> str:
    """Return a token without its quotes."""
    return "".join(
        _ESCAPE.sub(r"\1", double) if double else single or bare
        for double, single, bare in _PIECE.findall(token)
    )


def _clean(name: str, value: str) -> str:
    if _NOT_STORABLE.search(value):
        raise FilterError(f"{name}: has characters that no text has")
    value = " ".join(value.split())
    if not value:
        raise FilterError(f"{name}: is empty; leave it out, or write a value")
    if len(value) > LONGEST_VALUE:
        raise FilterError(f"{name}: is longer than {LONGEST_VALUE} characters")
    return value


def _looked_up(name: str, saved: Saved) -> Filter:
    found = saved(search_name(name))
    if found is None:
        raise FilterError(f"search: no search is saved as {name!r}; `wiredesk searches list` shows them")
    return found


def _read(name: str, value: str) -> tuple[bool, str]:
    """Return whether a condition is negated, and its value in the canonical spelling."""
    condition = CONDITIONS.get(name)
    if condition is None:
        raise FilterError(unknown_name(name, (*CONDITIONS, SEARCH)))
    negated = condition.is_negation(value)
    bare = value[1:].strip() if negated else value
    if not bare:
        raise FilterError(f"{name}: nothing follows the -")
    try:
        return negated, condition.read(bare)
    except FilterError:
        raise
    except ValueError as error:
        raise FilterError(f"{name}: {bare[:80]!r} is not possible: {error}") from None


def unknown_name(name: str, known: Iterable[str], *, what: str = "condition") -> str:
    """Return the message about an unknown name, with the nearest known one, else all of them."""
    listed = list(known)
    near = get_close_matches(name[:80].lower(), listed, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(listed)}"
    return f"{name[:80]!r}: no such {what}; {hint if listed else 'there are none here'}"

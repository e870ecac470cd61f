"""Filters as query parameters."""

import shlex
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from wiredesk_client.errors import WiredeskError

Pairs: TypeAlias = tuple[tuple[str, str], ...]
FilterLike: TypeAlias = str | Mapping[str, str | Iterable[str]] | None
"""A filter as text (`q="storm surge" language=de`) or as a mapping; several values of a name mean or."""


def pairs_of(given: FilterLike) -> Pairs:
    """Return the query parameters of a filter. What the names mean is the service's to say."""
    if given is None:
        return ()
    if isinstance(given, str):
        return tuple(_pair(word) for word in _words(given))
    return tuple(
        (name, value)
        for name, values in given.items()
        for value in ([values] if isinstance(values, str) else values)
    )


def text_of(pairs: Pairs) -> str:
    """Return pairs as text that `pairs_of` reads again."""
    return " ".join(f"{name}={shlex.quote(value)}" for name, value in pairs)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise WiredeskError(f"filter {text!r}: {error}") from None


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise WiredeskError(f'filter: {word!r} is not name=value; for words write q="…"')
    return name, value

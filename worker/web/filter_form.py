"""The form of a filter on the page of articles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from worker.filters.conditions import CONDITIONS
from worker.filters.parse import SEARCH


@dataclass(frozen=True, slots=True)
class FilterField:
    """A condition in the form: its name, what it means, what is filled in, and what may be chosen.

    `choices` is empty for a field that is typed into.
    """

    name: str
    words: str
    given: tuple[str, ...]
    choices: tuple[str, ...]


def filter_fields(pairs: Iterable[tuple[str, str]]) -> Sequence[FilterField]:
    """Return the fields of the form with the values of a query string filled in, however wrong they are."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    return [
        FilterField(name, kind.words, tuple(given.get(name, ())), kind.values)
        for name, kind in CONDITIONS.items()
    ] + [FilterField(SEARCH, "a saved search", tuple(given.get(SEARCH, ())), ())]

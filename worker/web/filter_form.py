"""The form of a filter on the page of articles: every condition, the plain ones first, the others folded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from worker.filters.conditions import CONDITIONS
from worker.filters.parse import SEARCH

Pairs = Sequence[tuple[str, str]]

LABELS: Mapping[str, str] = {
    "q": "Search",
    "language": "Language",
    "publisher": "Publisher",
    "feed": "Feed",
    "label": "Label",
    "kind": "Kind",
    "state": "State",
    "story": "Story",
    "wire": "Agency's text",
    "rights": "Rights",
    "published_from": "Published from",
    "published_to": "Published to",
    "stored_from": "Stored from",
    "stored_to": "Stored to",
    "changed": "Changed field",
    "cause": "Cause of a change",
    "min_words": "Words of an edit, at least",
    SEARCH: "Saved search",
}
"""What people call the conditions."""

PLAIN = ("language", "publisher", "kind", "published_from", "published_to", SEARCH)
"""The conditions that are shown at once: those that most lists are narrowed by, a guess."""

SAVED_WORDS = "its conditions must hold, too"
"""What the condition `search` means."""


@dataclass(frozen=True, slots=True)
class FilterField:
    """A condition in the form: its name, what it means, what is filled in, and what may be chosen.

    `choices` is empty for a field that is typed into.
    """

    name: str
    label: str
    words: str
    given: tuple[str, ...]
    choices: tuple[str, ...]
    is_single: bool

    @property
    def is_plain(self) -> bool:
        """Whether it is shown at once."""
        return self.name in PLAIN

    @property
    def is_day(self) -> bool:
        """Whether it is a date whose values are whole days, or empty: a browser can offer a calendar."""
        return self.name.endswith(("_from", "_to")) and all(len(value) == 10 for value in self.given)

    @property
    def values(self) -> tuple[str, ...]:
        """The values to show inputs for: those given, and an empty one where another may be added."""
        return self.given if self.given and self.is_single else (*self.given, "")


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition that is in force, and the query string without it."""

    label: str
    value: str
    without: str


def filter_fields(pairs: Pairs, *, searches: Sequence[str] = ()) -> Sequence[FilterField]:
    """Return the fields of the form with the values of a query string filled in, however wrong they are."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    fields = [
        FilterField(name, LABELS[name], kind.words, tuple(given.get(name, ())), kind.values, kind.single)
        for name, kind in CONDITIONS.items()
    ]
    saved = tuple(given.get(SEARCH, ()))
    return [*fields, FilterField(SEARCH, LABELS[SEARCH], SAVED_WORDS, saved, tuple(searches), True)]


def chips(pairs: Pairs, *, kept: Iterable[tuple[str, str]] = ()) -> list[Chip]:
    """Return the conditions of a query string, each with a link that drops it; `kept` is in all links."""
    return [
        Chip(LABELS.get(name, name), value, urlencode([*pairs[:place], *pairs[place + 1 :], *kept]))
        for place, (name, value) in enumerate(pairs)
    ]

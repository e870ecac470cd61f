"""A filter as a value: terms that must all hold, in a canonical order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from worker.filters.conditions import CONDITIONS

AND = "and"
"""The word between groups of conditions in the text of a filter."""

_ORDER = {name: place for place, name in enumerate(CONDITIONS)}
_PLAIN = re.compile(r"[^\s'\"\\]+")
"""A value that can be written without quotes."""


@dataclass(frozen=True, slots=True)
class Term:
    """A condition that holds if one of `values` applies; negated: if none of them does.

    The values are in their canonical spelling, sorted and without repetitions.
    """

    name: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """Terms that must all hold. Equal filters have equal terms; a filter without terms is false in `if`."""

    terms: tuple[Term, ...] = ()

    @classmethod
    def of(cls, terms: Iterable[Term]) -> "Filter":
        """Build a filter in canonical order; negated terms of one name become one."""
        kept: set[Term] = set()
        refused: dict[str, set[str]] = {}
        for term in terms:
            if term.negated:
                refused.setdefault(term.name, set()).update(term.values)
            else:
                kept.add(Term(term.name, tuple(sorted(set(term.values)))))
        kept.update(Term(name, tuple(sorted(values)), True) for name, values in refused.items())
        return cls(tuple(sorted(kept, key=lambda term: (_ORDER[term.name], term.negated, term.values))))

    def __and__(self, other: "Filter") -> "Filter":
        """Return the filter of what both match."""
        return Filter.of((*self.terms, *other.terms))

    def __bool__(self) -> bool:
        """Return whether there are terms."""
        return bool(self.terms)

    def __str__(self) -> str:
        """Return the text from which `parse_text` makes this filter."""
        return f" {AND} ".join(" ".join(map(_written, group)) for group in self._groups())

    def named(self, *names: str) -> tuple[Term, ...]:
        """Return the terms with these names."""
        return tuple(term for term in self.terms if term.name in names)

    def wanted(self, name: str) -> tuple[Term, ...]:
        """Return the terms with this name that are not negated."""
        return tuple(term for term in self.named(name) if not term.negated)

    def only(self, *names: str) -> "Filter":
        """Return the filter of the terms with these names."""
        return Filter(self.named(*names))

    def without(self, *names: str) -> "Filter":
        """Return the filter without the terms of these names."""
        return Filter(tuple(term for term in self.terms if term.name not in names))

    def _groups(self) -> Iterator[list[Term]]:
        """Yield groups in which no name has two terms that would be read as one."""
        rest = list(self.terms)
        while rest:
            seen: set[tuple[str, bool]] = set()
            group, later = [], []
            for term in rest:
                later.append(term) if (term.name, term.negated) in seen else group.append(term)
                seen.add((term.name, term.negated))
            yield group
            rest = later


EVERYTHING = Filter()
"""The filter that matches every article."""


def _written(term: Term) -> str:
    sign = "-" if term.negated else ""
    return " ".join(f"{term.name}={_quoted(sign + value)}" for value in term.values)


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    if "'" not in value:
        return f"'{value}'" if '"' in value or "\\" in value else f'"{value}"'
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

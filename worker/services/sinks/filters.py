"""The filter of a sink: its own conditions, and saved searches that it follows.

A sink keeps the names of the searches, not their conditions, so it gets what they mean when a line is
delivered. A search that a sink names cannot be removed.
"""

from worker.filters import EVERYTHING, Filter, parse_text
from worker.filters.parse import SEARCH
from worker.filters.terms import AND
from worker.store import Connection, searches


def sink_filter(db: Connection, text: str) -> str:
    """Return the canonical text of a sink's filter, in which saved searches are still named.

    The searches cannot be removed until the transaction ends. Raises `FilterError`.
    """
    parse_text(text, saved=lambda name: searches.hold(db, name))
    own, names = _parts(text)
    return f" {AND} ".join([*(f"{SEARCH}={name}" for name in names), *([str(own)] if own else [])])


def current_filter(db: Connection, text: str) -> Filter:
    """Return what a sink's filter means now. Raises `FilterError` if a search that it names is missing."""
    return parse_text(text, saved=lambda name: searches.get(db, name))


def searches_of(text: str) -> tuple[str, ...]:
    """Return the names of the saved searches that a sink's filter follows."""
    return _parts(text)[1]


def _parts(text: str) -> tuple[Filter, tuple[str, ...]]:
    """Return the conditions of a filter and the saved searches that it names, sorted."""
    names: set[str] = set()

    def note(name: str) -> Filter:
        names.add(name)
        return EVERYTHING

    return parse_text(text, saved=note), tuple(sorted(names))

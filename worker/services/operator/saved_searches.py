"""Saving and removing searches; with an `actor`, each has a line in the audit log."""

from datetime import datetime

from worker.filters import Filter, parse_text, search_name
from worker.rows.access import Actor
from worker.services.sinks.filters import searches_of
from worker.store import Connection, audit, searches, sinks


class BadSearch(ValueError):
    """A search cannot be saved or removed like this; the text is one line for the user."""


def save_search(
    db: Connection, name: str, text: str, *, now: datetime, actor: Actor | None = None
) -> tuple[Filter, bool]:
    """Save a filter under a name, in place of an older one; return it, and whether the name was new.

    Raises `BadSearch` and `FilterError`.
    """
    wanted = parse_text(text, saved=lambda other: searches.get(db, other))
    if not wanted:
        raise BadSearch("the filter is empty: write conditions, such as language=de")
    is_new = searches.add(db, search_name(name), wanted, now=now)
    if actor is not None:
        audit.record(db, actor.name, "search.saved", f"search:{name}", {"filter": str(wanted)}, now=now)
    return wanted, is_new


def remove_search(db: Connection, name: str, *, now: datetime, actor: Actor | None = None) -> None:
    """Forget a saved search. Raises `BadSearch` if it is unknown, or sinks follow it."""
    if not searches.lock(db, name):
        raise BadSearch(f"no search is saved as {name}; `wiredesk searches list` shows them")
    if followed := followers_of(db, name):
        raise BadSearch(f"{name} is followed by the sinks {', '.join(followed)}: remove these first")
    searches.remove(db, name)
    if actor is not None:
        audit.record(db, actor.name, "search.removed", f"search:{name}", now=now)


def followers_of(db: Connection, name: str) -> list[str]:
    """Return the names of the sinks that follow a saved search."""
    return [sink for sink, filter_ in sinks.filters(db).items() if name in searches_of(filter_)]

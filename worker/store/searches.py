"""Saved searches: filters with a name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from worker.filters import Filter, parse_text
from worker.store.db import Connection, rows, run, value


def add(db: Connection, name: str, filter_: Filter, *, now: datetime) -> bool:
    """Save a filter under a name, in place of an older one; return whether the name was new."""
    known = value(db, "SELECT true FROM searches WHERE name = :name", name=name)
    run(
        db,
        """INSERT INTO searches (name, filter, added_at) VALUES (:name, :filter, :now)
        ON CONFLICT (name) DO UPDATE SET filter = excluded.filter, changed_at = :now""",
        name=name,
        filter=str(filter_),
        now=now,
    )
    return not known


def get(db: Connection, name: str) -> Filter | None:
    """Return the filter with this name; None if there is no such search."""
    text = value(db, "SELECT filter FROM searches WHERE name = :name", name=name)
    return None if text is None else parse_text(text)


def hold(db: Connection, name: str) -> Filter | None:
    """Return the filter with this name, which cannot be removed until the transaction ends."""
    text = value(db, "SELECT filter FROM searches WHERE name = :name FOR KEY SHARE", name=name)
    return None if text is None else parse_text(text)


def lock(db: Connection, name: str) -> bool:
    """Wait until no transaction holds the search, and keep others from it; return False if it is missing."""
    return value(db, "SELECT true FROM searches WHERE name = :name FOR UPDATE", name=name) is True


def remove(db: Connection, name: str) -> bool:
    """Forget a saved search; return whether there was one."""
    return run(db, "DELETE FROM searches WHERE name = :name", name=name) > 0


def all(db: Connection) -> Mapping[str, Filter]:
    """Return all saved searches by name."""
    found = rows(db, "SELECT name, filter FROM searches ORDER BY name")
    return {row["name"]: parse_text(row["filter"]) for row in found}


def listing(db: Connection) -> list[dict[str, Any]]:
    """Return all saved searches with their filters as text and when they were saved, by name."""
    return rows(db, "SELECT name, filter, added_at, changed_at FROM searches ORDER BY name")

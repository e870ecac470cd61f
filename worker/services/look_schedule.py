"""When the page of a stored article is fetched again, and why then: for people.

The decision itself is in `worker.services.fetch.decide`; this reads what it has left on the entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.model import EntryState, LookState
from worker.outcome import words_of_look


@dataclass(frozen=True, slots=True)
class LookPlan:
    """When an entry's page is fetched next (None: it is not), why, and how many planned looks are done."""

    due_at: datetime | None
    why: str
    done: int
    planned: int


def look_plan(entry: Mapping[str, Any], *, ages: Sequence[timedelta]) -> LookPlan | None:
    """Return the plan of an entry as `article_trail.entries_of` has it; None if it is not stored."""
    if entry["state"] != EntryState.STORED:
        return None
    return LookPlan(entry["due_at"], _why(entry, ages), min(entry["looks"], len(ages)), len(ages))


def _why(entry: Mapping[str, Any], ages: Sequence[timedelta]) -> str:
    looks, due_at = entry["looks"], entry["due_at"]
    if due_at is None:
        if not ages:
            return "no later looks are set (look_again_seconds)"
        if entry["errors"]:
            return "its page is gone, and that was confirmed"
        done = "all planned looks are done" if looks >= len(ages) else "no further look is planned"
        return f"{done}; an edit in its feed fetches it again"
    if entry["look"] != LookState.GOOD:
        return "the last look was not good, so it is checked sooner"
    if entry["errors"] and entry["reason"]:
        return f"the last look failed ({words_of_look(entry['reason'])}), so it is made again"
    if looks < len(ages):
        return f"look {looks + 1} of the {len(ages)} planned ones"
    return "an edit in its feed, or the operator, wants it"

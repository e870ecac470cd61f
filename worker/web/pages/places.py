"""Where a page of a list ends, in an address: an instant and an id, as in `2026-05-04T12:00:00+00:00_42`."""

from datetime import datetime

LONGEST = 60
"""Characters of a place: an instant to the microsecond and a number of 64 bits."""


def place_text(place: tuple[datetime, int]) -> str:
    """Return a place as text for an address."""
    return f"{place[0].isoformat()}_{place[1]}"


def place_of(text: str) -> tuple[datetime, int] | None:
    """Return the place that a text names; None, the beginning, if it names none."""
    at, _, number = text[:LONGEST].rpartition("_")
    try:
        found = datetime.fromisoformat(at), int(number)
    except ValueError:
        return None
    return found if found[0].tzinfo is not None and 0 <= found[1] < 2**63 else None

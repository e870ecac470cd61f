"""What each stage does in a minute, from the totals that grow."""

from collections.abc import Mapping
from datetime import timedelta

RATES_OVER = timedelta(minutes=5)
"""The time over which rates are taken: long enough to be steady, short enough to show what happens now."""

GROWN_BY = {
    "poll": ("polls",),
    "fetch": ("fetched",),
    "extract": ("stored", "duplicate"),
    "deliver": ("changes",),
}
"""The totals that each stage lets grow: polls, fetched pages, entries that ended with a text, log lines."""


def stage_rates(grown: Mapping[str, float]) -> dict[str, float | None]:
    """Return the work of each stage in a minute; None while it is unknown."""
    return {
        stage: sum(grown[name] for name in names) if all(name in grown for name in names) else None
        for stage, names in GROWN_BY.items()
    }

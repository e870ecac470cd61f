"""Whether a feed is busier or quieter just now than its week lets expect.

News come in waves, and holidays are in no profile. What came in the last hours over what was expected in
them, both shrunk by a prior, is how much more (or less) is expected of the next hours, fading with them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from worker.feeds.cadence.decay import decay

HOUR = 3600.0
HALF_LIFE = 6 * HOUR
PRIOR = 10.0
"""Entries."""
LONGEST = 48
"""Hours that are looked back at most; what was before has faded."""


@dataclass(frozen=True, slots=True)
class Tide:
    """Decayed entries that came, and that were expected."""

    came: float = 0.0
    expected: float = 0.0

    @property
    def height(self) -> float:
        """How many times as many come as were expected."""
        return (self.came + PRIOR) / (self.expected + PRIOR)

    def ahead(self, seconds: float) -> float:
        """The factor that is left of it so long from now."""
        return 1.0 + (self.height - 1.0) * decay(max(0.0, seconds), HALF_LIFE)


def move(tide: Tide, entries: int, rate_of: Callable[[int], float], *, since: float, now: float) -> Tide:
    """After a poll at `now` that showed `entries` new since `since`; `rate_of` gives that of an hour."""
    kept = decay(now - since, HALF_LIFE)
    expected = 0.0
    at = max(since, now - LONGEST * HOUR)
    while at < now:
        end = min((at // HOUR + 1) * HOUR, now)
        expected += rate_of(int(at // HOUR)) * (end - at)
        at = end
    return Tide(tide.came * kept + entries, tide.expected * kept + expected)

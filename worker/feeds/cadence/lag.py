"""How long after its date an entry of this feed can be seen.

The date of an entry is not the instant at which a poll would have shown it: publishers schedule, caches
hold. Each new entry says that it appeared between the last poll and this one, hence how long its lag was
within two bounds; an exponential lag is fitted to these intervals, an entry at a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp

PRIOR_SECONDS = 60.0
PRIOR_ENTRIES = 5.0
MEMORY = 300.0
"""Entries after which an old one counts for a third."""
LONGEST = 3600.0
"""A date further back than this is not a lag but a date of something else."""


@dataclass(frozen=True, slots=True)
class Lag:
    """The lags of `entries`, decayed, and their sum in seconds."""

    entries: float = PRIOR_ENTRIES
    seconds: float = PRIOR_ENTRIES * PRIOR_SECONDS

    @property
    def mean(self) -> float:
        """Seconds."""
        return max(1.0, self.seconds / self.entries)


def learn(lag: Lag, dates: Iterable[float], *, since: float, now: float) -> Lag:
    """With new entries of these dates, that a poll at `now` showed and one at `since` did not."""
    entries, seconds, mean = lag.entries, lag.seconds, lag.mean
    for date in dates:
        least = max(0.0, since - date)
        if least > LONGEST or date > now:
            continue
        kept = 1 - 1 / MEMORY
        entries = entries * kept + 1
        seconds = seconds * kept + least + _within(now - date - least, mean)
    return Lag(round(entries, 3), round(seconds, 3))


def _within(bound: float, mean: float) -> float:
    """The mean of an exponential lag that is known to be at most `bound`."""
    if bound < 0.01 * mean:
        return bound / 2
    gone = exp(-bound / mean)
    return mean - bound * gone / (1 - gone)

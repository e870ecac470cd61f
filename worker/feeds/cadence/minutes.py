"""When in the hour entries of a feed can be seen.

Many newsrooms publish on the hour or the quarter. What counts is when an entry could be *seen*: a poll just
before that comes in vain, so each entry is spread over the minutes at which it may have appeared, after its
date by the feed's own lag and between the two polls around it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from math import exp

HALF_LIFE = 28 * 86400.0
PRIOR = 60.0
"""Entries that it takes to move the hour halfway from flat."""
FRESHEN = 1.3
LONG_AGO = 60.0
"""Half-lives after which nothing is left."""
TAIL = 0.005
EVEN = 0.03
"""Below this variance (of the shares, over the square of their mean) the minutes do not matter."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """Decayed entries by minute of the hour, as of `epoch` (Unix time)."""

    epoch: float
    counts: tuple[float, ...] = ()

    def shares(self) -> list[float] | None:
        """The share of an hour's entries before minute 0, 1, … 60, shrunk towards flat; None: flat."""
        if not self.counts:
            return None
        total = sum(self.counts)
        # Chance alone makes whole entries uneven: the squares of their counts sum to `total` more.
        uneven = 60 * (sum(count * count for count in self.counts) - total) - total * total
        if uneven < EVEN * (total + PRIOR) ** 2:
            return None
        upto = accumulate(self.counts, initial=0.0)
        return [(before + PRIOR / 60 * minute) / (total + PRIOR) for minute, before in enumerate(upto)]


def count(minutes: Minutes, dates: Iterable[float], *, since: float, now: float, lag: float) -> Minutes:
    """With entries of these dates, that appeared after `since` and by `now`; `lag` is the mean, seconds."""
    minutes = _fresh(minutes, now)
    weight = 2 ** ((now - minutes.epoch) / HALF_LIFE)
    counts = list(minutes.counts or (0.0,) * 60)
    for date in dates:
        _spread(counts, max(date, since), now, lag, weight)
    return replace(minutes, counts=tuple(counts))


def _spread(counts: list[float], start: float, end: float, lag: float, weight: float) -> None:
    """Add `weight`, by the chance that the entry appeared in each minute from `start` to `end`."""
    whole = 1 - exp(-max(0.0, end - start) / lag)
    at, left = start, 1.0
    while at < end and left > TAIL:
        minute = int(at // 60)
        at = min(minute * 60.0 + 60.0, end)
        after = exp((start - at) / lag)
        place = minute % 60
        counts[place] = round(counts[place] + weight * (left - after) / whole, 2)
        left = after


def _fresh(minutes: Minutes, now: float) -> Minutes:
    weight = 2 ** min((now - minutes.epoch) / HALF_LIFE, LONG_AGO)
    if weight < FRESHEN:
        return minutes
    return Minutes(now, tuple(round(counted / weight, 2) for counted in minutes.counts))

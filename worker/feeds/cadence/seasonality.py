"""When a feed publishes: in which hours of the week, and in which minutes of the hour.

Counts decay. It is cheaper to let the weight of new ones grow than to shrink all old ones, so counts are kept
as of an `epoch`, and all are brought to the present once that weight has grown by `RENEWED_AT`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from math import exp

HOUR, DAY, WEEK = 3600.0, 86400.0, 604800.0
HALF_LIFE = 28 * DAY
"""A guess: four weeks, so that each hour of the week has been seen a few times."""
RENEWED_AT = 1.3
MOST_HALF_LIVES = 60.0
"""After 60 half-lives nothing is left; more would overflow."""

DAY_PRIOR, WEEKDAY_PRIOR, WEEK_PRIOR = 1.0, 3.0, 1.0
"""Entries expected in a part of the week that move its factor halfway from what it is drawn towards
(chosen with `make bench-cadence`)."""

MINUTES_PRIOR = 60.0
"""Entries that move the profile of the hour halfway from flat."""
SMALL_CHANCE = 0.005
"""Chance that an entry is still to appear below which its remaining minutes are not counted."""
EVEN = 0.03
"""Variance of the minutes (of the shares, over the square of their mean) below which they do not matter."""


@dataclass(frozen=True, slots=True)
class Week:
    """Decayed entries by hour of the week (UTC), as of `epoch`; `since` is when watching began (Unix
    times)."""

    since: float
    epoch: float
    hours: tuple[float, ...] = ()
    total: float = 0.0

    def factor(self, hour: int, now: float) -> float:
        """Return the rate in this hour (counted from 1970) over the mean rate.

        It is what was counted over what a flat week would have brought, drawn towards the product of the hour
        of the day and the day of the week, and these towards flat. So a young feed has a flat week, then a
        day, and a week only when there are enough entries to show one.
        """
        if not self.hours:
            return 1.0
        of_day, of_week = hour % 24, hour % 168
        first = of_week - of_day
        day = self._part(sum(self.hours[of_day::24]), of_day * HOUR, HOUR, DAY, now, DAY_PRIOR)
        weekday = self._part(sum(self.hours[first : first + 24]), first * HOUR, DAY, WEEK, now, WEEKDAY_PRIOR)
        return self._part(self.hours[of_week], of_week * HOUR, HOUR, WEEK, now, WEEK_PRIOR, day * weekday)

    def _part(
        self,
        counted: float,
        start: float,
        length: float,
        period: float,
        now: float,
        prior: float,
        belief: float = 1.0,
    ) -> float:
        """Counted over expected in a part of each period, drawn towards `belief`."""
        watched = _covered(now - start, length, period) - _covered(self.since - start, length, period)
        expected = self.total * watched / max(now - self.since, 1.0)
        return (counted + prior * belief) / (expected + prior)

    def after(self, instants: Iterable[float], now: float) -> "Week":
        """Return the week with entries that appeared at these instants, each at most `now`.

        Each counts half in its hour and a quarter in each hour next to it.
        """
        week = self._renewed(now)
        hours = list(week.hours or (0.0,) * 168)
        weight = 2 ** ((now - week.epoch) / HALF_LIFE)
        total = week.total
        for instant in instants:
            hour = int(instant // HOUR)
            total += weight
            for near, part in ((hour - 1, 0.25), (hour, 0.5), (hour + 1, 0.25)):
                hours[near % 168] = round(hours[near % 168] + part * weight, 2)
        return replace(week, hours=tuple(hours), total=round(total, 2))

    def _renewed(self, now: float) -> "Week":
        weight = _weight(self.epoch, now)
        if weight < RENEWED_AT:
            return self
        hours = tuple(round(counted / weight, 2) for counted in self.hours)
        return replace(self, epoch=now, hours=hours, total=round(self.total / weight, 2))


@dataclass(frozen=True, slots=True)
class Minutes:
    """Decayed entries by minute of the hour, as of `epoch` (Unix time).

    Many newsrooms publish on the hour or the quarter. What counts is when an entry could be *seen*: a poll
    just before that is wasted. So each entry is spread over the minutes in which it may have appeared: after
    its date by the feed's own lag, and between the two polls around it.
    """

    epoch: float
    counts: tuple[float, ...] = ()

    def shares(self) -> list[float] | None:
        """Return the share of an hour's entries before minute 0, 1, … 60; None where the minutes are even."""
        if not self.counts:
            return None
        total = sum(self.counts)
        # Chance alone makes whole entries uneven: the squares of their counts sum to `total` more.
        uneven = 60 * (sum(count * count for count in self.counts) - total) - total * total
        if uneven < EVEN * (total + MINUTES_PRIOR) ** 2:
            return None
        upto = accumulate(self.counts, initial=0.0)
        return [
            (before + MINUTES_PRIOR / 60 * minute) / (total + MINUTES_PRIOR)
            for minute, before in enumerate(upto)
        ]

    def after(self, dates: Iterable[float], *, since: float, now: float, lag: float) -> "Minutes":
        """Return the minutes with entries of these dates that appeared after `since` and by `now`.

        `lag` is the feed's mean lag in seconds.
        """
        minutes = self._renewed(now)
        weight = 2 ** ((now - minutes.epoch) / HALF_LIFE)
        counts = list(minutes.counts or (0.0,) * 60)
        for date in dates:
            _add_entry(counts, max(date, since), now, lag, weight)
        return replace(minutes, counts=tuple(counts))

    def _renewed(self, now: float) -> "Minutes":
        weight = _weight(self.epoch, now)
        if weight < RENEWED_AT:
            return self
        return Minutes(now, tuple(round(counted / weight, 2) for counted in self.counts))


def _add_entry(counts: list[float], start: float, end: float, lag: float, weight: float) -> None:
    """Add `weight` to the minutes from `start` to `end`, by the chance that the entry appeared in each."""
    whole = 1 - exp(-max(0.0, end - start) / lag)
    at, left = start, 1.0
    while at < end and left > SMALL_CHANCE:
        minute = int(at // 60)
        at = min(minute * 60.0 + 60.0, end)
        after = exp((start - at) / lag)
        place = minute % 60
        counts[place] = round(counts[place] + weight * (left - after) / whole, 2)
        left = after


def _weight(epoch: float, now: float) -> float:
    """What a new entry weighs for each old one, as of `epoch`."""
    return float(2 ** min((now - epoch) / HALF_LIFE, MOST_HALF_LIVES))


def _covered(until: float, length: float, period: float) -> float:
    """Seconds of [0, `until`) that lie in the first `length` of a period."""
    periods, rest = divmod(until, period)
    return periods * length + min(rest, length)

"""When in the week a feed publishes: how much its rate of each hour differs from the mean.

Each new entry is counted in its hour of the week (UTC) and, half as much, in the hours beside it. The
factor of an hour is what was counted over what a flat week would have brought, shrunk twice: towards the
product of the hour of the day and the day of the week, and these towards flat. So a young feed has a flat
week, then a day, and its own week only when there are entries enough to show one.

Old weeks fade: a count made later weighs more (it is cheaper to let the new ones grow than to shrink all
168), and now and then all are brought back to the present.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

HOUR, DAY, WEEK = 3600.0, 86400.0, 604800.0
HALF_LIFE = 28 * DAY
DAY_PRIOR = 1.0
WEEKDAY_PRIOR = 3.0
WEEK_PRIOR = 1.0
"""Entries expected in a part of the week that move its factor halfway from what it is shrunk towards."""
FRESHEN = 1.3
LONG_AGO = 60.0
"""Half-lives after which nothing is left."""


@dataclass(frozen=True, slots=True)
class Week:
    """Decayed entries by hour of the week, as of `epoch`; `since` is when watching began (Unix times)."""

    since: float
    epoch: float
    hours: tuple[float, ...] = ()
    total: float = 0.0

    def factor(self, hour: int, now: float) -> float:
        """The rate in this hour (counted from 1970) over the mean rate."""
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
        """Counted over expected in a part of each period, shrunk towards `belief`."""
        watched = _covered(now - start, length, period) - _covered(self.since - start, length, period)
        expected = self.total * watched / max(now - self.since, 1.0)
        return (counted + prior * belief) / (expected + prior)


def count(week: Week, instants: Iterable[float], now: float) -> Week:
    """With entries that appeared at these instants, each at most `now`."""
    week = _fresh(week, now)
    hours = list(week.hours or (0.0,) * 168)
    weight = 2 ** ((now - week.epoch) / HALF_LIFE)
    total = week.total
    for instant in instants:
        hour = int(instant // HOUR)
        total += weight
        for beside, part in ((hour - 1, 0.25), (hour, 0.5), (hour + 1, 0.25)):
            hours[beside % 168] = round(hours[beside % 168] + part * weight, 2)
    return replace(week, hours=tuple(hours), total=round(total, 2))


def _fresh(week: Week, now: float) -> Week:
    """With the counts brought to the present, when the weight of new ones has grown enough."""
    weight = 2 ** min((now - week.epoch) / HALF_LIFE, LONG_AGO)
    if weight < FRESHEN:
        return week
    hours = tuple(round(counted / weight, 2) for counted in week.hours)
    return replace(week, epoch=now, hours=hours, total=round(week.total / weight, 2))


def _covered(until: float, length: float, period: float) -> float:
    """Seconds of [0, `until`) that lie in the first `length` of a period."""
    periods, rest = divmod(until, period)
    return periods * length + min(rest, length)

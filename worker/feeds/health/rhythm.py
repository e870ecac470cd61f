"""When a feed has been silent for unusually long.

A clock that runs as fast as the feed publishes in each hour of the week (learned from its last eight weeks)
makes nights and weekends short and busy hours long. On that clock a silence is the number of entries that
should have come. It is unusual when it reaches twice the longest earlier silence, and at least `ENTRIES`: a
feed that publishes in bursts has been silent for long before.

The figures were chosen on the publication times of 100 feeds: fewer than one false alarm in a hundred weeks
of a feed, as `python -m tests.bench.bench_quiet` shows.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

HOUR = 3600.0
WEEK = 168
"""Hours."""

WATCHED = timedelta(days=56)
FARTHEST = timedelta(days=365)
"""How far back publication times are looked at: `WATCHED`, or up to `FARTHEST` for the last `MANY`
entries."""
MANY = 20
"""Entries that show a rhythm: a guess."""

LEAST_ENTRIES = 10
LEAST_WATCHED = timedelta(days=14)
"""What must be known about a feed before its silence can be judged: at least two weekends."""

ENTRIES = 12.0
LONGER = 2.0
LEAST_SILENCE = timedelta(hours=9)
"""What makes a silence unusual: expected entries, times the longest earlier silence, and time (see above)."""

HOUR_WEIGHT = 8.0
DAY_WEIGHT = 1.0
"""Weights, in entries, of the belief that an hour of the week is like the same hour of other days, and that
an hour of the day is like the other hours."""


def quiet_at(times: Sequence[datetime]) -> datetime | None:
    """Return when the feed that published at `times` counts as quiet if nothing more comes; None if unknown.

    `times` are aware, in any order; the silence begins with the last of them.
    """
    seconds = _lately(sorted(time.timestamp() for time in times))
    if len(seconds) < LEAST_ENTRIES or seconds[-1] - seconds[0] < LEAST_WATCHED.total_seconds():
        return None
    clock = Clock.of(seconds)
    longest = max(clock.reading(later) - clock.reading(sooner) for sooner, later in pairwise(seconds))
    enough = clock.when(clock.reading(seconds[-1]) + max(ENTRIES, LONGER * longest))
    return datetime.fromtimestamp(max(enough, seconds[-1] + LEAST_SILENCE.total_seconds()), UTC)


def a_week(times: Sequence[datetime]) -> float:
    """Return how many entries a week are usual, from the same times."""
    seconds = _lately(sorted(time.timestamp() for time in times))
    return (len(seconds) - 1) * WEEK * HOUR / max(seconds[-1] - seconds[0], WEEK * HOUR) if seconds else 0.0


def _lately(seconds: Sequence[float]) -> Sequence[float]:
    """The part of the sorted times that shows how the feed publishes now."""
    if not seconds:
        return ()
    near = bisect_right(seconds, seconds[-1] - WATCHED.total_seconds())
    far = bisect_right(seconds, seconds[-1] - FARTHEST.total_seconds())
    return seconds[max(far, min(near, len(seconds) - MANY)) :]


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that shows how many entries a feed has published up to an instant, from an arbitrary zero.

    `upto` has the entries expected from the beginning of a week (hours of Unix time modulo `WEEK`) up to each
    of its hours, the end included.
    """

    upto: tuple[float, ...]

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Clock":
        """Return the clock of a feed that published at these sorted Unix times."""
        return cls(tuple(accumulate(_rates(seconds), initial=0.0)))

    def reading(self, at: float) -> float:
        """Return the entries up to `at` (Unix time)."""
        weeks, hours = divmod(at / HOUR, WEEK)
        hour = int(hours)
        begun = self.upto[hour]
        return weeks * self.upto[-1] + begun + (self.upto[hour + 1] - begun) * (hours - hour)

    def when(self, reading: float) -> float:
        """Return the Unix time at which the clock shows `reading`."""
        weeks, rest = divmod(reading, self.upto[-1])
        hour = min(bisect_right(self.upto, rest) - 1, WEEK - 1)
        begun = self.upto[hour]
        return (weeks * WEEK + hour + (rest - begun) / (self.upto[hour + 1] - begun)) * HOUR


def _rates(seconds: Sequence[float]) -> list[float]:
    """Entries a watched hour, for each hour of the week.

    Each hour is smoothed with half of both its neighbours and drawn towards the same hour of all days, which
    is drawn towards the mean; the less is known, the more."""
    counts = _smooth(_counts(seconds))
    watched = _smooth(_watched(seconds[0], seconds[-1]))
    mean = len(seconds) * HOUR / (seconds[-1] - seconds[0])
    days = [
        (sum(counts[hour::24]) + DAY_WEIGHT) / (sum(watched[hour::24]) + DAY_WEIGHT / mean)
        for hour in range(24)
    ]
    return [
        (counts[hour] + HOUR_WEIGHT) / (watched[hour] + HOUR_WEIGHT / days[hour % 24]) for hour in range(WEEK)
    ]


def _counts(seconds: Sequence[float]) -> list[float]:
    counts = [0.0] * WEEK
    for at in seconds:
        counts[int(at // HOUR) % WEEK] += 1
    return counts


def _watched(begin: float, end: float) -> list[float]:
    """How often each hour of the week lay between two Unix times."""
    weeks, rest = divmod(round((end - begin) / HOUR), WEEK)
    watched = [float(weeks)] * WEEK
    first = int(begin // HOUR)
    for hour in range(first, first + rest):
        watched[hour % WEEK] += 1
    return watched


def _smooth(hours: Sequence[float]) -> list[float]:
    return [hours[at - 1] / 2 + hours[at] + hours[(at + 1) % WEEK] / 2 for at in range(WEEK)]

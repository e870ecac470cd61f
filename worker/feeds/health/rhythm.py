"""When a feed's silence is no longer its usual one.

A clock that runs as fast as the feed publishes (its own hour of the week, learned from its last eight weeks)
makes nights and weekends short and busy hours long. On that clock a silence is the number of entries that
should have come. It is unusual when it reaches twice the longest of the silences that were followed by an
entry, and at least `ENTRIES`: a feed that publishes in bursts has had long ones before.

The figures were chosen on the publication times of 100 feeds: fewer than one false alarm in a hundred weeks
of a feed, `python -m tests.bench.bench_quiet` tells them.
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
"""How far back a feed is looked at; one that had fewer than `MANY` entries in the first, up to the second."""
MANY = 20

LEAST_ENTRIES = 10
LEAST_WATCHED = timedelta(days=14)
"""What must be known of a feed before anything can be said of its silence: two weekends at the least."""

ENTRIES = 12.0
LONGER = 2.0
LEAST_SILENCE = timedelta(hours=9)

HOUR_WEIGHT = 8.0
DAY_WEIGHT = 1.0
"""How many entries' worth of belief an hour of the week begins with: that it is like that hour of other days;
and an hour of the day: that it is like the others."""


def quiet_at(times: Sequence[datetime]) -> datetime | None:
    """When the feed that published at `times` will count as quiet, if nothing more comes; None: not known.

    `times` are aware, in any order; the last of them begins the silence.
    """
    seconds = _lately(sorted(time.timestamp() for time in times))
    if len(seconds) < LEAST_ENTRIES or seconds[-1] - seconds[0] < LEAST_WATCHED.total_seconds():
        return None
    clock = Clock.of(seconds)
    longest = max(clock.reading(later) - clock.reading(sooner) for sooner, later in pairwise(seconds))
    enough = clock.when(clock.reading(seconds[-1]) + max(ENTRIES, LONGER * longest))
    return datetime.fromtimestamp(max(enough, seconds[-1] + LEAST_SILENCE.total_seconds()), UTC)


def a_week(times: Sequence[datetime]) -> float:
    """How many entries a week are usual, by the same times."""
    seconds = _lately(sorted(time.timestamp() for time in times))
    return (len(seconds) - 1) * WEEK * HOUR / max(seconds[-1] - seconds[0], WEEK * HOUR) if seconds else 0.0


def _lately(seconds: Sequence[float]) -> Sequence[float]:
    """The part of the sorted times that tells how the feed is now."""
    if not seconds:
        return ()
    near = bisect_right(seconds, seconds[-1] - WATCHED.total_seconds())
    far = bisect_right(seconds, seconds[-1] - FARTHEST.total_seconds())
    return seconds[max(far, min(near, len(seconds) - MANY)) :]


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads how many entries a feed publishes up to an instant, counted from some hour long ago.

    `upto` has the entries expected from the beginning of a week (hours of Unix time, by `WEEK`) up to each of
    its hours, the end included.
    """

    upto: tuple[float, ...]

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Clock":
        """The clock of a feed that published at these sorted Unix times."""
        return cls(tuple(accumulate(_rates(seconds), initial=0.0)))

    def reading(self, at: float) -> float:
        """The entries up to `at` (Unix time)."""
        weeks, hours = divmod(at / HOUR, WEEK)
        hour = int(hours)
        begun = self.upto[hour]
        return weeks * self.upto[-1] + begun + (self.upto[hour + 1] - begun) * (hours - hour)

    def when(self, reading: float) -> float:
        """The Unix time at which the clock shows `reading`."""
        weeks, rest = divmod(reading, self.upto[-1])
        hour = min(bisect_right(self.upto, rest) - 1, WEEK - 1)
        begun = self.upto[hour]
        return (weeks * WEEK + hour + (rest - begun) / (self.upto[hour + 1] - begun)) * HOUR


def _rates(seconds: Sequence[float]) -> list[float]:
    """Entries in each hour of the week.

    Each hour is taken with half of both its neighbours, then drawn towards that hour of all days, and this
    towards the mean, the more the less is known.
    """
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
    """How often each hour of the week lay between the two."""
    weeks, rest = divmod(round((end - begin) / HOUR), WEEK)
    watched = [float(weeks)] * WEEK
    first = int(begin // HOUR)
    for hour in range(first, first + rest):
        watched[hour % WEEK] += 1
    return watched


def _smooth(hours: Sequence[float]) -> list[float]:
    return [hours[at - 1] / 2 + hours[at] + hours[(at + 1) % WEEK] / 2 for at in range(WEEK)]

"""Averages that a feed's polls teach: how much it publishes, how late entries show, whether it is busy now.

All counts decay: they are halved with each half-life, so a feed that changes its habits is followed. Times
are seconds, instants Unix times."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import exp, log

HOUR, DAY = 3600.0, 86400.0

RATE_HALF_LIFE = 14 * DAY
"""A guess: two weeks follow a new habit and outlast a quiet weekend."""
RATE_PRIOR_ENTRIES, RATE_PRIOR_SECONDS = 0.5, DAY
"""Half an entry a day, with the weight of one day: keeps a new or silent feed from being polled never or
always."""

LAG_PRIOR_ENTRIES, LAG_PRIOR_SECONDS = 5.0, 60.0
"""A lag of one minute, with the weight of five entries: a guess."""
LAG_MEMORY = 300.0
"""Entries after which an old one counts for a third."""
LONGEST_LAG = HOUR
"""A date further back than this does not show a lag; it may be the date of an event."""

TIDE_HALF_LIFE = 6 * HOUR
TIDE_PRIOR = 10.0
"""Entries with which the last hours are believed to be like any others: a guess."""
TIDE_MEMORY_HOURS = 48
"""Hours that are looked back at: eight half-lives, what was before has faded."""


def decay(seconds: float, half_life: float) -> float:
    """Return what is left of a count after `seconds`."""
    return float(0.5 ** (seconds / half_life))


def decayed_length(seconds: float, half_life: float) -> float:
    """Return the decayed length of a time that ends now: the integral of the decay over it."""
    return half_life / log(2) * (1 - decay(seconds, half_life))


@dataclass(frozen=True, slots=True)
class Rate:
    """How much a feed publishes: decayed `entries` over decayed `seconds` of watching."""

    entries: float = 0.0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Entries a second, the prior included."""
        return (self.entries + RATE_PRIOR_ENTRIES) / (self.seconds + RATE_PRIOR_SECONDS)

    def after(self, passed: float, ages: Iterable[float]) -> "Rate":
        """Return the rate `passed` seconds later, with new entries of these ages.

        An old entry counts for less: an archive that a feed brings up again says little about its pace.
        """
        kept = decay(passed, RATE_HALF_LIFE)
        came = sum(decay(age, RATE_HALF_LIFE) for age in ages)
        return Rate(self.entries * kept + came, self.seconds * kept + decayed_length(passed, RATE_HALF_LIFE))


@dataclass(frozen=True, slots=True)
class Lag:
    """How long after its date an entry shows in the feed: the decayed sum of the lags of `entries`.

    Publishers schedule entries, and caches hold them back. A new entry appeared between the last poll and
    this one, so its lag has two bounds; an exponential distribution is fitted to them, one entry at a time.
    """

    entries: float = LAG_PRIOR_ENTRIES
    seconds: float = LAG_PRIOR_ENTRIES * LAG_PRIOR_SECONDS

    @property
    def mean(self) -> float:
        """The mean lag in seconds, at least one."""
        return max(1.0, self.seconds / self.entries)

    def after(self, dates: Iterable[float], *, since: float, now: float) -> "Lag":
        """Return the lag with new entries of these dates, shown by a poll at `now` and not by one at
        `since`."""
        entries, seconds, mean = self.entries, self.seconds, self.mean
        for date in dates:
            least = max(0.0, since - date)
            if least > LONGEST_LAG or date > now:
                continue
            kept = 1 - 1 / LAG_MEMORY
            entries = entries * kept + 1
            seconds = seconds * kept + least + _mean_below(now - date - least, mean)
        return Lag(round(entries, 3), round(seconds, 3))


def _mean_below(bound: float, mean: float) -> float:
    """The mean of an exponential lag that is known to be at most `bound`."""
    if bound < 0.01 * mean:
        return bound / 2
    gone = exp(-bound / mean)
    return mean - bound * gone / (1 - gone)


@dataclass(frozen=True, slots=True)
class Tide:
    """Whether a feed is busier now than its week suggests: decayed entries that came, and were expected.

    News comes in waves, and no weekly profile knows holidays.
    """

    came: float = 0.0
    expected: float = 0.0

    @property
    def height(self) -> float:
        """Entries that came for each that was expected."""
        return (self.came + TIDE_PRIOR) / (self.expected + TIDE_PRIOR)

    def ahead(self, seconds: float) -> float:
        """Return what is left of the height `seconds` from now."""
        return 1.0 + (self.height - 1.0) * decay(max(0.0, seconds), TIDE_HALF_LIFE)

    def after(self, entries: int, rate_of: Callable[[int], float], *, since: float, now: float) -> "Tide":
        """Return the tide after a poll at `now` with `entries` new since `since`, given the rate of each
        hour."""
        kept = decay(now - since, TIDE_HALF_LIFE)
        expected = 0.0
        at = max(since, now - TIDE_MEMORY_HOURS * HOUR)
        while at < now:
            end = min((at // HOUR + 1) * HOUR, now)
            expected += rate_of(int(at // HOUR)) * (end - at)
            at = end
        return Tide(self.came * kept + entries, self.expected * kept + expected)

"""What is expected of a feed in the time ahead, in steps that grow with the distance.

The steps end on whole minutes of the clock, on every minute at first and more rarely later, and never
depend on the price: so the same instants are weighed whatever a request costs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf, sqrt

HOUR = 3600.0
STEPS = ((900.0, 60.0), (1800.0, 120.0), (4500.0, 300.0), (9000.0, 600.0), (28800.0, 1800.0), (inf, HOUR))
FINE_STEPS = ((1800.0, 60.0), (5400.0, 120.0), (14400.0, 300.0), (36000.0, 1800.0), (inf, HOUR))
"""(up to so far ahead, step), seconds; the fine ones where some minutes are better than others."""


@dataclass(slots=True)
class Forecast:
    """For instants `ahead` (seconds from now): expected entries up to each, the sum of their times, the
    rate, and the integral of its square root."""

    ahead: list[float] = field(default_factory=lambda: [0.0])
    entries: list[float] = field(default_factory=lambda: [0.0])
    moments: list[float] = field(default_factory=lambda: [0.0])
    roots: list[float] = field(default_factory=lambda: [0.0])
    rooted: list[float] = field(default_factory=lambda: [0.0])


def look_ahead(
    now: float,
    rate_of: Callable[[int], float],
    shares: Sequence[float] | None,
    *,
    least: float,
    most: float,
    enough: float,
) -> Forecast:
    """Until `enough` times √(2 rate) entries are expected, but at least `least` seconds.

    `rate_of` gives the rate of an hour (counted from 1970), `shares` those of its minutes (`Minutes.shares`).
    `least` and `most` are themselves among the instants. It ends at `most`, or twice that where the minutes
    matter and a second poll is weighed.
    """
    found = Forecast()
    ahead, entries, moments = found.ahead, found.entries, found.moments
    at, hour, hour_end = 0.0, -1, 0.0
    expected = moment = rooted = rate = root = before = 0.0
    steps = iter(FINE_STEPS if shares else STEPS)
    limit, step = next(steps)
    waiting = [least, most] if least > 0 else [most]
    furthest = 2 * most if shares else most
    while at < furthest:
        if at >= hour_end:
            hour = int((now + at) // HOUR)
            hour_start = hour * HOUR - now
            hour_end = hour_start + HOUR
            rate = rate_of(hour)
            root = sqrt(2 * rate)
            before = _share(shares, at - hour_start)
        while at >= limit:
            limit, step = next(steps)
        nearest = ((at - hour_start) // step + 1) * step + hour_start
        if waiting and waiting[0] <= nearest:
            nearest = waiting.pop(0)
        if nearest <= at:
            continue
        after = _share(shares, nearest - hour_start)
        mass = rate * HOUR * (after - before)
        expected += mass
        moment += mass * (at + nearest) / 2
        rooted += root * (nearest - at)
        before, at = after, nearest
        ahead.append(at)
        entries.append(expected)
        moments.append(moment)
        found.roots.append(root)
        found.rooted.append(rooted)
        if expected > enough * root and at >= least:
            break
    return found


def _share(shares: Sequence[float] | None, seconds: float) -> float:
    """The share of an hour's entries in its first `seconds`."""
    if shares is None:
        return seconds / HOUR
    minute, part = divmod(seconds / 60, 1)
    place = int(minute)
    if place >= 60:
        return shares[60]
    return shares[place] + part * (shares[place + 1] - shares[place])

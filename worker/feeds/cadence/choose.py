"""The next poll: what is expected ahead, and the instant at which the delay left is least for its price.

Entries that appear at a rate λ and a poll every T seconds: the delays of one interval sum to λT²/2, a poll
costs `price` (in the same seconds), and the cost per second, λT/2 + price/T, is least at T = √(2·price/λ),
where it is √(2·price·λ) (Cho and Garcia-Molina 2003; Sia, Cho and Cho 2007 for entries of feeds). With a
rate that varies, polls up to an instant are chosen for the least

    prices + delays − what that time costs at best, ∫ √(2·price·λ)

so a time in which much is expected attracts polls, and an interval that ends in a quiet time may be long.
Where the minutes of the hour matter, two polls are weighed together: the first may wait for the full hour
only if the next one then comes at a good time as well.

The forecast goes in steps that grow with the distance. They end on whole minutes of the clock and never
depend on the price: so the same instants are weighed whatever a request costs."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf, sqrt

from worker.feeds.cadence.estimates import HOUR

STEPS = ((900.0, 60.0), (1800.0, 120.0), (4500.0, 300.0), (9000.0, 600.0), (28800.0, 1800.0), (inf, HOUR))
FINE_STEPS = ((1800.0, 60.0), (5400.0, 120.0), (14400.0, 300.0), (36000.0, 1800.0), (inf, HOUR))
"""(limit ahead, step) in seconds; the fine ones where some minutes are better than others. Coarser ones save
a fifth of a plan and find entries 1 % later at few requests (`make bench-cadence`)."""
ONE_POLL = 2.2
TWO_POLLS = 4.5
"""How far to look ahead, as expected entries over √(2·price·λ), which is their number at the best interval:
far enough that nothing beyond is better, and a higher price never polls sooner."""
PAST_BEST = 3.0
"""The same measure, behind which the best of two polls cannot lie."""


@dataclass(slots=True)
class Forecast:
    """For instants `ahead` (seconds from now): expected entries up to each, the sum of their times, the root
    of twice the rate, and its integral."""

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
    """Return a forecast until `enough` times √(2 rate) entries are expected, over at least `least` seconds.

    `rate_of` gives the rate of an hour (counted from 1970), `shares` those of its minutes (`Minutes.shares`).
    `least` and `most` are among the instants. It ends at `most`, or at twice that where the minutes matter
    and a second poll is weighed."""
    found = Forecast()
    ahead, entries, moments = found.ahead, found.entries, found.moments
    roots, rooted_to = found.roots, found.rooted
    at, hour_start, hour_end = 0.0, 0.0, 0.0
    expected = moment = rooted = rate = root = before = 0.0
    steps = iter(FINE_STEPS if shares else STEPS)
    limit, step = next(steps)
    stops = iter((least, most) if least > 0 else (most,))
    stop = next(stops)
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
        if stop <= nearest:
            nearest, stop = stop, next(stops, inf)
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
        roots.append(root)
        rooted_to.append(rooted)
        if expected > enough * root and at >= least:
            break
    return found


def _share(shares: Sequence[float] | None, seconds: float) -> float:
    """The share of an hour's entries in its first `seconds`."""
    if shares is None:
        return seconds / HOUR
    minutes = seconds / 60
    place = int(minutes)
    if place >= 60:
        return shares[60]
    # Steps end on whole minutes, all but the first and those at the bounds.
    part = minutes - place
    return shares[place] + part * (shares[place + 1] - shares[place]) if part else shares[place]


def best_of_one(seen: Forecast, price: float, start: int) -> int:
    """Return the place in the forecast, at `start` or later, of the best next poll."""
    root = sqrt(price)
    ahead, entries, moments, rooted = seen.ahead, seen.entries, seen.moments, seen.rooted
    return min(
        range(start, len(ahead)),
        key=lambda at: ahead[at] * entries[at] - moments[at] - root * rooted[at],
    )


def best_of_two(seen: Forecast, price: float, start: int) -> int:
    """Return the same, where the poll after it is chosen as well as can be."""
    root = sqrt(price)
    ahead, entries, moments = seen.ahead, seen.entries, seen.moments
    worth = [root * rooted for rooted in seen.rooted]
    enough = [root * once for once in seen.roots]
    last = len(ahead) - 1
    best, least, second = start, inf, start + 1
    for first in range(start, last):
        before = entries[first]
        second = max(second, first + 1)
        # The sum is least where the entries expected between the two polls outgrow what the time is worth.
        while second < last and entries[second] - before < enough[second]:
            second += 1
        cost = ahead[second] * (entries[second] - before) - moments[second] - worth[second]
        sooner = second - 1
        if sooner > first:
            cost = min(cost, ahead[sooner] * (entries[sooner] - before) - moments[sooner] - worth[sooner])
        # What the first interval takes off its moments, the second gives back.
        cost += ahead[first] * before
        if cost < least:
            best, least = first, cost
        elif before > PAST_BEST * enough[first]:
            break
    return best


def last_before(seen: Forecast, entries: float) -> int:
    """Return the last place up to which at most `entries` are expected."""
    return max(1, bisect_left(seen.entries, entries) - 1)

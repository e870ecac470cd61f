"""The next poll: where the delay that it leaves is least for its price.

Entries that appear at a rate λ and a poll every T seconds: the delays of one interval sum to λT²/2, a poll
costs `price` (in the same seconds), and the cost per second, λT/2 + price/T, is least at T = √(2·price/λ),
where it is √(2·price·λ) (Cho and Garcia-Molina 2003; Sia, Cho and Cho 2007 for entries of feeds). With a
rate that varies, polls up to an instant are chosen for the least

    prices + delays − what that time costs at best, ∫ √(2·price·λ)

so a time of which much is expected attracts polls, and an interval that ends in a quiet time may be long.
Where the minutes of the hour matter, two polls are weighed together: the first may wait for the full hour
only if the next then comes at a good time as well.
"""

from bisect import bisect_left
from math import inf, sqrt

from worker.feeds.cadence.forecast import Forecast

ONE_POLL = 2.2
TWO_POLLS = 4.5
"""How far to look, as entries expected over √(2·price·λ), which they are at the best interval: so much
further that what lies beyond is never better, and a higher price never polls sooner."""
PAST = 3.0
"""Where the best is behind, likewise."""


def best_of_one(seen: Forecast, price: float, start: int) -> int:
    """The place in the forecast, at `start` or later, of the best next poll."""
    root = sqrt(price)
    ahead, entries, moments, rooted = seen.ahead, seen.entries, seen.moments, seen.rooted
    return min(
        range(start, len(ahead)),
        key=lambda at: ahead[at] * entries[at] - moments[at] - root * rooted[at],
    )


def best_of_two(seen: Forecast, price: float, start: int) -> int:
    """The same, when the poll after it is chosen as well as can be."""
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
        elif before > PAST * enough[first]:
            break
    return best


def room(seen: Forecast, entries: float) -> int:
    """The last place up to which no more than so many entries are expected."""
    return max(1, bisect_left(seen.entries, entries) - 1)

"""How other feed readers choose the next poll, from their descriptions, and what hindsight would choose.

Each has one parameter that stretches its intervals, so that all can be compared at equal requests.
"""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from tests.bench.cadence.replay import Policy, Start
from tests.bench.cadence.traces import DAY, WINDOW, Trace

HOUR, WEEK = 3600.0, 7 * DAY


def fixed(seconds: float) -> Start:
    """Every feed at the same interval."""
    return lambda _: lambda now, dates: now + seconds


def miniflux(stretch: float, longest: float = DAY, shortest: float = 300.0) -> Start:
    """Miniflux's entry frequency: a week over its entries times a factor, here 1/`stretch`; 5 min to a day.

    A feed without an entry in a week is asked at the longest interval.
    """

    def start(_: Trace) -> Policy:
        week: deque[float] = deque()

        def policy(now: float, dates: Sequence[float]) -> float:
            week.extend(dates)
            while week and week[0] < now - WEEK:
                week.popleft()
            wanted = WEEK * stretch / len(week) if week else longest
            return now + max(min(wanted, longest), shortest)

        return policy

    return start


def commafeed(stretch: float, longest: float = DAY) -> Start:
    """CommaFeed's empirical interval: half the mean gap of the document, at most a quarter of the longest.

    A feed silent for a week, two, a month is asked at a quarter, a half, all of the longest. Its bound below
    is left out, all intervals are stretched alike.
    """

    def start(_: Trace) -> Policy:
        document: deque[float] = deque(maxlen=WINDOW)

        def policy(now: float, dates: Sequence[float]) -> float:
            document.extend(dates)
            silent = (now - max(document)) / DAY if document else 30.0
            for days, part in ((30, 1.0), (14, 0.5), (7, 0.25)):
                if silent >= days:
                    return now + stretch * longest * part
            gaps = [later - earlier for earlier, later in pairwise(sorted(document))]
            wanted = sum(gaps) / len(gaps) / 2 if gaps else longest
            return now + max(stretch * min(wanted, longest / 4), 30.0)

        return policy

    return start


def mean_rate_oracle(price: float) -> Start:
    """Hindsight: each feed's mean rate is known, and requests go by its square root."""

    def start(trace: Trace) -> Policy:
        rate = max(1, sum(date >= trace.scored for date in trace.dates)) / (trace.days * DAY)
        interval = min(sqrt(2 * price / rate), DAY)
        return lambda now, _: now + interval

    return start


def hour_of_week_oracle(price: float) -> Start:
    """Hindsight: the rate of each hour of the week is known, as it was counted in this very trace.

    A poll comes when ∫ √(rate/2·price) since the last has come to one. A part of the mean (0.1) is mixed in:
    an hour in which nothing was published is not sure to stay silent.
    """

    def start(trace: Trace) -> Policy:
        scored = [date for date in trace.dates if date >= trace.scored]
        flat = max(1, len(scored)) / (trace.days * DAY)
        counts = [0] * 168
        for date in scored:
            counts[int(date // HOUR) % 168] += 1
        weekly = trace.days / 7 * HOUR
        density = [sqrt((0.9 * count / weekly + 0.1 * flat) / (2 * price)) for count in counts]

        def policy(now: float, _: Sequence[float]) -> float:
            at, left = now, 1.0
            while at < now + DAY:
                hour = int(at // HOUR)
                end = (hour + 1) * HOUR
                if density[hour % 168] * (end - at) >= left:
                    return at + left / density[hour % 168]
                left -= density[hour % 168] * (end - at)
                at = end
            return at

        return policy

    return start

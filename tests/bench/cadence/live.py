"""The controller of the budget at work: all feeds are polled together while it learns the price."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heapreplace
from math import sqrt

from tests.bench.cadence.ours import Polling
from tests.bench.cadence.traces import DAY, Trace
from worker.feeds.cadence import budget as budgeting

TURN = 600.0
WEEK = 7 * DAY
DAYS = 56
UNKNOWN = 0.5 / DAY
"""The rate that is assumed for a feed before its first poll."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent of a `budget` (polls a day in all): how far off each full week was, as a part of it.

    `worst` is the most over any seven days, from any midnight after the second week on; `mean` the mean delay
    in minutes after the second week.
    """

    budget: float
    price: float
    weeks: tuple[float, ...]
    worst: float
    mean: float


@dataclass(slots=True)
class _Feed:
    """A feed that is polled."""

    trace: Trace
    polling: Polling
    seen: int = 0

    def poll(self, now: float) -> tuple[float, list[float]]:
        """The next poll, and the delays of what this one should have shown."""
        before = self.seen
        self.seen, dates, _ = self.trace.shown(before, now)
        due = self.polling.poll(now, dates)
        return due, [now - self.trace.dates[place] for place in range(before, self.seen)]

    @property
    def pull(self) -> float:
        """√(λ/2)."""
        state = self.polling.state
        return sqrt((state.rate.per_second if state else UNKNOWN) / 2)


def live(traces: Sequence[Trace], per_feed: float) -> Spent:
    """Poll all feeds for eight weeks, with a turn of the controller every ten minutes.

    The budget is `per_feed` for each of them.
    """
    begin = min(trace.start for trace in traces)
    feeds = [_Feed(_as_long(trace, begin, DAYS), Polling(1.0)) for trace in traces]
    queue = [(feed.trace.start, place) for place, feed in enumerate(feeds)]
    heapify(queue)
    budget = per_feed * len(feeds)
    control = budgeting.begin(now=begin, pull=_pull(feeds), budget=budget)
    polls, turn = 0, begin + TURN
    days = [0] * (DAYS + 1)
    delays: list[float] = []
    while queue:
        now, place = queue[0]
        if now >= turn:
            control = budgeting.steer(control, now=turn, polls=polls, pull=_pull(feeds), budget=budget)
            polls, turn = 0, turn + TURN
            continue
        feed = feeds[place]
        feed.polling.price = control.price
        due, late = feed.poll(now)
        polls += 1
        days[int((now - begin) // DAY)] += 1
        if now > begin + 2 * WEEK:
            delays += late
        if due < feed.trace.end:
            heapreplace(queue, (due, place))
        else:
            heappop(queue)
    weeks = [sum(days[first : first + 7]) / (7 * budget) - 1 for first in range(DAYS - 6)]
    return Spent(
        budget=budget,
        price=control.price,
        weeks=tuple(weeks[::7]),
        worst=max(map(abs, weeks[14:])),
        mean=sum(delays) / max(1, len(delays)) / 60,
    )


def _as_long(trace: Trace, begin: float, days: int) -> Trace:
    """The trace from `begin` on, moved by whole weeks; a shorter one goes on with its first weeks again."""
    by = (trace.start - begin) // WEEK * WEEK
    weeks = (trace.end - trace.start) // WEEK * WEEK
    times = [(appear - by, date - by) for appear, date in zip(trace.appear, trace.dates, strict=True)]
    first = trace.start - by
    again = [
        (appear + weeks * turn, date + weeks * turn)
        for turn in range(1, int(days * DAY // weeks) + 1)
        for appear, date in times
        if first < appear <= first + weeks
    ]
    times = [time for time in times if time[0] <= first + weeks] + again
    return replace(
        trace,
        start=first,
        end=first + days * DAY,
        appear=[appear for appear, _ in times],
        dates=[date for _, date in times],
    )


def _pull(feeds: Sequence[_Feed]) -> float:
    return sum(feed.pull for feed in feeds)

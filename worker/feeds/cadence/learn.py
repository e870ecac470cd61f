"""What a poll teaches about its feed."""

from collections.abc import Sequence
from dataclasses import replace
from heapq import nlargest

from worker.feeds.cadence import lag, minutes, rate, tide, week
from worker.feeds.cadence.lag import Lag
from worker.feeds.cadence.minutes import Minutes
from worker.feeds.cadence.rate import Rate
from worker.feeds.cadence.state import State
from worker.feeds.cadence.tide import Tide
from worker.feeds.cadence.week import Week

MOST = 500
"""Entries of one poll that are looked at, the newest: more is an archive, not a rhythm."""
OLD = 86400.0
"""An entry that was dated so long before the last poll does not tell when this feed publishes."""


def begin(now: float, dates: Sequence[float]) -> State:
    """From the first document: its entries over the time that they span."""
    shown = [min(date, now) for date in nlargest(MOST, dates)]
    since = min(shown, default=now)
    return _counted(
        State(since, 0, Rate(), Week(since, since), Minutes(since), Lag(), Tide()), now, shown, since
    )


def watch(state: State, now: float, dates: Sequence[float]) -> State:
    """From a poll at `now` that showed new entries of these dates."""
    now = max(now, state.at)
    shown = [min(date, now) for date in nlargest(MOST, dates)]
    recent = sum(date >= state.at - OLD for date in shown)
    moved = tide.move(state.tide, recent, state.rate_of, since=state.at, now=now)
    learned = lag.learn(state.lag, shown, since=state.at, now=now) if shown else state.lag
    return replace(_counted(state, now, shown, state.at - OLD), lag=learned, tide=moved)


def _counted(state: State, now: float, shown: Sequence[float], oldest: float) -> State:
    known = rate.watch(state.rate, now - state.at, [now - date for date in shown])
    after = replace(state, at=now, window=max(state.window, len(shown)), rate=known)
    recent = [date for date in shown if date >= oldest]
    if not recent:
        return after
    return replace(
        after,
        week=week.count(state.week, recent, now),
        minutes=minutes.count(state.minutes, recent, since=state.at, now=now, lag=state.lag.mean),
    )

"""What is known about a feed between two polls, and how a poll changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from typing import Any

from worker.feeds.cadence.estimates import DAY, Lag, Rate, Tide
from worker.feeds.cadence.seasonality import Minutes, Week

MOST_ENTRIES = 500
"""Entries of one poll that are looked at, the newest: more is an archive and shows no rhythm."""
OLD = DAY
"""Seconds. An entry dated so long before the last poll says nothing about when this feed publishes."""


@dataclass(frozen=True, slots=True)
class State:
    """As of the poll `at` (Unix time); `window` is the most entries that its document has shown."""

    at: float
    window: int
    rate: Rate
    week: Week
    minutes: Minutes
    lag: Lag
    tide: Tide

    def rate_of(self, hour: int) -> float:
        """Return the entries a second expected in this hour (counted from 1970)."""
        return self.rate.per_second * self.week.factor(hour, self.at)

    @classmethod
    def first(cls, now: float, dates: Sequence[float]) -> "State":
        """Return what the first document tells: its entries over the time that they span."""
        shown = [min(date, now) for date in nlargest(MOST_ENTRIES, dates)]
        since = min(shown, default=now)
        empty = cls(since, 0, Rate(), Week(since, since), Minutes(since), Lag(), Tide())
        return empty._counted(now, shown, since)

    def after(self, now: float, dates: Sequence[float]) -> "State":
        """Return the state after a poll at `now` that showed new entries of these dates."""
        now = max(now, self.at)
        shown = [min(date, now) for date in nlargest(MOST_ENTRIES, dates)]
        recent = sum(date >= self.at - OLD for date in shown)
        tide = self.tide.after(recent, self.rate_of, since=self.at, now=now)
        lag = self.lag.after(shown, since=self.at, now=now) if shown else self.lag
        return replace(self._counted(now, shown, self.at - OLD), lag=lag, tide=tide)

    def _counted(self, now: float, shown: Sequence[float], oldest: float) -> "State":
        rate = self.rate.after(now - self.at, [now - date for date in shown])
        state = replace(self, at=now, window=max(self.window, len(shown)), rate=rate)
        recent = [date for date in shown if date >= oldest]
        if not recent:
            return state
        minutes = self.minutes.after(recent, since=self.at, now=now, lag=self.lag.mean)
        return replace(state, week=self.week.after(recent, now), minutes=minutes)


def to_json(state: State) -> dict[str, Any]:
    """Return the state as plain numbers for the store, at most two kilobytes."""
    return {
        "at": state.at,
        "window": state.window,
        "entries": state.rate.entries,
        "seconds": state.rate.seconds,
        "since": state.week.since,
        "week_epoch": state.week.epoch,
        "hours": list(state.week.hours),
        "total": state.week.total,
        "minute_epoch": state.minutes.epoch,
        "minutes": list(state.minutes.counts),
        "lag": [state.lag.entries, state.lag.seconds],
        "tide": [state.tide.came, state.tide.expected],
    }


def from_json(values: Mapping[str, Any]) -> State:
    """Return the state that `to_json` wrote, the first version's `entries`, `seconds` and `at` included."""
    at = float(values["at"])
    rate = Rate(float(values["entries"]), float(values["seconds"]))
    return State(
        at=at,
        window=int(values.get("window", 0)),
        rate=rate,
        week=Week(
            float(values.get("since", at)),
            float(values.get("week_epoch", at)),
            tuple(map(float, values.get("hours", ()))),
            float(values.get("total", 0.0)),
        ),
        minutes=Minutes(float(values.get("minute_epoch", at)), tuple(map(float, values.get("minutes", ())))),
        lag=Lag(*map(float, values.get("lag", ()))),
        tide=Tide(*map(float, values.get("tide", ()))),
    )

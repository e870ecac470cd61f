"""What is known of a feed between two polls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from worker.feeds.cadence.lag import Lag
from worker.feeds.cadence.minutes import Minutes
from worker.feeds.cadence.rate import Rate
from worker.feeds.cadence.tide import Tide
from worker.feeds.cadence.week import Week


@dataclass(frozen=True, slots=True)
class State:
    """As of the poll `at` (Unix time); `window` is the most entries that a document of it has shown."""

    at: float
    window: int
    rate: Rate
    week: Week
    minutes: Minutes
    lag: Lag
    tide: Tide

    def rate_of(self, hour: int) -> float:
        """Entries a second expected in this hour (counted from 1970)."""
        return self.rate.per_second * self.week.factor(hour, self.at)


def to_json(state: State) -> dict[str, Any]:
    """The state as plain numbers, at most two kilobytes of them, for the store."""
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
    """The state that `to_json` wrote, now or when it knew only `entries`, `seconds` and `at`."""
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

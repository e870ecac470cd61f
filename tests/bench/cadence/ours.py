"""Our own policy, called as the service calls it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tests.bench.cadence.replay import Start
from worker.feeds.cadence import State, plan
from worker.feeds.cadence.seasonality import Minutes

FLOOR, CAP = timedelta(minutes=1), timedelta(days=1)


def ours(price: float) -> Start:
    """The current policy."""
    return lambda _: Polling(price).poll


def without_minutes(price: float) -> Start:
    """Return the policy without the minutes of the hour."""
    return lambda _: Polling(price, minutes=False).poll


@dataclass(slots=True)
class Polling:
    """The polls of one feed, at the `price` that a request has at the moment."""

    price: float
    minutes: bool = True
    state: State | None = None

    def poll(self, now: float, dates: Sequence[float]) -> float:
        """Return the next poll after one at `now` that showed new entries of these dates."""
        state, due = plan(
            self.state,
            now=datetime.fromtimestamp(now, UTC),
            seen=[datetime.fromtimestamp(date, UTC) for date in dates],
            price=self.price,
            floor=FLOOR,
            cap=CAP,
        )
        self.state = state if self.minutes else replace(state, minutes=Minutes(state.at))
        return due.timestamp()

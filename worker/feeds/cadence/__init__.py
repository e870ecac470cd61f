"""When to poll a feed next: the instant at which the delay of its entries is worth the price of a poll.

A feed's polls teach its rate, its week, the minutes of its hour and how late its entries show (`state`). From
these the entries ahead are forecast, and the next poll goes where prices and delays sum to least (`choose`).
`budget` sets the price of a poll, which all feeds share; `backoff` says how long to wait after failures.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import sqrt

from worker.feeds.cadence.choose import ONE_POLL, TWO_POLLS, best_of_one, best_of_two, last_before, look_ahead
from worker.feeds.cadence.estimates import HOUR
from worker.feeds.cadence.state import State, from_json, to_json

__all__ = ["State", "from_json", "plan", "to_json"]

FULL = 0.5
"""The part of the feed's document that may fill up with expected entries between two polls: a guess that
leaves room for twice as many."""
LEAST_WINDOW = 10
"""A document that showed fewer entries may simply have had no more to show."""


def plan(
    state: State | None,
    *,
    now: datetime,
    seen: Sequence[datetime],
    price: float,
    floor: timedelta,
    cap: timedelta,
) -> tuple[State, datetime]:
    """Return what is known after a poll at `now` with new entries published at `seen`, and the next poll.

    `state` is None at the first poll; then `seen` are all entries of the first document, which show how far
    back it reaches. `price` is what a request costs in seconds of delay summed over entries. The next poll is
    never sooner than `floor` nor later than `cap` after `now`.
    """
    instant = now.timestamp()
    dates = [date.timestamp() for date in seen]
    after = State.first(instant, dates) if state is None else state.after(instant, dates)
    least = max(0.0, floor.total_seconds())
    most = max(least, cap.total_seconds())
    return after, now + timedelta(seconds=_wait(after, instant, max(price, 0.0), least, most))


def _wait(state: State, now: float, price: float, floor: float, cap: float) -> float:
    """Seconds to the next poll."""
    shares = state.minutes.shares()
    seen = look_ahead(
        now,
        lambda hour: state.rate_of(hour) * state.tide.ahead(hour * HOUR - now),
        shares,
        least=floor,
        most=cap,
        enough=sqrt(price) * (TWO_POLLS if shares else ONE_POLL),
    )
    start = seen.ahead.index(floor)
    best = (best_of_two if shares else best_of_one)(seen, price, start)
    best = min(best, last_before(seen, FULL * max(state.window, LEAST_WINDOW)))
    return min(max(seen.ahead[best], floor), cap)

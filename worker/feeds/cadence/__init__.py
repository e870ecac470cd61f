"""When to poll a feed next: the instant at which the delay of its entries is worth the price of a poll.

What is known of a feed is learned online from its polls (`learn`): its rate, its week, the minutes of its
hour and how late its entries show. From these, what is expected ahead is told in small steps (`forecast`),
and the next poll is put where prices and delays sum to least (`choose`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import sqrt

from worker.feeds.cadence.choose import ONE_POLL, TWO_POLLS, best_of_one, best_of_two, room
from worker.feeds.cadence.forecast import look_ahead
from worker.feeds.cadence.learn import begin, watch
from worker.feeds.cadence.state import State, from_json, to_json

__all__ = ["State", "from_json", "plan", "to_json"]

HOUR = 3600.0
FULL = 0.5
"""The part of the feed's document that may fill up between two polls, as far as can be expected."""
LEAST_WINDOW = 10
"""A document that showed fewer entries may have had no more to show."""


def plan(
    state: State | None,
    *,
    now: datetime,
    seen: Sequence[datetime],
    price: float,
    floor: timedelta,
    cap: timedelta,
) -> tuple[State, datetime]:
    """After a poll at `now` that showed new entries published at `seen`: what is known, and the next poll.

    `state` is None at the first poll; then `seen` are the entries of the whole first document, which tell how
    long it reaches back. `price` is what a request costs in seconds of delay summed over entries. The next
    poll is never sooner than `floor` nor later than `cap` after `now`.
    """
    instant = now.timestamp()
    dates = [date.timestamp() for date in seen]
    after = begin(instant, dates) if state is None else watch(state, instant, dates)
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
    best = min(best, room(seen, FULL * max(state.window, LEAST_WINDOW)))
    return min(max(seen.ahead[best], floor), cap)

"""Feeds with publishing habits, and the state after polling them for some weeks."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from worker.feeds.cadence import State, plan

Habit = Callable[[datetime], datetime]
"""When a feed publishes next, after an instant."""

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def wait(
    state: State | None,
    seen: Sequence[datetime] = (),
    *,
    now: datetime = MONDAY,
    price: float = 900,
    floor: timedelta = MINUTE,
    cap: timedelta = DAY,
) -> timedelta:
    """Return the time to the next poll."""
    return plan(state, now=now, seen=seen, price=price, floor=floor, cap=cap)[1] - now


def every(gap: timedelta) -> Habit:
    """Return a feed that publishes every `gap`."""
    return lambda after: after + gap


def irregular(gap: timedelta) -> Habit:
    """Return a feed that publishes at random, every `gap` on average, from a fixed seed."""
    chance = Random(1)
    return lambda after: after + chance.expovariate(1.0) * gap


def watched(
    following: Habit,
    *,
    polled: timedelta = 10 * MINUTE,
    weeks: int = 4,
    lag: timedelta = timedelta(0),
    until: datetime = MONDAY,
) -> State:
    """Return the state of a feed after `weeks` of polls; its entries show `lag` after their dates."""
    now = until - weeks * WEEK
    entry = following(now)
    state, _ = plan(None, now=now, seen=[], price=900, floor=MINUTE, cap=DAY)
    while now < until:
        now += polled
        seen = []
        while entry + lag <= now:
            seen.append(entry)
            entry = following(entry)
        state, _ = plan(state, now=now, seen=seen, price=900, floor=MINUTE, cap=DAY)
    return state

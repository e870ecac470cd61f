"""Feeds with habits, and what is known of them after they were polled for some weeks."""

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
    """The time to the next poll."""
    return plan(state, now=now, seen=seen, price=price, floor=floor, cap=cap)[1] - now


def every(gap: timedelta) -> Habit:
    """A feed that publishes every `gap`: the first instant after another."""
    return lambda after: after + gap


def irregular(gap: timedelta) -> Habit:
    """A feed that publishes at random, every `gap` in the mean; always the same."""
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
    """What is known of a feed after `weeks` of polls; its entries show `lag` after their dates."""
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

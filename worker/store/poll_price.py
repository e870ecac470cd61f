"""The price of a poll: the state of its controller (one row), and its inputs (sums over feeds)."""

import json
from dataclasses import dataclass
from math import sqrt
from typing import Any

from worker.feeds.cadence import budget
from worker.store.db import Connection, first, rows, run
from worker.store.feeds import UNKNOWN_RATE


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over all feeds since they were added: polls, entries whose wait is known, and seconds they waited.

    `rate` and `pull` are sums over active feeds of λ and √(λ/2), with λ in entries a second.
    """

    polls: int
    timed: int
    waited: float
    rate: float
    pull: float


@dataclass(frozen=True, slots=True)
class Kept:
    """The state saved by the last look: the `goal`, the controller's state, and the sums at that time."""

    goal: str
    control: dict[str, Any]
    polls: int
    timed: int
    waited: float


def tally(db: Connection) -> Tally:
    """Return the current sums."""
    found = rows(
        db,
        """
        SELECT coalesce(sum(polls), 0)::bigint AS polls, coalesce(sum(timed), 0)::bigint AS timed,
            coalesce(sum(waited), 0) AS waited,
            coalesce(sum(coalesce(rate, :unknown)) FILTER (WHERE state = 'active'), 0) AS rate,
            coalesce(sum(sqrt(coalesce(rate, :unknown) / 2)) FILTER (WHERE state = 'active'), 0) AS pull
        FROM feeds
        """,
        unknown=UNKNOWN_RATE,
    )[0]
    return Tally(**found)


def kept(db: Connection, *, lock: bool = False) -> Kept | None:
    """Return the saved state, or None; with `lock`, others wait for it until the end of the transaction."""
    sql = "SELECT goal, control, polls, timed, waited FROM poll_price"
    found = first(db, sql + (" FOR UPDATE" if lock else ""))
    return Kept(**found) if found else None


def keep(db: Connection, kept: Kept) -> None:
    """Save the state for the next look."""
    run(
        db,
        """
        INSERT INTO poll_price (goal, control, polls, timed, waited)
        VALUES (:goal, CAST(:control AS jsonb), :polls, :timed, :waited)
        ON CONFLICT (id) DO UPDATE SET goal = excluded.goal, control = excluded.control,
            polls = excluded.polls, timed = excluded.timed, waited = excluded.waited
        """,
        goal=kept.goal,
        control=json.dumps(kept.control),
        polls=kept.polls,
        timed=kept.timed,
        waited=kept.waited,
    )


@dataclass(frozen=True, slots=True)
class Steering:
    """How the price is steered: its `goal`, such as "budget 2400", and the `price` in seconds.

    For a budget, `spent` is the recent number of polls a day; for a delay, `waited` is the recent average of
    seconds that entries waited for a poll.
    """

    goal: str
    price: float
    spent: float | None = None
    waited: float | None = None


def steering(db: Connection) -> Steering | None:
    """Return how the price is steered; None if it is fixed by a setting."""
    found = kept(db)
    if found is None:
        return None
    control = budget.from_json(found.control)
    if found.goal.startswith("budget"):
        return Steering(found.goal, control.price, spent=control.spent)
    told = tally(db)
    usual = sqrt(control.price) * told.pull / told.rate if told.rate else 0.0
    return Steering(found.goal, control.price, waited=control.waited * usual)


def forget(db: Connection) -> None:
    """Delete the saved state: the price is no longer steered."""
    run(db, "DELETE FROM poll_price")

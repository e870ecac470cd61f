"""The price of a poll: what its controller keeps (one row), and what polls tell it (sums over feeds)."""

import json
from dataclasses import dataclass
from math import sqrt
from typing import Any

from worker.feeds.cadence import budget
from worker.store.db import Connection, rows, run
from worker.store.feeds import UNKNOWN_RATE


@dataclass(frozen=True, slots=True)
class Tally:
    """Over all feeds: polls, entries whose wait is known, and the seconds they waited, since the beginning.

    Over the active ones: `rate` and `pull`, the sums of λ and √(λ/2), λ in entries a second.
    """

    polls: int
    timed: int
    waited: float
    rate: float
    pull: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept at the last look: the `goal` it served, the controller's state, and the sums then."""

    goal: str
    control: dict[str, Any]
    polls: int
    timed: int
    waited: float


def tally(db: Connection) -> Tally:
    """The sums now."""
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
    """What was kept; with `lock`, no other looks until the end of the transaction."""
    sql = "SELECT goal, control, polls, timed, waited FROM poll_price"
    found = rows(db, sql + (" FOR UPDATE" if lock else ""))
    return Kept(**found[0]) if found else None


def keep(db: Connection, kept: Kept) -> None:
    """Keep this for the next look."""
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
    """How the price goes: its `goal`, as budget 2400; the `price` in seconds; for a budget the polls `spent`
    a day, for a delay the seconds that entries have `waited` in the mean, both lately."""

    goal: str
    price: float
    spent: float | None = None
    waited: float | None = None


def steering(db: Connection) -> Steering | None:
    """How the price goes; None: it is a setting."""
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
    """Nothing is steered any more."""
    run(db, "DELETE FROM poll_price")

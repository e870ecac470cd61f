"""The price of a poll: what its controller keeps (one row), and what polls tell it (sums over feeds)."""

import json
from dataclasses import dataclass
from typing import Any

from worker.store.db import Connection, rows, run


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


def tally(db: Connection, *, unknown: float) -> Tally:
    """The sums now; `unknown` is the rate of a feed that was not polled yet."""
    found = rows(
        db,
        """
        SELECT coalesce(sum(polls), 0)::bigint AS polls, coalesce(sum(timed), 0)::bigint AS timed,
            coalesce(sum(waited), 0) AS waited,
            coalesce(sum(coalesce(rate, :unknown)) FILTER (WHERE state = 'active'), 0) AS rate,
            coalesce(sum(sqrt(coalesce(rate, :unknown) / 2)) FILTER (WHERE state = 'active'), 0) AS pull
        FROM feeds
        """,
        unknown=unknown,
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


def forget(db: Connection) -> None:
    """Nothing is steered any more."""
    run(db, "DELETE FROM poll_price")

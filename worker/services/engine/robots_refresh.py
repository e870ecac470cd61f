"""What a turn learns of its host before it asks for pages: its robots.txt, and what its files reserve.

is the copy of robots.txt still good?      yes: nothing is asked
ask for robots.txt, and beside it for tdmrep.json
keep both with the host; where robots.txt cannot be read, since when
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import random
from typing import Any

from worker.fetch import tdm
from worker.fetch.reply import Failure, Reply
from worker.fetch.reserved import Reservations
from worker.fetch.robots_copy import RobotsCopy
from worker.fetch.turn import NotAsked
from worker.services.engine.turns import Clock, Turn, in_thread, robots_at_hand
from worker.store import Store, hosts


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be known of a host's reservations: for which `agents`, and whether tdmrep.json is read."""

    agents: tuple[str, ...]
    tdm: bool


async def learn_rules(
    store: Store, turn: Turn, clock: Clock, wanted: Wanted
) -> Reservations | Failure | NotAsked:
    """Learn the host's rules, which the turn obeys from then on, and its reservations.

    A failure, or that it was not asked, stands in the way of asking for any page.
    """
    at_hand = robots_at_hand(turn.host)
    copy = await turn.http.robots(at_hand, now=clock(), failing_since=turn.host.robots_failing_since)
    if isinstance(copy, NotAsked):
        return copy
    if isinstance(copy, Failure):
        await in_thread(lambda: _failed(store, turn, clock))
        return copy
    kept = turn.host.tdm
    if copy != at_hand:
        if wanted.tdm:
            kept = await _ask_for_tdm(turn)
        await in_thread(lambda: _keep(store, turn, clock, copy, kept))
    return Reservations(copy.body, wanted.agents, tdm.from_json(kept))


async def _ask_for_tdm(turn: Turn) -> list[list[Any]] | None:
    """The rules as they are kept; the old ones where the host could not be asked."""
    got = await turn.http.get(turn.host.key + tdm.PATH, limit=tdm.LIMIT)
    if isinstance(got, Reply):
        return tdm.to_json(tdm.read_rules(got.content()))
    could_not = isinstance(got, NotAsked) or got.retryable
    return turn.host.tdm if could_not else None


def _keep(store: Store, turn: Turn, clock: Clock, copy: RobotsCopy, rules: Sequence[Any] | None) -> None:
    with store.begin() as db:
        hosts.save_robots(
            db,
            turn.host.id,
            turn.host.lease,
            body=copy.body,
            status=copy.status,
            # Earlier by up to a tenth: hosts that were met together are not met together for ever.
            expires_at=copy.expires_at - (copy.expires_at - clock()) * 0.1 * random(),
            failing_since=copy.failing_since,
            tdm=None if rules is None else list(rules),
        )


def _failed(store: Store, turn: Turn, clock: Clock) -> None:
    with store.begin() as db:
        hosts.robots_failed(db, turn.host.id, turn.host.lease, now=clock())

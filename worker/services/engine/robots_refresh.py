"""Refreshing what is known of a host before its pages are requested: robots.txt and tdmrep.json.

is the stored copy of robots.txt still valid?      yes: no request is made
request robots.txt, and tdmrep.json if its rules are wanted
save both with the host; where robots.txt cannot be read, save since when
"""

from collections.abc import Sequence
from random import random
from typing import Any

from worker.config.groups import TurnPolicy
from worker.fetch.purpose import Purpose
from worker.fetch.reply import Failure, Reply
from worker.fetch.reservations import (
    TDM_LIMIT,
    TDM_PATH,
    Reservations,
    read_tdm_rules,
    tdm_from_json,
    tdm_to_json,
)
from worker.fetch.robots import RobotsCopy
from worker.fetch.turn import NotAsked
from worker.services.engine.turns import Turn
from worker.store import Connection, hosts

EXPIRY_JITTER = 0.1
"""Part of its lifetime by which a copy may expire early, so that hosts that were met together are not all
refreshed together. A guess."""


async def refresh_robots(turn: Turn, policy: TurnPolicy) -> Reservations | Failure | NotAsked:
    """Make the turn obey the host's robots.txt from here on; return the host's reservations.

    After a `Failure` or `NotAsked` no page of the host may be requested.
    """
    stored = turn.stored_robots
    copy = await turn.http.robots(stored, now=turn.clock(), failing_since=turn.host.robots_failing_since)
    if isinstance(copy, NotAsked):
        return copy
    if isinstance(copy, Failure):
        await turn.transact(
            lambda db: hosts.robots_failed(db, turn.host.id, turn.host.lease, now=turn.clock())
        )
        return copy
    rules = turn.host.tdm
    if copy != stored:
        if policy.tdmrep:
            rules = await _fetch_tdm(turn)
        await turn.transact(lambda db: _save(db, turn, copy, rules))
    return Reservations(copy.body, policy.rights_agents, tdm_from_json(rules))


async def obey_robots(turn: Turn, policy: TurnPolicy) -> Failure | NotAsked | None:
    """Obey robots.txt from here on; return why no page may be requested, or None."""
    if not (policy.robots and turn.settings.robots):
        return None
    turn.http.obey()
    robots = await refresh_robots(turn, policy)
    return None if isinstance(robots, Reservations) else robots


async def _fetch_tdm(turn: Turn) -> list[list[Any]] | None:
    """Return the rules of tdmrep.json in the form of the store; the known ones after a temporary failure."""
    answer = await turn.http.get(turn.host.key + TDM_PATH, purpose=Purpose.JSON, limit=TDM_LIMIT)
    if isinstance(answer, Reply):
        return tdm_to_json(read_tdm_rules(answer.content()))
    failed_for_now = isinstance(answer, NotAsked) or answer.retryable
    return turn.host.tdm if failed_for_now else None


def _save(db: Connection, turn: Turn, copy: RobotsCopy, rules: Sequence[Any] | None) -> None:
    hosts.save_robots(
        db,
        turn.host.id,
        turn.host.lease,
        body=copy.body,
        status=copy.status,
        expires_at=copy.expires_at - (copy.expires_at - turn.clock()) * EXPIRY_JITTER * random(),
        failing_since=copy.failing_since,
        tdm=None if rules is None else list(rules),
    )

"""Hosts' turns: taken side by side in one event loop, each under its host's lease.

What is done inside a turn is the caller's; here is what polling and fetching have in common: which hosts are
still ours, how many turns run at once, and how a turn leaves its host (when may the next request be made,
does it rest, and why).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from worker.fetch.client import Client
from worker.fetch.limits import FetchLimits
from worker.fetch.loop import run, run_turns
from worker.fetch.robots_copy import RobotsCopy
from worker.fetch.turn import HostTurn
from worker.monitor.events import TurnTaken, WorkDropped, emit
from worker.store import Store, StoreUnavailable, hosts
from worker.store.hosts import Host, HostClaim, Stage, TurnEnd

T = TypeVar("T")

LONGEST_REST = timedelta(days=1)
"""A Retry-After of years is a mistake, and must not make us lose a host."""


@dataclass(frozen=True, slots=True)
class TurnPolicy:
    """How hosts are treated; `limits` are those of one request."""

    user_agent: str
    limits: FetchLimits
    lease: timedelta
    seconds: float
    delay_seconds: float
    crawl_delay_cap_seconds: float
    rest: timedelta
    hosts_at_once: int
    robots: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A host's turn under way: who the host is, and how it is asked."""

    host: Host
    http: HostTurn


Clock = Callable[[], datetime]
Work = Callable[[Turn], Awaitable[None]]


async def in_thread(question: Callable[[], T]) -> T:
    """Ask the store without stopping the other turns."""
    return await asyncio.to_thread(question)


def take_turns(
    store: Store,
    claims: Sequence[HostClaim],
    stage: Stage,
    work: Work,
    *,
    clock: Clock,
    policy: TurnPolicy,
    obey_robots: bool,
    aside: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Do `work` in the turn of each host whose claim still holds. Raises `StoreUnavailable`.

    `aside` runs beside the turns until they are over, and is then cancelled.
    """
    with store.begin() as db:
        taken = hosts.take(db, claims, now=clock(), lease=policy.lease)
    if dropped := len(claims) - len(taken):
        emit(WorkDropped(queue=stage, outcome="taken", count=dropped))
    if taken:
        run(_side_by_side(store, taken, work, clock, policy, obey_robots, aside))


async def _side_by_side(
    store: Store,
    taken: Sequence[Host],
    work: Work,
    clock: Clock,
    policy: TurnPolicy,
    obey_robots: bool,
    aside: Callable[[], Awaitable[None]] | None,
) -> None:
    helper = asyncio.ensure_future(aside()) if aside else None
    async with Client(policy.user_agent, policy.limits) as client:

        async def turn(host: Host) -> None:
            http = HostTurn(
                client,
                host.key,
                delay=policy.delay_seconds if host.delay_seconds is None else host.delay_seconds,
                delay_cap=policy.crawl_delay_cap_seconds,
                deadline=asyncio.get_running_loop().time() + policy.seconds,
                obey=obey_robots,
            )
            await work(Turn(host, http))
            await _end(store, host, http, clock(), policy)

        results = await run_turns((turn(host) for host in taken), policy.hosts_at_once)
    if helper:
        helper.cancel()
    failures = [result for result in results if isinstance(result, BaseException)]
    for failure in failures:
        if not isinstance(failure, StoreUnavailable):
            structlog.get_logger("wiredesk").error("turn failed", exc_info=failure)
    away = next((failure for failure in failures if isinstance(failure, StoreUnavailable)), None)
    if away:
        raise away


async def _end(store: Store, host: Host, http: HostTurn, now: datetime, policy: TurnPolicy) -> None:
    end = turn_end(host, http, now, policy)

    def release() -> bool:
        with store.begin() as db:
            return hosts.release(db, end, now=now)

    held = await in_thread(release)
    rests_for = (end.rest_until - now).total_seconds() if end.rest_until else None
    emit(
        TurnTaken(
            outcome="done" if held else "lost",
            reason=end.reason or "",
            host_id=host.id,
            host=host.key,
            requests=http.requests,
            rests_for=rests_for,
        )
    )


def turn_end(host: Host, http: HostTurn, now: datetime, policy: TurnPolicy) -> TurnEnd:
    """How the turn leaves its host."""
    rest = http.rest_until(now, default=policy.rest)
    rest = min(rest, now + LONGEST_REST) if rest else None
    free_at = now + timedelta(seconds=http.delay)
    failure = http.resting
    return TurnEnd(
        id=host.id,
        lease=host.lease,
        free_at=max(free_at, rest) if rest else free_at,
        rest_until=rest,
        errors=host.errors + 1 if failure else 0 if http.requests else host.errors,
        reason=failure.refusal.reason if failure else None,
        detail=failure.refusal.detail if failure else None,
        requests=http.requests,
    )


def robots_at_hand(host: Host) -> RobotsCopy | None:
    """The copy of the host's robots.txt that the store keeps."""
    if host.robots_expires_at is None:
        return None
    return RobotsCopy(host.robots or b"", host.robots_status, host.robots_expires_at)

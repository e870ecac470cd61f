"""Hosts' turns: taken side by side in one event loop, each under its host's lease.

What is done inside a turn is the caller's; here is what polling and fetching have in common: which hosts are
still ours, how many turns run at once, and how a turn leaves its host (when may the next request be made,
does it rest, and why).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import random
from typing import Any, Protocol, TypeVar

import structlog

from worker.feeds.cadence.spread import spread
from worker.fetch.client import Client
from worker.fetch.host_book import NOTHING_SET, HostBook, HostSettings
from worker.fetch.limits import FetchLimits
from worker.fetch.loop import run, run_turns
from worker.fetch.pace import Pace
from worker.fetch.robots_copy import RobotsCopy
from worker.fetch.turn import HostTurn
from worker.monitor.events import TurnTaken, WorkDropped, emit
from worker.services.engine.batch import Batch
from worker.store import Connection, Store, StoreUnavailable, hosts
from worker.store.hosts import Host, HostClaim, Stage, TurnEnd

T = TypeVar("T")


class OfHost(Protocol):
    """A row of a host."""

    @property
    def host_id(self) -> int: ...


Row = TypeVar("Row", bound=OfHost)

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
    pace_cap_seconds: float = 30.0
    hosts: HostBook = NOTHING_SET


@dataclass(frozen=True, slots=True)
class Turn:
    """A host's turn under way: who the host is, what the operator has set for it, and how it is asked."""

    host: Host
    settings: HostSettings
    http: HostTurn


Clock = Callable[[], datetime]
Stopping = Callable[[], bool]
Load = Callable[[Connection, Sequence[int], datetime], Sequence[Row]]
"""The due rows of these hosts, taken; asked in the transaction in which the turns begin."""
Work = Callable[[Turn, Sequence[Row]], Awaitable[None]]
"""What is done in one host's turn with its due rows."""
Aside = Callable[[], Coroutine[Any, Any, None]]


def never() -> bool:
    """For whoever does not stop in the middle."""
    return False


async def in_thread(question: Callable[[], T]) -> T:
    """Ask the store without stopping the other turns."""
    return await asyncio.to_thread(question)


async def while_held(store: Store, host: Host, act: Callable[[Connection], None]) -> None:
    """Do `act` in a transaction in which the host's lease is still the turn's; nothing otherwise."""

    def locked() -> None:
        with store.begin() as db:
            if hosts.holds(db, host.id, host.lease):
                act(db)

    await in_thread(locked)


def take_turns(
    store: Store,
    claims: Sequence[HostClaim],
    stage: Stage,
    load: Load[Row],
    work: Work[Row],
    *,
    clock: Clock,
    policy: TurnPolicy,
    obey_robots: bool,
    stopping: Stopping = never,
    asides: Sequence[Aside] = (),
) -> None:
    """Do `work` in the turn of each host whose claim still holds. Raises `StoreUnavailable`.

    `asides` run beside the turns until they are over, and are then cancelled. Once `stopping` says so, no
    turn makes a further request.
    """
    now = clock()
    with store.begin() as db:
        taken = hosts.take(db, claims, now=now, lease=policy.lease)
        due = load(db, [host.id for host in taken], now) if taken else []
    if dropped := len(claims) - len(taken):
        emit(WorkDropped(queue=stage, outcome="taken", count=dropped))
    by_host: dict[int, list[Row]] = {host.id: [] for host in taken}
    for row in due:
        by_host[row.host_id].append(row)
    ends = Batch(partial(_release, store, clock), size=64)

    async def turn(host: Host, shared: Client) -> None:
        # The connection ends with the turn: the next one may be made by another process.
        async with shared.apart() as client:
            http = _http(client, host, policy, obey=obey_robots, stopping=stopping)
            await work(Turn(host, policy.hosts.of(host.key), http), by_host[host.id])
        end = turn_end(host, http, clock(), policy, jitter=random())
        emit(turn_taken(host, end, held=await ends.put(end), now=clock()))

    async def side_by_side() -> list[BaseException | None]:
        helpers = [asyncio.ensure_future(aside()) for aside in (ends.run, *asides)]
        async with Client(policy.user_agent, policy.limits, policy.hosts) as client:
            results = await run_turns((turn(host, client) for host in taken), policy.hosts_at_once)
        for helper in helpers:
            helper.cancel()
        return results

    if taken:
        _raise_of(run(side_by_side()))


def _http(client: Client, host: Host, policy: TurnPolicy, *, obey: bool, stopping: Stopping) -> HostTurn:
    settings = policy.hosts.of(host.key)
    delays = (settings.delay_seconds, host.delay_seconds, policy.delay_seconds)
    return HostTurn(
        client,
        host.key,
        delay=next(seconds for seconds in delays if seconds is not None),
        delay_cap=policy.crawl_delay_cap_seconds,
        pace=Pace(host.pace, host.answer_seconds),
        pace_cap=policy.pace_cap_seconds,
        deadline=asyncio.get_running_loop().time() + policy.seconds,
        obey=obey and settings.robots,
        ailing=host.errors > 0,
        stopping=stopping,
    )


def _raise_of(results: Sequence[BaseException | None]) -> None:
    """Log what went wrong in turns; raise it where the store was away."""
    failures = [result for result in results if isinstance(result, BaseException)]
    for failure in failures:
        if not isinstance(failure, StoreUnavailable):
            structlog.get_logger("wiredesk").error("turn failed", exc_info=failure)
    away = next((failure for failure in failures if isinstance(failure, StoreUnavailable)), None)
    if away:
        raise away


def _release(store: Store, clock: Clock, ends: Sequence[TurnEnd]) -> list[bool]:
    with store.begin() as db:
        released = hosts.release(db, ends, now=clock())
    return [end.id in released for end in ends]


def turn_taken(host: Host, end: TurnEnd, *, held: bool, now: datetime) -> TurnTaken:
    """The event of a turn."""
    return TurnTaken(
        outcome="done" if held else "lost",
        reason=end.reason or "",
        host_id=host.id,
        host=host.key,
        requests=end.requests,
        rests_for=(end.rest_until - now).total_seconds() if end.rest_until else None,
    )


def turn_end(
    host: Host, http: HostTurn, now: datetime, policy: TurnPolicy, *, jitter: float = 0.0
) -> TurnEnd:
    """How the turn leaves its host; `jitter`, 0 to 1, spreads the end of its rest."""
    rest = http.rest_until(now, default=policy.rest)
    # Else all whom the host has sent away come back in the same second.
    rest = min(now + spread(rest - now, jitter=jitter), now + LONGEST_REST) if rest else None
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
        pace=http.pace.factor,
        answer_seconds=http.pace.usual,
    )


def robots_at_hand(host: Host) -> RobotsCopy | None:
    """The copy of the host's robots.txt that the store keeps."""
    if host.robots_expires_at is None:
        return None
    return RobotsCopy(
        host.robots or b"", host.robots_status, host.robots_expires_at, host.robots_failing_since
    )

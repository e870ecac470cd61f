"""Hosts' turns: many hosts side by side in one event loop, each under its lease.

    take the hosts whose claims still hold, and load what is due on each      (one transaction)
    for each host, at most `hosts_at_once` at a time:
        open its turn: a connection pool for this host, its delay and pace
        do the stage's work
        close the turn: when may the next request be made, does the host rest, and why
    while a turn waits for its host and places are free:
        take more hosts that answer and have due work, from the store

What happens inside a turn is the stage's `work`.

A message is done when the slowest of its hosts is, and one that keeps silent takes the whole time limit. Its
turn lends its place meanwhile (`worker.fetch.places`), and other hosts are taken into the free places, so
that hosts which fall silent together hold up no others. This goes on until `seconds` have passed since the
message came. The turns of hosts that answer end then, too; `CUT_SECONDS` later their requests are cut off.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import random
from typing import Any, Protocol, TypeVar

import structlog

from worker.config.groups import TurnPolicy
from worker.feeds.cadence.backoff import add_jitter
from worker.fetch.body_budget import BodyBudget, BodyShare
from worker.fetch.client import Client
from worker.fetch.host_book import HostBook, HostSettings
from worker.fetch.loop import run_turns
from worker.fetch.pace import Pace
from worker.fetch.places import Places, TurnPlace
from worker.fetch.robots import RobotsCopy
from worker.fetch.turn import HostTurn
from worker.model import HostLane
from worker.monitor.events import TurnTaken, WorkDropped, emit
from worker.outcome import DropOutcome, TurnOutcome
from worker.rows.hosts import Host, HostClaim, TurnEnd, TurnStage
from worker.services.engine.batch import Batch
from worker.store import Connection, Store, StoreUnavailable, hosts, pauses, signs

LONGEST_REST = timedelta(days=1)
"""A Retry-After of years is a mistake, and must not make us lose a host. A day is a guess."""

ENDS_AT_ONCE = 64
"""Ends of turns in one transaction at most. A guess; they are small rows."""

REFILL_SECONDS = 1.0
"""Longest pause between two looks for more hosts: that of the tick by default."""

NEVER = sys.maxsize
"""More free places than there can be."""

CUT_SECONDS = 5.0
"""How long a host that answers is waited for after its turn's time is over. It goes to the slow lanes then,
where it has its whole time limit. A guess: few answers take longer, and meanwhile no hosts are taken."""


Clock = Callable[[], datetime]
IsStopping = Callable[[], bool]
T = TypeVar("T")
W = TypeVar("W")
Load = Callable[[Connection, Sequence[int], datetime], Mapping[int, W]]
"""Takes what is due on these hosts, and returns it by host id, with a value for each of them; called in the
transaction in which the turns begin."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A host's turn under way: the host, the operator's settings for it, and the way to make requests."""

    host: Host
    settings: HostSettings
    http: HostTurn
    store: Store
    clock: Clock
    bodies: BodyShare

    def hold_body_until(self, saved: "asyncio.Future[Any]") -> None:
        """Count the body read last until it is saved, although the turn goes on to the next one."""
        held = self.bodies.detach()
        saved.add_done_callback(lambda _: held.release())

    @property
    def stored_robots(self) -> RobotsCopy | None:
        """The copy of the host's robots.txt in the store."""
        host = self.host
        if host.robots_expires_at is None:
            return None
        return RobotsCopy(
            host.robots or b"", host.robots_status, host.robots_expires_at, host.robots_failing_since
        )

    async def transact(self, act: Callable[[Connection], T]) -> T:
        """Return what `act` returns in a transaction, without blocking the other turns."""

        def transaction() -> T:
            with self.store.begin() as db:
                return act(db)

        return await asyncio.to_thread(transaction)

    async def while_held(self, act: Callable[[Connection], None]) -> None:
        """Run `act` in a transaction if the host's lease is still this turn's."""

        def locked(db: Connection) -> None:
            if hosts.holds(db, self.host.id, self.host.lease):
                act(db)

        await self.transact(locked)


def never() -> bool:
    """Default for `stopping`: never stop early."""
    return False


class HostRow(Protocol):
    """A row that belongs to a host."""

    @property
    def host_id(self) -> int: ...


Row = TypeVar("Row", bound=HostRow)


def by_host(host_ids: Iterable[int], rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Group rows by host; a host without rows gets an empty list."""
    grouped: dict[int, list[Row]] = {host_id: [] for host_id in host_ids}
    for row in rows:
        grouped[row.host_id].append(row)
    return grouped


async def take_turns(
    store: Store,
    claims: Sequence[HostClaim],
    stage: TurnStage,
    load: Load[W],
    work: Callable[[Turn, W], Awaitable[None]],
    *,
    clock: Clock,
    policy: TurnPolicy,
    book: HostBook,
    obey_robots: bool,
    stopping: IsStopping = never,
    refill: bool = False,
) -> None:
    """Do `work` in the turn of each host whose claim still holds, with what `load` returned for it.

    `refill`: take more hosts while turns wait for answers. Once `stopping` returns True no turn makes a
    further request. Raises `StoreUnavailable`.
    """
    now = clock()
    with store.begin() as db:
        taken = hosts.take(db, claims, now=now, lease=policy.lease)
        due = load(db, [host.id for host in taken], now) if taken else {}
    if dropped := len(claims) - len(taken):
        emit(WorkDropped(queue=stage, outcome=DropOutcome.TAKEN, count=dropped))
    if not taken:
        return

    places = Places(policy.hosts_at_once, BodyBudget(policy.memory))
    loop = asyncio.get_running_loop()
    closes = loop.time() + policy.seconds if refill else None

    async def one_turn(host: Host, due: W, place: TurnPlace) -> None:
        try:
            async with host_turn(host, place) as turn:
                await work(turn, due)
        finally:
            place.leave()

    @asynccontextmanager
    async def host_turn(host: Host, place: TurnPlace) -> AsyncIterator[Turn]:
        # The connections end with the turn: another process may make the next one.
        async with client.clone(place) as own:
            settings = book.of(host.key)
            http = _host_turn(own, host, settings, policy, closes, obey=obey_robots, stopping=stopping)
            yield Turn(host, settings, http, store, clock, place.bodies)
        end = _turn_end(host, http, clock(), policy, jitter=random())
        emit(_turn_taken(host, end, held=await ends.put(end), now=clock()))

    async def turns() -> AsyncIterator[Coroutine[Any, Any, None]]:
        for host in taken:
            yield one_turn(host, due[host.id], await places.take())
        wanted = enough = max(1, places.size // 2)
        while closes is not None and loop.time() < closes and places.turns and not stopping():
            await places.until_free(wanted, seconds=REFILL_SECONDS)
            if not places.waiting or not (room := places.free):
                continue
            try:
                found = await asyncio.to_thread(_take_more, store, stage, load, clock(), policy, limit=room)
            except StoreUnavailable:
                # The turns under way will meet it, too, and report it.
                return
            for host, its_due in found:
                yield one_turn(host, its_due, await places.take())
            # Where nothing more was due, only time brings more.
            wanted = enough if len(found) == room else NEVER

    async with (
        Batch(partial(_release, store, clock), size=ENDS_AT_ONCE) as ends,
        Client(policy.user_agent, policy.limits, book) as client,
    ):
        results = await run_turns(turns())
    _raise_unavailable(results)


def _take_more(
    store: Store, stage: TurnStage, load: Load[W], now: datetime, policy: TurnPolicy, *, limit: int
) -> list[tuple[Host, W]]:
    """Take up to `limit` hosts that answer and have due work, with what is due on each."""
    with store.begin() as db:
        if pauses.is_paused(db, stage):
            return []
        found = hosts.take_answering(db, stage, now=now, lease=policy.lease, limit=limit)
        due = load(db, [host.id for host in found], now) if found else {}
        if found:
            # As the tick does, which may find nothing left to claim.
            signs.leave(db, [signs.taken(stage)])
    return [(host, due[host.id]) for host in found]


def _host_turn(
    client: Client,
    host: Host,
    settings: HostSettings,
    policy: TurnPolicy,
    closes: float | None,
    *,
    obey: bool,
    stopping: IsStopping,
) -> HostTurn:
    deadline, cut_at = asyncio.get_running_loop().time() + policy.seconds, None
    if closes is not None and host.lane is HostLane.ANSWERING:
        deadline, cut_at = closes, closes + CUT_SECONDS
    delays = (settings.delay_seconds, host.delay_seconds, policy.delay_seconds)
    return HostTurn(
        client,
        host.key,
        delay=next(seconds for seconds in delays if seconds is not None),
        delay_cap=policy.crawl_delay_cap_seconds,
        pace=Pace(host.pace, host.answer_seconds),
        pace_cap=policy.pace_cap_seconds,
        deadline=deadline,
        cut_at=cut_at,
        obey=obey and settings.robots,
        ailing=host.errors > 0,
        stopping=stopping,
    )


def _raise_unavailable(results: Sequence[BaseException | None]) -> None:
    """Log the errors of turns; raise the first one that says the store is unavailable."""
    errors = [result for result in results if isinstance(result, BaseException)]
    for error in errors:
        if not isinstance(error, StoreUnavailable):
            structlog.get_logger("wiredesk").error("turn failed", exc_info=error)
    for error in errors:
        if isinstance(error, StoreUnavailable):
            raise error


def _release(store: Store, clock: Clock, ends: Sequence[TurnEnd]) -> list[bool]:
    with store.begin() as db:
        released = hosts.release(db, ends, now=clock())
    return [end.id in released for end in ends]


def _turn_taken(host: Host, end: TurnEnd, *, held: bool, now: datetime) -> TurnTaken:
    """Return the event of a turn."""
    return TurnTaken(
        outcome=TurnOutcome.DONE if held else TurnOutcome.LOST,
        reason=end.reason or "",
        host_id=host.id,
        host=host.key,
        requests=end.requests,
        rests_for=(end.rest_until - now).total_seconds() if end.rest_until else None,
        lane=end.lane,
    )


def _turn_end(
    host: Host, http: HostTurn, now: datetime, policy: TurnPolicy, *, jitter: float = 0.0
) -> TurnEnd:
    """Return how the turn leaves its host; `jitter`, 0 to 1, spreads the end of its rest."""
    rest = http.rest_until(now, default=policy.rest)
    # Without jitter, all workers that the host has sent away come back in the same second.
    rest = min(now + add_jitter(rest - now, jitter=jitter), now + LONGEST_REST) if rest else None
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
        lane=host.lane.after(answered=http.answered, fell_silent=http.fell_silent),
    )

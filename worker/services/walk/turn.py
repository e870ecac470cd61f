"""Walking back: pages of a feed's archive, asked for in turns of their host.

learn the host's robots.txt; without it nothing is asked for       (a feed's own document is polled without)
while the next page is on this host and the turn lasts:
    ask for it
    read it: entries, and where the older ones are                 (walk_plan: pure)
    save both at once                                              (walk_save: one transaction)
    say what became of it
"""

import asyncio
import time
from collections.abc import Callable

from worker.config.groups import WalkPolicy
from worker.fetch.reply import Failure, Reply
from worker.fetch.reservations import Reservations
from worker.fetch.turn import NotAsked
from worker.monitor.events import ArchiveRead, emit
from worker.outcome import Refusal, WalkOutcome
from worker.rows.walks import Walk
from worker.services.engine.bounded_parse import BoundedParser
from worker.services.engine.poison_rows import poison_refusal
from worker.services.engine.robots_refresh import refresh_robots
from worker.services.engine.turns import Turn
from worker.services.walk import decide as walk_plan
from worker.services.walk import save as walk_save
from worker.services.walk.decide import Step
from worker.services.walk.save import SavedPage
from worker.store import Connection, Store, hosts, walks

OnPage = Callable[[SavedPage], None]


def nothing(_: SavedPage) -> None:
    """For whoever does not watch."""


async def walk(
    turn: Turn,
    one: Walk,
    *,
    policy: WalkPolicy,
    parser: BoundedParser,
    on_page: OnPage = nothing,
) -> None:
    """Go on with a walk in a turn of its host, as far as the turn lasts. Raises `StoreUnavailable`."""
    ahead: Walk | None = one
    while ahead is not None and ahead.host_id == turn.host.id:
        started = time.perf_counter()
        trouble = None
        if ahead.kind != "feed" and not turn.http.obeys:
            trouble = await obey_robots(turn, policy)
        answer = _died(ahead, policy) or trouble or await turn.http.get(ahead.next_url)
        if isinstance(answer, NotAsked):
            break
        read = await _read(turn.store, ahead, answer, parser) if isinstance(answer, Reply) else answer
        saved = await asyncio.to_thread(
            walk_save.save, turn.store, turn.host, ahead, read, turn.clock(), policy
        )
        emit(_event(ahead, answer, saved, started))
        on_page(saved)
        ahead = (
            await asyncio.to_thread(_reload, turn.store, ahead.id)
            if saved.outcome is WalkOutcome.READ
            else None
        )
    if ahead is not None:
        number = ahead.id
        await turn.while_held(lambda db: _give_back(db, turn, number))


def _give_back(db: Connection, turn: Turn, walk_id: int) -> None:
    walks.give_back(db, walk_id, now=turn.clock())
    hosts.wake(db, [turn.host.id])


def _reload(store: Store, walk_id: int) -> Walk | None:
    with store.begin() as db:
        return walks.open_one(db, walk_id)


async def _read(store: Store, one: Walk, reply: Reply, parser: BoundedParser) -> Step | Failure:
    links = await asyncio.to_thread(_links, store, one) if one.kind == "sitemap" else []
    read = await parser.run(lambda: walk_plan.step(one, reply, links=links), size=reply.size)
    if isinstance(read, Refusal):
        return Failure(refusal=read, retryable=False, url=reply.url, status=reply.status)
    return read


def _links(store: Store, one: Walk) -> list[str]:
    with store.begin() as db:
        return walks.sample_links(db, one.feed_id)


def _died(one: Walk, policy: WalkPolicy) -> Failure | None:
    """The failure of a page on which workers die."""
    dead = poison_refusal(one.attempts, allowed=policy.attempts, how="over it")
    return Failure(refusal=dead, retryable=False, url=one.next_url) if dead else None


async def obey_robots(turn: Turn, policy: WalkPolicy) -> Failure | NotAsked | None:
    """Learn the host's rules, and obey them from here on; what stands in the way, if anything does."""
    if not (policy.turn.robots and turn.settings.robots):
        return None
    turn.http.obey()
    learned = await refresh_robots(turn, policy.turn)
    return None if isinstance(learned, Reservations) else learned


def _event(one: Walk, answer: Reply | Failure, saved: SavedPage, started: float) -> ArchiveRead:
    return ArchiveRead(
        outcome=saved.outcome,
        reason=saved.reason,
        detail=saved.detail,
        seconds=time.perf_counter() - started,
        feed_id=one.feed_id,
        walk_id=one.id,
        host_id=one.host_id,
        url=one.next_url,
        kind=one.kind,
        status=answer.status,
        entries=saved.entries,
        new=saved.new,
        gap_id=one.gap_id,
    )

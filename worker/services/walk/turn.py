"""Walking back: pages of a feed's archive, requested in turns of their host.

while the next page is on this host and the turn lasts:
    refresh the host's robots.txt, except for the feed's own document
    request the page
    read it: entries, and where the older ones are            (decide: pure)
    decide what it means for the walk, and save both          (decide: pure; save: one transaction)
    emit what became of it
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial

from worker.config.groups import WalkPolicy
from worker.fetch.purpose import Purpose
from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import NotAsked
from worker.monitor.events import ArchiveRead, emit
from worker.outcome import Refusal, WalkOutcome
from worker.rows.walks import Walk
from worker.services.engine.bounded_parse import BoundedParser
from worker.services.engine.poison_rows import poison_refusal
from worker.services.engine.robots_refresh import obey_robots
from worker.services.engine.turns import Turn
from worker.services.walk import decide as walk_plan
from worker.services.walk.decide import ArchivePage, WalkDecision
from worker.services.walk.save import save_archive_page
from worker.store import Connection, hosts, walks

OnPage = Callable[[], None]


async def walk(
    turn: Turn,
    one: Walk,
    *,
    policy: WalkPolicy,
    parser: BoundedParser,
    on_page: OnPage = lambda: None,
) -> None:
    """Continue a walk in a turn of its host for as long as the turn lasts. Raises `StoreUnavailable`."""
    ahead: Walk | None = one
    while ahead is not None and ahead.host_id == turn.host.id:
        started = time.perf_counter()
        answer = await _request(turn, ahead, policy)
        if isinstance(answer, NotAsked):
            break
        read = await _read(turn, ahead, answer, parser) if isinstance(answer, Reply) else answer
        saved = await asyncio.to_thread(
            save_archive_page, turn.store, turn.host, ahead, read, now=turn.clock(), policy=policy
        )
        emit(_event(ahead, answer, saved, time.perf_counter() - started))
        on_page()
        is_open = saved is not None and saved.outcome is WalkOutcome.READ
        ahead = await turn.transact(partial(walks.open_one, walk_id=ahead.id)) if is_open else None
    if ahead is not None:
        walk_id = ahead.id
        await turn.while_held(lambda db: _give_back(db, turn, walk_id))


async def _request(turn: Turn, one: Walk, policy: WalkPolicy) -> Reply | Failure | NotAsked:
    forbidden = None
    if one.kind != "feed" and not turn.http.obeys:
        forbidden = await obey_robots(turn, policy.turn)
    if poison := poison_refusal(one.attempts, allowed=policy.attempts, how="over it"):
        return Failure(refusal=poison, retryable=False, url=one.next_url)
    purpose = Purpose.SITEMAP if one.kind == "sitemap" else Purpose.FEED
    return forbidden or await turn.http.get(one.next_url, purpose=purpose)


async def _read(turn: Turn, one: Walk, reply: Reply, parser: BoundedParser) -> ArchivePage | Failure:
    links: list[str] = []
    if one.kind == "sitemap":
        links = await turn.transact(partial(walks.sample_links, feed_id=one.feed_id))
    now = turn.clock()
    read = await parser.run(
        lambda: walk_plan.read_archive_page(one, reply, links=links, now=now), size=reply.size
    )
    if isinstance(read, Refusal):
        return Failure(refusal=read, retryable=False, url=reply.url, status=reply.status)
    return read


def _give_back(db: Connection, turn: Turn, walk_id: int) -> None:
    walks.give_back(db, walk_id, now=turn.clock())
    hosts.wake(db, [turn.host.id])


def _event(one: Walk, answer: Reply | Failure, saved: WalkDecision | None, seconds: float) -> ArchiveRead:
    return ArchiveRead(
        outcome=saved.outcome if saved else WalkOutcome.LOST,
        reason=saved.reason if saved else "",
        detail=saved.detail if saved else "",
        seconds=seconds,
        feed_id=one.feed_id,
        walk_id=one.id,
        host_id=one.host_id,
        url=one.next_url,
        kind=one.kind,
        status=answer.status,
        entries=saved.entries if saved else 0,
        new=saved.update.found if saved else 0,
        gap_id=one.gap_id,
    )

"""Walking back on request: one feed's archive, in turns that are taken beside those of the workers.

    is there a walk that was not finished?     go on with it; else begin at the feed's own document
    while the walk is open:
        is its host free?                      no: wait, unless it rests for long
        one turn of the host                   (walk: page by page, each saved)

All is in the store, so whoever is interrupted runs it again and goes on. What a turn has begun is finished:
the host is given back, and is not asked before its delay has passed.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.config.groups import WalkPolicy
from worker.fetch.host_book import HostBook
from worker.fetch.loop import run_async
from worker.rows.walks import Walk
from worker.services.engine.bounded_parse import BoundedParser
from worker.services.engine.turns import Clock, Stopping, Turn, by_host, never, take_turns
from worker.services.walk import decide as walk_plan
from worker.services.walk.turn import OnPage, nothing, walk
from worker.store import Connection, Store, hosts, walks
from worker.urls import host_key

LOOK_SECONDS = 0.2
"""While another has the host: how often it is asked for."""
IDLE_TURNS = 5
"""Turns in a row without a page after which something is wrong."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk has come; `reason` why it is over, or `waiting` why it does not go on now."""

    id: int
    state: str
    pages: int
    pages_limit: int
    found: int
    known: int
    oldest: datetime | None
    next_url: str
    reason: str | None
    detail: str | None
    waiting: str | None = None
    until: datetime | None = None


def open_walk(
    store: Store, feed_id: int, url: str, *, since: datetime | None, pages: int, sitemaps: bool = False
) -> tuple[int, bool]:
    """The walk to go on with, and whether it was begun before. Raises `StoreUnavailable`.

    `pages` are allowed beyond those that were read; `sitemaps` begins with the site's sitemaps instead.
    """
    with store.begin() as db:
        before = walks.resumable(db, feed_id)
        if before and not sitemaps and walks.resume(db, before["id"], pages=pages, since=since):
            return int(before["id"]), True
        kind, at = ("site", walk_plan.robots_of(url)) if sitemaps else ("feed", url)
        host_id = hosts.ensure(db, [host_key(at)])[host_key(at)]
        started = walks.begin(
            db, feed_id, host_id=host_id, kind=kind, url=at, since=since, pages=pages, due_at=None
        )
    return started, False


def go_on(
    store: Store,
    walk_id: int,
    *,
    clock: Clock,
    policy: WalkPolicy,
    book: HostBook,
    patience: timedelta,
    stopping: Stopping = never,
    watch: Callable[[Progress], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> Progress:
    """Walk until the end, until the host rests for longer than `patience`, or until `stopping` says so.

    `watch` is told after each page and while waiting. Raises `StoreUnavailable`.
    """
    idle = 0

    def on_page(_: object) -> None:
        nonlocal idle
        idle = 0
        watch(progress(store, walk_id))

    while True:
        now = progress(store, walk_id)
        watch(now)
        if now.state != "open" or stopping() or (now.until and now.until > clock() + patience):
            return now
        if idle >= IDLE_TURNS:
            raise RuntimeError(f"walk {walk_id} does not get on: {now}")
        if not _turn(store, walk_id, clock, policy, book, stopping, on_page):
            pause(LOOK_SECONDS)
        else:
            idle += 1


def progress(store: Store, walk_id: int) -> Progress:
    """How far the walk has come, and what it waits for."""
    with store.begin() as db:
        found = walks.progress(db, walk_id)
    if found is None:
        raise LookupError(walk_id)
    return _progress(found)


def _progress(found: dict[str, Any]) -> Progress:
    resting = found["rest_until"]
    return Progress(
        id=found["id"],
        state=found["state"],
        pages=found["pages"],
        pages_limit=found["pages_limit"],
        found=found["found"],
        known=found["known"],
        oldest=found["oldest"],
        next_url=found["next_url"],
        reason=found["reason"],
        detail=found["detail"],
        waiting=f"the host rests: {found['host_reason']}" if resting else None,
        until=resting,
    )


def _turn(
    store: Store,
    walk_id: int,
    clock: Clock,
    policy: WalkPolicy,
    book: HostBook,
    stopping: Stopping,
    on_page: OnPage = nothing,
) -> bool:
    """One turn of the walk's host; False when the host was not to be had."""
    now = clock()
    with store.begin() as db:
        one = walks.open_one(db, walk_id)
        claim = hosts.claim_one(db, one.host_id, now=now, lease=policy.turn.lease) if one else None
    if claim is None:
        return False

    def load(db: Connection, host_ids: Sequence[int], now: datetime) -> dict[int, list[Walk]]:
        found = walks.open_one(db, walk_id)
        return by_host(host_ids, [found] if found and found.host_id in host_ids else [])

    parser = BoundedParser(policy.parse_seconds)

    async def work(turn: Turn, due: Sequence[Walk]) -> None:
        for each in due:
            await walk(turn, each, policy=policy, parser=parser, on_page=on_page)

    run_async(
        take_turns(
            store,
            [claim],
            "poll",
            load,
            work,
            clock=clock,
            policy=policy.turn,
            book=book,
            obey_robots=False,
            stopping=stopping,
        )
    )
    return True

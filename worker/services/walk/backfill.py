"""Walking back on request: one feed's archive, in turns of its host between those of the workers.

    continue an unfinished walk, or begin one at the feed's own document
    while the walk is open:
        is its host free?                      no: wait, unless it rests for long
        take one turn of the host              (turn: page by page, each saved)

The state is in the store, so an interrupted command continues when it is run again. A turn is always
finished: the host is released, with the time before which no request may be made.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.config.groups import WalkPolicy
from worker.fetch.host_book import HostBook
from worker.fetch.loop import run_async
from worker.rows.walks import Walk
from worker.services.engine.bounded_parse import BoundedParser
from worker.services.engine.turns import Clock, IsStopping, Turn, by_host, never, take_turns
from worker.services.walk import decide as walk_plan
from worker.services.walk.turn import OnPage, walk
from worker.store import Connection, Store, hosts, walks
from worker.urls import host_key

CLAIM_AGAIN_SECONDS = 0.2
"""How long to wait before claiming a host again that a worker holds. A guess."""

IDLE_TURNS = 5
"""Turns in a row without a page after which something must be wrong. A guess."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a walk; `reason` says why it has ended, `waiting` why it cannot continue yet."""

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
    """Return the walk to continue, and whether it was begun before. Raises `StoreUnavailable`.

    `pages` more are allowed than were read before; `sitemaps` begins with the site's sitemaps instead.
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


def continue_walk(
    store: Store,
    walk_id: int,
    *,
    clock: Clock,
    policy: WalkPolicy,
    book: HostBook,
    patience: timedelta,
    stopping: IsStopping = never,
    watch: Callable[[Progress], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> Progress:
    """Walk until the end, until the host rests for longer than `patience`, or until `stopping` returns True.

    `watch` is called after each page and while waiting. Raises `StoreUnavailable`.
    """
    idle = 0

    def on_page() -> None:
        nonlocal idle
        idle = 0
        watch(progress(store, walk_id))

    while True:
        now = progress(store, walk_id)
        watch(now)
        if now.state != "open" or stopping() or (now.until and now.until > clock() + patience):
            return now
        if idle >= IDLE_TURNS:
            raise RuntimeError(f"walk {walk_id} makes no progress: {now}")
        if not _turn(store, walk_id, clock, policy, book, stopping, on_page):
            pause(CLAIM_AGAIN_SECONDS)
        else:
            idle += 1


def progress(store: Store, walk_id: int) -> Progress:
    """Return the progress of the walk."""
    with store.begin() as db:
        found = walks.progress(db, walk_id)
    if found is None:
        raise LookupError(walk_id)
    until = found["rest_until"]
    waiting = f"the host rests: {found['host_reason']}" if until else None
    columns = {name: found[name] for name in Progress.__slots__ if name in found}
    return Progress(**columns, waiting=waiting, until=until)


def _turn(
    store: Store,
    walk_id: int,
    clock: Clock,
    policy: WalkPolicy,
    book: HostBook,
    stopping: IsStopping,
    on_page: OnPage,
) -> bool:
    """Take one turn of the walk's host; return False if a worker holds it."""
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

"""The queues for an operator: what waits in them, and pausing, resuming and emptying them.

Rows are the truth and messages are hints. So a paused stage only leaves its rows due, and emptying a queue
loses nothing: the rows whose messages are gone are due again when their leases end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from redis import Redis, RedisError

from worker.monitor import queues, workers
from worker.store import Connection, audit, pauses, stats
from worker.store.pauses import Pause

PAUSABLE = ("poll", "fetch", "extract", "deliver")
"""Queues whose work ticks hand out. Ticks themselves cannot be paused: stop beat instead."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue: its messages, the age of the oldest, its workers, its pause, and how long rows have been due.

    What Redis knows is None while it does not answer.
    """

    name: str
    messages: int | None
    oldest_seconds: float | None
    workers: int | None
    paused: Pause | None
    due_seconds: float | None


def queue_states(db: Connection, redis: Redis | None, *, now: datetime) -> list[QueueState]:
    """Return every queue, in the order of the work."""
    paused = pauses.listing(db)
    due = stats.oldest_due(db, now=now)
    depths: dict[str, int] = {}
    ages: dict[str, float | None] = {}
    serving: dict[str, int] = {}
    try:
        if redis is not None:
            depths = queues.depths(redis)
            ages = {name: queues.oldest(redis, name, now) for name in queues.QUEUES}
            serving = workers.by_queue(workers.listing(redis, now), now)
    except RedisError:
        depths = {}
    return [
        QueueState(
            name=name,
            messages=depths.get(name),
            oldest_seconds=ages.get(name),
            workers=serving.get(name) if depths else None,
            paused=paused.get(name),
            due_seconds=max(0.0, (now - at).total_seconds()) if (at := due.get(name)) else None,
        )
        for name in queues.QUEUES
    ]


def pause(db: Connection, names: Sequence[str], *, by: str, now: datetime) -> list[str]:
    """Pause these queues, and return those that were not paused before."""
    done = [name for name in names if pauses.pause(db, name, by=by, now=now)]
    for name in done:
        audit.record(db, by, "queue.paused", f"queue:{name}", now=now)
    return done


def resume(db: Connection, names: Sequence[str], *, by: str, now: datetime) -> list[str]:
    """Resume these queues, and return those that were paused before."""
    done = [name for name in names if pauses.resume(db, name)]
    for name in done:
        audit.record(db, by, "queue.resumed", f"queue:{name}", now=now)
    return done


def purge(db: Connection, redis: Redis, names: Sequence[str], *, by: str, now: datetime) -> dict[str, int]:
    """Delete the waiting messages of these queues, and return their numbers. Raises `RedisError`."""
    found = {}
    for name in names:
        # Both in one transaction of Redis: a message sent in between is counted or stays.
        pipeline = redis.pipeline()
        pipeline.llen(name)
        pipeline.delete(name)
        depth, _ = pipeline.execute()
        found[name] = int(depth)
        audit.record(db, by, "queue.purged", f"queue:{name}", {"messages": found[name]}, now=now)
    return found

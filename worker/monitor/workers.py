"""The workers seen lately: each writes into one Redis hash what it last did; pages and probes read it.

A report is a field of the hash `wiredesk:workers`: the worker's name, and JSON of `queues`, `last_done` (ISO
instant or null), `seen_at` (ISO instant) and `stuck`. It is a picture, not the truth: losing it does no harm.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from redis import Redis

from worker.monitor import queues

KEY = "wiredesk:workers"

LATELY = timedelta(minutes=10)
"""A worker that has not reported for so long is not shown any more."""

SILENT = timedelta(seconds=30)
"""Workers report every five seconds. One that has not for so long cannot say itself that it is stuck."""

KEPT = timedelta(days=1)
"""A report that is older is swept away: names carry process ids and would pile up."""


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """What a worker said of itself. `last_done`: when it last finished a task; None: nothing yet."""

    name: str
    queues: tuple[str, ...]
    last_done: datetime | None
    seen_at: datetime
    stuck: bool


def report(
    redis: Redis,
    name: str,
    *,
    queues: Sequence[str],
    last_done: datetime | None,
    now: datetime,
    stuck: bool = False,
) -> None:
    """Say that the worker `name` is there; instants are aware. Raises `RedisError`."""
    said = {
        "queues": list(queues),
        "last_done": last_done.isoformat() if last_done else None,
        "seen_at": now.isoformat(),
        "stuck": stuck,
    }
    redis.hset(KEY, name, json.dumps(said))
    for old in (w.name for w in _all(redis) if now - w.seen_at > KEPT):
        redis.hdel(KEY, old)


def forget(redis: Redis, name: str) -> None:
    """The worker has stopped in good order. Raises `RedisError`."""
    redis.hdel(KEY, name)


def listing(redis: Redis, now: datetime) -> list[WorkerSeen]:
    """The workers seen lately, by name; a report that cannot be read is left out. Raises `RedisError`.

    A silent one is stuck, whatever it said last, while messages wait in its queues as long as it is silent:
    its process stands still, or is gone and nobody took its place.
    """
    seen = sorted((w for w in _all(redis) if now - w.seen_at <= LATELY), key=lambda w: w.name)
    return [replace(w, stuck=w.stuck or _left_work(redis, w, now)) for w in seen]


def _left_work(redis: Redis, worker: WorkerSeen, now: datetime) -> bool:
    if now - worker.seen_at <= SILENT:
        return False
    ages = (queues.oldest(redis, queue, now) for queue in worker.queues)
    return any(age is not None and age >= SILENT.total_seconds() for age in ages)


def _all(redis: Redis) -> list[WorkerSeen]:
    found = redis.hgetall(KEY)
    assert isinstance(found, dict)
    read = (_read(_text(name), _text(said)) for name, said in found.items())
    return [worker for worker in read if worker is not None]


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _read(name: str, said: str) -> WorkerSeen | None:
    try:
        values = json.loads(said)
        last_done = values["last_done"]
        return WorkerSeen(
            name=name,
            queues=tuple(str(queue) for queue in values["queues"]),
            last_done=_instant(last_done) if last_done else None,
            seen_at=_instant(values["seen_at"]),
            stuck=bool(values["stuck"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _instant(said: str) -> datetime:
    instant = datetime.fromisoformat(said)
    if instant.tzinfo is None:
        raise ValueError(f"an instant without its zone: {said}")
    return instant

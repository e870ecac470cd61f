"""Reports of the workers in a Redis hash, which pages and probes read.

A report is a field of the hash `wiredesk:workers`: the worker's name, and JSON of `queues`, `last_done` (ISO
time or null), `seen_at` (ISO time), `stuck` and `skew`. Nothing depends on the hash: it may be lost.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from redis import Redis

from worker.monitor import queues

KEY = "wiredesk:workers"
"""The Redis hash."""

BEAT_KEY = "wiredesk:beat"
"""When beat last looked at its schedule, an ISO time; missing before its first report."""

RECENT = timedelta(minutes=10)
"""A worker that has not reported for this time is no longer shown. A guess."""

SILENT = timedelta(seconds=30)
"""Workers report every five seconds; one that misses six reports cannot report itself stuck."""

SERVING = timedelta(minutes=1)
"""A worker that reported within this time serves its queues. A guess: it misses twelve reports until then."""

CLOCK_SECONDS = 2.0
"""Difference of two clocks from which ages and leases are visibly wrong. A guess."""

KEPT = timedelta(days=1)
"""Older reports are deleted: names contain process ids and would pile up."""


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """The report of a worker.

    `last_done`: when it last finished a task, None if it has not yet. `skew`: seconds by which its clock is
    ahead of the database's. `started_at`: when it started; `processes`: tasks that it can work on at once;
    `active`: tasks that it works on; `rss`: bytes of memory of all its processes, shared ones counted in
    each. None where unknown, as in the reports of earlier versions.
    """

    name: str
    queues: tuple[str, ...]
    last_done: datetime | None
    seen_at: datetime
    stuck: bool
    skew: float | None = None
    started_at: datetime | None = None
    processes: int | None = None
    active: int | None = None
    rss: int | None = None

    @property
    def is_skewed(self) -> bool:
        """Whether its clock differs from the database's by more than `CLOCK_SECONDS`."""
        return self.skew is not None and abs(self.skew) > CLOCK_SECONDS


def report(
    redis: Redis,
    name: str,
    *,
    queues: Sequence[str],
    last_done: datetime | None,
    now: datetime,
    stuck: bool = False,
    skew: float | None = None,
    started_at: datetime | None = None,
    processes: int | None = None,
    active: int | None = None,
    rss: int | None = None,
) -> None:
    """Write the report of the worker `name`; times are aware. Raises `RedisError`."""
    said = {
        "queues": list(queues),
        "last_done": last_done.isoformat() if last_done else None,
        "seen_at": now.isoformat(),
        "stuck": stuck,
        "skew": skew,
        "started_at": started_at.isoformat() if started_at else None,
        "processes": processes,
        "active": active,
        "rss": rss,
    }
    redis.hset(KEY, name, json.dumps(said))
    for old in (w.name for w in _all(redis) if now - w.seen_at > KEPT):
        redis.hdel(KEY, old)


def forget(redis: Redis, name: str) -> None:
    """Delete the report of a worker that has stopped. Raises `RedisError`."""
    redis.hdel(KEY, name)


def report_beat(redis: Redis, now: datetime) -> None:
    """Record that beat has looked at its schedule. Raises `RedisError`."""
    redis.set(BEAT_KEY, now.isoformat())


def last_beat(redis: Redis) -> datetime | None:
    """Return when beat last reported; None if it never did. Raises `RedisError`."""
    said = redis.get(BEAT_KEY)
    try:
        return _instant(_text(said)) if isinstance(said, bytes | str) else None
    except ValueError:
        return None


def listing(redis: Redis, now: datetime) -> list[WorkerSeen]:
    """Return the recently seen workers by name, without invalid reports. Raises `RedisError`.

    A silent worker counts as stuck while old messages wait in its queues: its process hangs, or is gone
    without a successor.
    """
    seen = sorted((w for w in _all(redis) if now - w.seen_at <= RECENT), key=lambda w: w.name)
    return [replace(w, stuck=w.stuck or _left_work(redis, w, now)) for w in seen]


def by_queue(seen: Sequence[WorkerSeen], now: datetime) -> dict[str, int]:
    """Return the number of workers that serve each queue, counting those that reported within `SERVING`."""
    serving = [queue for worker in seen if now - worker.seen_at <= SERVING for queue in worker.queues]
    return {queue: serving.count(queue) for queue in queues.QUEUES}


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
            skew=None if values.get("skew") is None else float(values["skew"]),
            started_at=_instant(started) if (started := values.get("started_at")) else None,
            **{name: _whole(values.get(name)) for name in ("processes", "active", "rss")},
        )
    except (ValueError, KeyError, TypeError):
        return None


def _whole(said: object) -> int | None:
    return said if isinstance(said, int) else None


def _instant(said: str) -> datetime:
    instant = datetime.fromisoformat(said)
    if instant.tzinfo is None:
        raise ValueError(f"a time without a zone: {said}")
    return instant

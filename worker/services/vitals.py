"""What Prometheus and alerts need besides the status: numbers of which each is read by an index.

The same numbers are behind `services.problems`, so an alert and a line of `doctor` agree.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from redis import Redis, RedisError

from worker.config.settings import Settings
from worker.monitor import workers
from worker.monitor.workers import WorkerSeen
from worker.services.problems import INTENDED, UNREACHABLE, free_bytes
from worker.store import Store, backups, pauses, recent
from worker.store.recent import FailingHosts, Reach, Settled, Unstored


@dataclass(frozen=True, slots=True)
class Vitals:
    """Numbers at the instant `at`. `workers` and `beat_at` are None while Redis does not answer."""

    at: datetime
    workers: Sequence[WorkerSeen] | None
    beat_at: datetime | None
    paused: Collection[str]
    queue_limit: int
    reach: Reach
    unstored: Unstored
    hour: Settled
    day_before: Settled
    failing_hosts: FailingHosts
    backup_at: datetime | None
    free_bytes: int | None


def read_vitals(store: Store, redis: Redis, settings: Settings, *, now: datetime) -> Vitals:
    """Read the numbers. Raises `StoreUnavailable`."""
    seen: Sequence[WorkerSeen] | None
    try:
        seen, beat = workers.listing(redis, now), workers.last_beat(redis)
    except RedisError:
        seen = beat = None
    with store.begin() as db:
        hour, before = recent.settled(db, INTENDED, now=now)
        return Vitals(
            at=now,
            workers=seen,
            beat_at=beat,
            paused=pauses.listing(db),
            queue_limit=settings.queue_limit,
            reach=recent.reach(db, UNREACHABLE, now=now),
            unstored=recent.unstored(db),
            hour=hour,
            day_before=before,
            failing_hosts=recent.failing_hosts(db),
            backup_at=backups.newest(db),
            free_bytes=free_bytes(settings),
        )

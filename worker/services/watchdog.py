"""Whether a worker or beat is stuck, judged by what it has done. Needs neither Celery nor the part itself."""

from collections.abc import Sequence
from datetime import UTC, datetime

import redis

from worker.config.settings import Settings
from worker.monitor import queues
from worker.monitor.progress import WorkerProgress

BEAT = "beat"
"""The name under which beat marks its progress."""


def check_worker(settings: Settings, *, name: str, stages: Sequence[str]) -> str | None:
    """Return why the worker is stuck, or None: messages wait and it has finished nothing for too long.

    Returns None if the broker cannot be reached: that is not the worker's fault.
    """
    last, now = WorkerProgress.of(settings.data_dir, name).last(), datetime.now(UTC)
    if last is None or (idle := (now - last).total_seconds()) < settings.watchdog_seconds:
        return None
    try:
        with broker_client(settings) as client:
            waiting = {stage: seconds for stage in stages if (seconds := queues.oldest(client, stage, now))}
    except redis.RedisError:
        return None
    late = {stage: s for stage, s in waiting.items() if s >= settings.watchdog_seconds}
    if not late:
        return None
    shown = ", ".join(f"{stage} for {seconds:.0f} s" for stage, seconds in late.items())
    return f"{name} has finished nothing for {idle:.0f} s while messages wait in {shown}"


def check_beat(settings: Settings) -> str | None:
    """Return why beat is stuck, or None: it has not looked at its schedule for too long.

    Returns None if the broker cannot be reached: beat may be waiting for it.
    """
    last, now = WorkerProgress.of(settings.data_dir, BEAT).last(), datetime.now(UTC)
    if last is None or (idle := (now - last).total_seconds()) < settings.standstill_seconds:
        return None
    try:
        with broker_client(settings) as client:
            client.ping()
    except redis.RedisError:
        return None
    return f"beat has not looked at its schedule for {idle:.0f} s"


def broker_client(settings: Settings) -> redis.Redis:
    """Return a client of the broker that fails after two seconds: the checks are made every few."""
    assert settings.redis_url is not None
    return redis.Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2)

"""The depth of the broker's queues, and the age of their oldest messages.

Celery keeps a queue in Redis as a list of that name: messages are pushed on the left and taken from the
right, so the oldest is last. Our tasks send each message with the header `sent_at`, an ISO time.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from redis import Redis

QUEUES = ("schedule", "poll", "fetch", "extract", "deliver")
"""One queue for each stage, in the order of the work."""


def depths(redis: Redis, queues: Sequence[str] = QUEUES) -> dict[str, int]:
    """Return the messages waiting in each queue, without those that workers hold. Raises `RedisError`."""
    pipeline = redis.pipeline(transaction=False)
    for queue in queues:
        pipeline.llen(queue)
    return {queue: int(depth) for queue, depth in zip(queues, pipeline.execute(), strict=True)}


def oldest(redis: Redis, queue: str, now: datetime) -> float | None:
    """Return the age of the oldest message in seconds; None if the queue is empty or it has no `sent_at`."""
    message = redis.lindex(queue, -1)
    if not isinstance(message, bytes | str):
        return None
    sent_at = _sent_at(message)
    return None if sent_at is None else max(0.0, (now - sent_at).total_seconds())


def _sent_at(message: bytes | str) -> datetime | None:
    try:
        sent_at = datetime.fromisoformat(json.loads(message)["headers"]["sent_at"])
    except (ValueError, KeyError, TypeError):
        return None
    return sent_at if sent_at.tzinfo else None

"""How Celery uses Redis: every setting that matters, with its reason.

The store is the truth and a message is only a hint (a batch of ids), so lost and doubled messages are
harmless; these settings keep them rare and cheap.
"""

from typing import Any

from celery.schedules import schedule
from kombu.entity import Queue

from worker.config.settings import Settings
from worker.monitor.queues import QUEUES

TASKS = {queue: f"wiredesk.{queue}" for queue in QUEUES} | {
    "housekeeping": "wiredesk.housekeeping",
    "health": "wiredesk.health",
    "price": "wiredesk.price",
    "retention": "wiredesk.retention",
    "notify": "wiredesk.notify",
    "push": "wiredesk.push",
}

ROUTES = {"push": "poll"}
"""Stages without a dedicated queue: pushes are read by the workers that poll."""

HOUSEKEEPING_SECONDS = 600.0
"""Between two runs that delete expired pages and wake forgotten hosts; both are repairs. A guess."""
HEALTH_SECONDS = 300.0
"""Between two checks of the feeds, whose conditions last for hours. A guess."""
PRICE_SECONDS = 600.0
"""Between two adjustments of the price, so that each sees the polls that the previous one caused. A guess."""
RETENTION_SECONDS = 3600.0
"""Between two deletions of what has passed its retention, which is counted in days. A guess."""

NOTIFY_SECONDS = 60.0
"""Between two looks at the problems, which are reported after minutes. A guess."""

VISIBILITY_SECONDS = 3600
"""Time after which Redis gives an unacknowledged message to another worker. With early acknowledgement only
prefetched messages are unacknowledged, and the store's leases bring their work back within minutes; an hour
keeps Redis from doing the same a second time (celery#5935, kombu#337)."""


def configuration(settings: Settings) -> dict[str, Any]:
    """Return Celery's configuration."""
    return {
        "broker_url": settings.redis_url,
        # No results: the row in the store is the result. A backend costs 30 to 40 % of a message.
        "result_backend": None,
        "task_ignore_result": True,
        # Acknowledged when a task starts. Late acknowledgement would hand a dead worker's batch to the next
        # one whole and at once, the row that killed it included; the lease does it later, and one by one.
        "task_acks_late": False,
        # Prefetch one message per process: a stuck worker holds back little.
        "worker_prefetch_multiplier": 1,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_SECONDS,
            # Detect dead connections: a half-open one leaves a consumer deaf (celery#10302).
            "socket_connect_timeout": 5,
            "socket_timeout": 30,
            "socket_keepalive": True,
            "health_check_interval": 10,
            "retry_on_timeout": True,
            # Queues of one worker are served in turn, so that no stage starves another.
            "queue_order_strategy": "round_robin",
        },
        "broker_connection_retry_on_startup": True,
        # Never give up: without a broker there is nothing else to do, and the watchdog watches.
        "broker_connection_max_retries": None,
        # A claim that cannot be sent now is due again when its lease ends; do not block a tick on it.
        "task_publish_retry": False,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_queues": [Queue(stage) for stage in QUEUES],  # type: ignore[no-untyped-call]
        "task_create_missing_queues": False,
        "task_default_queue": "schedule",
        # Flower and `celery events` live on these; 40 to 70 % of a message, which carries a whole batch.
        "worker_send_task_events": True,
        # A child that has grown is replaced between two tasks: feedparser and lxml fragment memory.
        "worker_max_memory_per_child": settings.child_memory_mib * 1024,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        # Cancels what was not acknowledged, which is nothing here; False would warn at each reconnection.
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "timezone": "UTC",
        "beat_schedule": {
            "tick": _every(TASKS["schedule"], settings.tick_seconds, "schedule"),
            "housekeeping": _every(TASKS["housekeeping"], HOUSEKEEPING_SECONDS, "deliver"),
            "health": _every(TASKS["health"], HEALTH_SECONDS, "deliver"),
            "price": _every(TASKS["price"], PRICE_SECONDS, "deliver"),
            "retention": _every(TASKS["retention"], RETENTION_SECONDS, "deliver"),
            **_notices(settings),
        },
        "beat_max_loop_interval": min(5.0, settings.tick_seconds),
    }


def _notices(settings: Settings) -> dict[str, Any]:
    """Return the schedule of messages to the operator; empty where nobody wants any."""
    if not settings.notify_urls:
        return {}
    return {"notify": _every(TASKS["notify"], NOTIFY_SECONDS, "deliver")}


def _every(task: str, seconds: float, queue: str) -> dict[str, Any]:
    # Without `expires`, which a worker judges by its own clock: one that is ahead would discard every tick.
    # Beat itself sends no more than a few (`beat.TICKS_WAITING`).
    return {"task": task, "schedule": schedule(run_every=seconds), "options": {"queue": queue}}

"""What all tasks have in common: ids on log lines, progress, and errors."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import celery
import structlog

from worker.deliver import SinkUnavailable
from worker.monitor import metrics
from worker.monitor.events import ServerAway, WorkDropped, emit
from worker.monitor.progress import NAME_VARIABLE, WorkerProgress
from worker.outcome import AwayOutcome, DropOutcome
from worker.services.queue import QueueUnavailable
from worker.store import StoreNotWritable, StoreUnavailable
from worker.tasks.context import Context
from worker.tasks.queue import CeleryQueue

AWAY = {
    StoreNotWritable: AwayOutcome.STORE_NOT_WRITABLE,
    StoreUnavailable: AwayOutcome.STORE,
    QueueUnavailable: AwayOutcome.BROKER,
    SinkUnavailable: AwayOutcome.SINK,
}
"""A server does not answer for now. Nothing is retried: the rows are due again when their leases end."""

Stage = Callable[..., None]

FORMAT = 1
"""The form of messages: a list of claims, each the id of a row and the number of its lease.

It is in the header `format`; a message without one is of this first form. A version that changes the form
raises the number, and still reads the form before, so that both versions can run side by side.
"""


class StampedTask(celery.Task):
    """A task whose messages carry their form, and their time of sending, which gives the age of a queue."""

    def apply_async(self, *args: Any, headers: dict[str, Any] | None = None, **options: Any) -> Any:
        """Send the message with the headers `sent_at` and `format`."""
        stamped = {"format": FORMAT, **(headers or {}), "sent_at": datetime.now(UTC).isoformat()}
        return super().apply_async(*args, headers=stamped, **options)


def register(app: celery.Celery, context: Context, name: str, stage: Stage, **options: Any) -> None:
    """Register `stage(context, queue, …)` as the task `name`.

    A message of another form is dropped and counted: its rows are due again when their leases end.
    """
    queue = CeleryQueue(app, context)
    progress = WorkerProgress.of(context.settings.data_dir)

    def run(self: celery.Task, *args: Any) -> None:
        started = time.monotonic()
        with structlog.contextvars.bound_contextvars(task_id=self.request.id):
            if (self.request.headers or {}).get("format", FORMAT) != FORMAT:
                count = len(args[0]) if args and isinstance(args[0], list) else 1
                emit(WorkDropped(queue=name, outcome=DropOutcome.UNKNOWN_FORMAT, count=count))
                return
            try:
                stage(context, queue, *args)
            except tuple(AWAY) as error:
                outcome = next(found for kind, found in AWAY.items() if isinstance(error, kind))
                emit(ServerAway(outcome=outcome, task=name, error=f"{type(error).__name__}: {error}"))
            else:
                # A failed task does not count as progress: a worker that only fails is stuck.
                progress.mark()
            finally:
                spent = time.monotonic() - started
                metrics.BUSY_SECONDS.labels(os.environ.get(NAME_VARIABLE, "worker")).inc(spent)

    # Not shared: otherwise every later app of this process would get this task, with these settings.
    app.task(run, name=name, bind=True, base=StampedTask, shared=False, **options)

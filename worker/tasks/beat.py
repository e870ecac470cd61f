"""Beat's scheduler: sends ticks into queues with room, and logs when the broker goes away or comes back."""

from collections.abc import Callable
from typing import Any

import structlog
from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from kombu.exceptions import OperationalError
from redis import RedisError

from worker.monitor.health import HealthFile
from worker.monitor.progress import WorkerProgress

TICKS_WAITING = 5
"""Messages in a queue from which on no tick is added: the next one does its work. A guess."""

REPAIRS_WAITING = 10
"""The same for messages that are sent every few minutes, for which ticks leave room. A guess."""

TICK_SECONDS = 60.0
"""Longest interval of what counts as a tick. A guess between seconds and the minutes of repairs."""


class TickScheduler(Scheduler):
    """Sends the ticks; keeps no state between two runs, since the next tick makes up for a missed one.

    `progress` is marked, `health` touched and `report` called in each round, whether the broker answers
    or not.
    """

    missed = 0
    """Messages that were not sent since the broker went away."""

    def __init__(
        self,
        *args: Any,
        progress: WorkerProgress | None = None,
        health: HealthFile | None = None,
        report: Callable[[], None] = lambda: None,
        **options: Any,
    ) -> None:
        self._progress, self._health, self._report = progress, health, report
        super().__init__(*args, **options)

    def tick(self, *args: Any, **options: Any) -> float:
        """Send what is due; return the seconds until the next round."""
        if self._progress is not None:
            self._progress.mark()
        if self._health is not None:
            self._health.touch()
        self._report()
        return float(super().tick(*args, **options))

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send the message of `entry` unless its queue is full. Celery's own method logs every traceback."""
        log = structlog.get_logger("wiredesk")
        try:
            if producer is not None and self._is_full(entry, producer):
                log.debug("tick held back", task=entry.task)
                return
            self.apply_async(entry, producer=producer, advance=False)
        except (SchedulingError, OperationalError, RedisError, OSError) as error:
            cause = error.__context__ if isinstance(error, SchedulingError) else error
            if not isinstance(cause, OperationalError | RedisError | OSError):
                log.exception("tick not sent", task=entry.task)
                return
            if not self.missed:
                log.warning("broker away", task=entry.task, error=str(cause))
            self.missed += 1
        else:
            if self.missed:
                log.info("broker back", missed=self.missed)
            self.missed = 0

    def _is_full(self, entry: ScheduleEntry, producer: Any) -> bool:
        limit = TICKS_WAITING if entry.schedule.seconds <= TICK_SECONDS else REPAIRS_WAITING
        # Every broker answers the declaration of an existing queue with its length.
        queue = entry.options["queue"]
        declared = producer.channel.queue_declare(
            queue=queue, durable=True, exclusive=False, auto_delete=False
        )
        return bool(declared.message_count >= limit)

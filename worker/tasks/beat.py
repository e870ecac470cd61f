"""Beat's scheduler: it logs once that the broker is away, and once that it is back."""

from typing import Any

import structlog
from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from kombu.exceptions import OperationalError
from redis import RedisError


class TickScheduler(Scheduler):
    """Sends the ticks; keeps no state between two runs, since the next tick makes up for a missed one."""

    missed = 0
    """Messages that were not sent since the broker went away."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send the message of `entry`. Celery's own method logs a traceback for every failure."""
        log = structlog.get_logger("wiredesk")
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            if not isinstance(error.__context__, OperationalError | RedisError | OSError):
                log.exception("tick not sent", task=entry.task)
                return
            if not self.missed:
                log.warning("broker away", task=entry.task, error=str(error.__context__))
            self.missed += 1
        else:
            if self.missed:
                log.info("broker back", missed=self.missed)
            self.missed = 0

"""Beat's scheduler: while the broker is away it says so once, and once that it is back."""

from typing import Any

import structlog
from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from kombu.exceptions import OperationalError
from redis import RedisError


class Ticks(Scheduler):
    """Nothing is remembered between two runs: a tick that was missed is made up by the next."""

    missed = 0
    """Messages that could not be sent since the broker went away."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send the message of `entry`; Celery's own writes a traceback for each that cannot be sent."""
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

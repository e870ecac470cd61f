"""The services' `Queue` on Celery and Redis."""

from collections.abc import Sequence

import celery
import redis
from kombu.exceptions import OperationalError

from worker.services.queue import Claim, QueueUnavailable
from worker.tasks.broker import ROUTES, TASKS
from worker.tasks.context import Context


class CeleryQueue:
    """Sends messages to the stages of one app."""

    def __init__(self, app: celery.Celery, context: Context) -> None:
        self._app = app
        self._context = context

    def depth(self, stage: str) -> int:
        """Return the number of messages that wait for `stage`."""
        try:
            return int(self._context.redis.llen(ROUTES.get(stage, stage)))
        except redis.RedisError as error:
            raise QueueUnavailable(str(error)) from error

    def send(self, stage: str, claims: Sequence[Claim]) -> None:
        """Send one message with these claims to `stage`."""
        try:
            message = [[list(claim) for claim in claims]]
            self._app.tasks[TASKS[stage]].apply_async(message, queue=ROUTES.get(stage, stage))
        except (OperationalError, redis.RedisError) as error:
            raise QueueUnavailable(str(error)) from error

"""Reading what hosts sent, so that nothing of it keeps the turns of other hosts waiting."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from worker.outcome import Reason, Refusal
from worker.services.engine import time_limit as limit
from worker.services.engine.turns import in_thread

T = TypeVar("T")

IN_THE_LOOP = 256 * 1024
LOOP_SECONDS = 0.5
"""Bytes of a document, and seconds of reading it, for which the turns of other hosts may be kept waiting."""


class Beside:
    """Bounds what is computed in turns: each at most `seconds`.

    A large document, or a small one that takes long, is read in a thread beside the turns, one at a time.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._place = asyncio.Lock()

    async def read(self, work: Callable[[], T], *, size: int) -> T | Refusal:
        """What `work` makes of a document of `size` bytes; TOO_SLOW when its time is over.

        `work` has no effects: it may be broken off and begun again.
        """
        if size <= IN_THE_LOOP:
            with contextlib.suppress(limit.TookTooLong), limit.seconds(min(LOOP_SECONDS, self._seconds)):
                return work()
        async with self._place:
            return await in_thread(partial(self._within, work))

    def _within(self, work: Callable[[], T]) -> T | Refusal:
        try:
            with limit.seconds(self._seconds):
                return work()
        except limit.TookTooLong as error:
            return Refusal(Reason.TOO_SLOW, f"parsing took {error}")

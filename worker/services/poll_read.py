"""Reading feeds' documents, so that none of them keeps the turns of other hosts waiting."""

import asyncio
import contextlib
from functools import partial

from worker.fetch.reply import Reply
from worker.outcome import Reason, Refusal
from worker.services import limit, poll_plan
from worker.services.poll_plan import Document
from worker.services.turns import in_thread
from worker.store.feeds import Feed

IN_THE_LOOP = 256 * 1024
LOOP_SECONDS = 0.5
"""Bytes of a document, and seconds of reading it, for which the turns of other hosts may be kept waiting."""


class Reader:
    """Reads the documents of one message, at most `entries` new ones of each, for at most `seconds`.

    A large document, or a small one that takes long, is read in a thread beside the turns, one at a time.
    """

    def __init__(self, seconds: float, entries: int) -> None:
        self._seconds = seconds
        self._entries = entries
        self._beside = asyncio.Lock()

    async def read(self, feed: Feed, reply: Reply) -> Document | Refusal | None:
        """The document of a reply, or None, as `poll_plan.read` has it; TOO_SLOW when its time is over."""
        if reply.size <= IN_THE_LOOP:
            with contextlib.suppress(limit.TookTooLong), limit.seconds(min(LOOP_SECONDS, self._seconds)):
                return poll_plan.read(feed, reply, most=self._entries)
        async with self._beside:
            return await in_thread(partial(self._within, feed, reply))

    def _within(self, feed: Feed, reply: Reply) -> Document | Refusal | None:
        try:
            with limit.seconds(self._seconds):
                return poll_plan.read(feed, reply, most=self._entries)
        except limit.TookTooLong as error:
            return Refusal(Reason.TOO_SLOW, f"parsing took {error}")

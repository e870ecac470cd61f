"""Waiting for the next change: many readers, one question to the store.

PostgreSQL could notify waiters (`LISTEN`), but each `NOTIFY` takes a lock that all committing writers share.
So the newest id is read from its index, twice a second while anyone waits, and never otherwise.
"""

import asyncio
from collections.abc import Callable

from worker.store import StoreUnavailable

TICK_SECONDS = 0.5
"""Between two looks at the store: the longest delay that waiting adds. A guess; a look takes 0.1 ms."""


class NewestChange:
    """The id of the newest change, read once for all that wait. For use in one event loop."""

    def __init__(
        self, read: Callable[[], int], *, stopping: Callable[[], bool], seconds: float = TICK_SECONDS
    ) -> None:
        self._read = read
        self._stopping = stopping
        self._seconds = seconds
        self._next_look: asyncio.Task[int | None] | None = None

    async def wait_past(self, cursor: int, seconds: float) -> None:
        """Return when the newest change is another one than `cursor`, and after `seconds` at the latest.

        Returns at once if the store does not answer, and soon when the server stops.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        newest = await self._look()
        while newest == cursor and not self._stopping() and (left := until - loop.time()) > 0:
            if self._next_look is None or self._next_look.done():
                self._next_look = loop.create_task(self._look_later())
            done, _ = await asyncio.wait([self._next_look], timeout=left)
            newest = done.pop().result() if done else newest

    async def _look(self) -> int | None:
        try:
            return await asyncio.to_thread(self._read)
        except StoreUnavailable:
            return None

    async def _look_later(self) -> int | None:
        await asyncio.sleep(self._seconds)
        return await self._look()

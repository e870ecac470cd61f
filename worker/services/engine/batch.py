"""Many small saves as one transaction: what the turns of one event loop hand over is saved together.

A round trip and a commit cost more than a row. What waits here waits for at most `GATHER_SECONDS`.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

GATHER_SECONDS = 0.02


AHEAD = 4
"""How many results of one turn may wait to be saved before it waits, too: what was fetched is in memory."""


async def keep_up(saves: "Sequence[asyncio.Future[T]]") -> None:
    """Return once all but the last `AHEAD` of these are saved; raises what went wrong with the one before."""
    if len(saves) > AHEAD:
        await saves[-AHEAD - 1]


class Batch(Generic[T, R]):
    """Hands what is `put` to `save`, in batches of at most `size`, one batch at a time, in a thread.

    `save` answers with one result for each of its arguments, in their order.
    """

    def __init__(self, save: Callable[[Sequence[T]], Sequence[R]], *, size: int) -> None:
        self._save = save
        self._size = size
        self._waiting: asyncio.Queue[tuple[T, asyncio.Future[R]]] = asyncio.Queue()

    def put(self, item: T) -> "asyncio.Future[R]":
        """Hand over; the future has the item's result once it is saved, or why it was not."""
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((item, result))
        return result

    async def run(self) -> None:
        """Save what is handed over, until cancelled."""
        while True:
            batch = await self._gather()
            try:
                results = await asyncio.to_thread(self._save, [item for item, _ in batch])
            except Exception as error:
                for _, future in batch:
                    future.set_exception(error)
            else:
                for (_, future), result in zip(batch, results, strict=True):
                    future.set_result(result)

    async def _gather(self) -> list[tuple[T, asyncio.Future[R]]]:
        batch = [await self._waiting.get()]
        try:
            async with asyncio.timeout(GATHER_SECONDS):
                while len(batch) < self._size:
                    batch.append(await self._waiting.get())
        except TimeoutError:
            pass
        return batch

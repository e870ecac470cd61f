"""Batching of small saves: what the turns of one event loop hand over is saved in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

GATHER_SECONDS = 0.02
"""Longest time for which an item waits for others. A guess: a round trip and a commit cost some milliseconds,
and a turn that waits this long for its save loses nothing, since its next request is spaced anyway."""

MOST_UNSAVED = 4
"""Results of one turn that may wait to be saved before its next request waits too: their bodies are in
memory. A guess."""


async def limit_backlog(saves: "Sequence[asyncio.Future[T]]") -> None:
    """Wait until at most `MOST_UNSAVED` saves are under way. Raises the error of the one waited for."""
    if len(saves) > MOST_UNSAVED:
        await saves[-MOST_UNSAVED - 1]


class Batch(Generic[T, R]):
    """Passes items to `save` in batches of at most `size`, one batch at a time, in a thread.

    `save` returns one result for each item, in order. Saving runs inside `async with` only.
    """

    def __init__(self, save: Callable[[Sequence[T]], Sequence[R]], *, size: int) -> None:
        self._save = save
        self._size = size
        self._waiting: asyncio.Queue[tuple[T, asyncio.Future[R]]] = asyncio.Queue()

    async def __aenter__(self) -> "Batch[T, R]":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    def put(self, item: T) -> "asyncio.Future[R]":
        """Hand over `item`; return a future of its result, or of the error that kept it from being saved."""
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((item, result))
        return result

    async def _run(self) -> None:
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

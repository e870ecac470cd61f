"""Batches of saves, and the limit on what a turn may have unsaved."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from tests.waiting import wait_until
from worker.fetch import run_async
from worker.services.engine.batch import MOST_UNSAVED, Batch, limit_backlog


def test_items_put_together_are_saved_together_each_with_its_own_result() -> None:
    saved: list[list[int]] = []

    def save(items: Sequence[int]) -> list[int]:
        saved.append(list(items))
        return [item * 10 for item in items]

    async def main() -> list[int]:
        async with Batch(save, size=8) as batch:
            return await asyncio.gather(*(batch.put(number) for number in range(12)))

    assert run_async(main()) == [number * 10 for number in range(12)]
    assert [len(items) for items in saved] == [8, 4]


def test_an_error_of_saving_is_raised_for_each_item_of_the_batch() -> None:
    def save(items: Sequence[int]) -> list[int]:
        raise OSError("no store")

    async def main() -> None:
        async with Batch(save, size=8) as batch:
            with pytest.raises(OSError, match="no store"):
                await batch.put(1)

    run_async(main())


def test_a_turn_waits_while_too_many_of_its_saves_are_under_way() -> None:
    free, handed = threading.Event(), []

    def save(items: Sequence[int]) -> list[int]:
        assert free.wait(10)
        return list(items)

    async def turn(batch: Batch[int, int]) -> None:
        saves: list[asyncio.Future[int]] = []
        for number in range(20):
            saves.append(batch.put(number))
            handed.append(number)
            await limit_backlog(saves)
        await asyncio.gather(*saves)

    async def main() -> None:
        async with Batch(save, size=1) as batch:
            working = asyncio.ensure_future(turn(batch))
            await asyncio.to_thread(wait_until, lambda: len(handed) > MOST_UNSAVED)
            assert len(handed) == MOST_UNSAVED + 1
            free.set()
            await working

    run_async(main())
    assert len(handed) == 20

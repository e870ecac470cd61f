"""Run an event loop, and many turns concurrently in it."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")


def run_async(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` in a new event loop of uvloop, which saves a quarter of the CPU time."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


async def run_turns(turns: Iterable[Coroutine[Any, Any, T]], limit: int) -> list[T | BaseException]:
    """Run the turns, at most `limit` at once; return their results or exceptions in order.

    `turns` may be a generator: it is advanced when a turn ends. Cancelling this cancels the running turns and
    starts no further ones.
    """
    waiting = enumerate(turns)
    results: dict[int, T | BaseException] = {}

    async def take_turns() -> None:
        for number, turn in waiting:
            results[number] = await _guarded(turn)

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(limit):
                tasks.create_task(take_turns())
    finally:
        for _, turn in waiting:
            turn.close()
    return [results[number] for number in sorted(results)]


async def _guarded(turn: Coroutine[Any, Any, T]) -> T | BaseException:
    try:
        return await turn
    except Exception as error:
        return error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        # The turn cancelled itself.
        return error

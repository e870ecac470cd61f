"""Run an event loop, and many turns concurrently in it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")


def run_async(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` in a new event loop of uvloop, which saves a quarter of the CPU time."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


async def run_turns(turns: AsyncIterator[Coroutine[Any, Any, T]]) -> list[T | BaseException]:
    """Start each turn when `turns` yields it; return the results or exceptions of all, in order.

    Cancelling this cancels the running turns and starts no further ones.
    """
    started: list[asyncio.Task[T | BaseException]] = []
    async with asyncio.TaskGroup() as tasks:
        async for turn in turns:
            started.append(tasks.create_task(_guarded(turn)))
    return [task.result() for task in started]


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

"""Turns run concurrently, and none affects another."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

from worker.fetch import run_async, run_turns


async def echo(word: str) -> str:
    await asyncio.sleep(0)
    return word


async def fail(error: BaseException) -> str:
    raise error


async def each(*turns: Coroutine[Any, Any, str]) -> AsyncIterator[Coroutine[Any, Any, str]]:
    for turn in turns:
        yield turn


def test_results_and_exceptions_are_returned_in_order() -> None:
    wrong = ValueError("x")
    assert run_async(run_turns(each(echo("a"), fail(wrong), echo("b")))) == ["a", wrong, "b"]


def test_a_turn_that_cancels_itself_returns_its_exception() -> None:
    [first, second] = run_async(run_turns(each(fail(asyncio.CancelledError()), echo("b"))))
    assert isinstance(first, asyncio.CancelledError)
    assert second == "b"


def test_turns_run_concurrently() -> None:
    async def meet(mine: asyncio.Event, other: asyncio.Event) -> str:
        mine.set()
        await other.wait()
        return "met"

    async def main() -> list[str | BaseException]:
        one, two = asyncio.Event(), asyncio.Event()
        return await run_turns(each(meet(one, two), meet(two, one)))

    assert run_async(main()) == ["met", "met"]


def test_cancelling_stops_running_turns_and_starts_no_further_ones() -> None:
    begun = []

    async def turn(number: int) -> None:
        begun.append(number)
        await asyncio.sleep(60)

    async def turns() -> AsyncIterator[Coroutine[Any, Any, None]]:
        for number in range(3):
            yield turn(number)
        await asyncio.sleep(60)
        yield turn(3)

    async def main() -> None:
        async with asyncio.timeout(0.05):
            await run_turns(turns())

    with pytest.raises(TimeoutError):
        run_async(main())
    assert begun == [0, 1, 2]


def test_without_turns_there_are_no_results() -> None:
    assert run_async(run_turns(each())) == []

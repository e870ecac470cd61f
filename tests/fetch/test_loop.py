"""Turns run concurrently within a limit, and none affects another."""

import asyncio

import pytest

from worker.fetch import run_async, run_turns


async def echo(word: str) -> str:
    await asyncio.sleep(0)
    return word


async def fail(error: BaseException) -> str:
    raise error


def test_results_and_exceptions_are_returned_in_order() -> None:
    wrong = ValueError("x")
    assert run_async(run_turns([echo("a"), fail(wrong), echo("b")], 2)) == ["a", wrong, "b"]


def test_a_turn_that_cancels_itself_returns_its_exception() -> None:
    [first, second] = run_async(run_turns([fail(asyncio.CancelledError()), echo("b")], 1))
    assert isinstance(first, asyncio.CancelledError)
    assert second == "b"


def test_at_most_the_limit_of_turns_run_at_once() -> None:
    running = 0
    most = 0

    async def turn() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    run_async(run_turns((turn() for _ in range(50)), 7))
    assert (running, most) == (0, 7)


def test_turns_run_concurrently() -> None:
    async def meet(mine: asyncio.Event, other: asyncio.Event) -> str:
        mine.set()
        await other.wait()
        return "met"

    async def main() -> list[str | BaseException]:
        one, two = asyncio.Event(), asyncio.Event()
        return await run_turns([meet(one, two), meet(two, one)], 2)

    assert run_async(main()) == ["met", "met"]


def test_cancelling_stops_running_turns_and_starts_no_further_ones() -> None:
    begun = []

    async def turn(number: int) -> None:
        begun.append(number)
        await asyncio.sleep(60)

    async def main() -> None:
        async with asyncio.timeout(0.05):
            await run_turns([turn(number) for number in range(10)], 3)

    with pytest.raises(TimeoutError):
        run_async(main())
    assert begun == [0, 1, 2]


def test_an_empty_list_of_turns_has_no_results() -> None:
    assert run_async(run_turns([], 5)) == []

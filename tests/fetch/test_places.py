"""Turns lend their places while they wait, so that others can begin, and need one to read an answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from worker.fetch import run_async
from worker.fetch.places import TURNS_FOR_A_PLACE, Places, TurnPlace

LEND_AFTER = 0.02
Play = Callable[[Places], Awaitable[Any]]


def play(size: int, scene: Play) -> Any:
    async def main() -> Any:
        return await scene(Places(size, lend_after=LEND_AFTER))

    return run_async(main())


async def lent(places: Places) -> TurnPlace:
    """A turn that has waited for so long that its place is lent."""
    place = await places.take()
    place.lend()
    await places.until_free(places.free + 1, seconds=5.0)
    return place


async def waits(awaitable: Awaitable[Any]) -> bool:
    """Whether this is not done at once."""
    task = asyncio.ensure_future(awaitable)
    await asyncio.wait([task], timeout=0.01)
    was_done = task.done()
    task.cancel()
    return not was_done


def test_a_turn_begins_only_when_there_is_a_place_for_it() -> None:
    async def scene(places: Places) -> None:
        first = await places.take()
        assert await waits(places.take())
        first.leave()
        assert not await waits(places.take())

    play(1, scene)


def test_the_place_of_a_turn_that_waits_for_long_goes_to_another_turn() -> None:
    async def scene(places: Places) -> None:
        await lent(places)
        assert (places.free, places.turns, places.waiting) == (1, 1, 1)
        await places.take()
        assert (places.free, places.turns, places.waiting) == (0, 2, 1)

    play(1, scene)


def test_an_answer_that_comes_soon_keeps_the_place() -> None:
    async def scene(places: Places) -> None:
        place = await places.take()
        place.lend()
        await place.take_back()
        await places.until_free(1, seconds=2 * LEND_AFTER)
        assert (places.free, places.waiting) == (0, 0)

    play(1, scene)


def test_an_answer_that_comes_late_is_read_once_there_is_a_place_for_it() -> None:
    async def scene(places: Places) -> None:
        late = await lent(places)
        other = await places.take()
        assert await waits(late.take_back())
        other.leave()
        await late.take_back()
        assert (places.free, places.waiting) == (0, 0)

    play(1, scene)


def test_a_turn_that_ends_without_an_answer_leaves_nothing_behind() -> None:
    async def scene(places: Places) -> None:
        silent, busy = await lent(places), await places.take()
        silent.leave()
        busy.leave()
        assert (places.free, places.turns, places.waiting) == (2, 0, 0)

    play(2, scene)


def test_the_turns_that_wait_are_bounded() -> None:
    async def scene(places: Places) -> None:
        for _ in range(TURNS_FOR_A_PLACE):
            place = await places.take()
            place.lend()
            await places.until_free(1, seconds=5 * LEND_AFTER)
        assert places.free == 0
        assert await waits(places.take())

    play(1, scene)


@pytest.mark.parametrize("wanted", [1, 2])
def test_room_for_more_is_reported_when_as_many_places_are_free_as_wanted(wanted: int) -> None:
    async def scene(places: Places) -> bool:
        await lent(places)
        await places.take()
        return await waits(places.until_free(wanted, seconds=5.0))

    assert play(2, scene) is (wanted == 2)

"""Bodies in memory: all turns of a process together hold at most the budget and one body."""

import asyncio
import random

import pytest

from tests.fetch.conftest import limits
from tests.site import Site
from worker.fetch import run_async
from worker.fetch.body_budget import BodyBudget
from worker.fetch.client import Client
from worker.fetch.places import Places
from worker.fetch.reply import Reply

BODY = 256 * 1024
HOSTS = 16


def test_a_share_waits_until_others_have_released_theirs() -> None:
    async def main() -> None:
        budget = BodyBudget(100)
        first, second, third = (budget.share() for _ in range(3))
        await first.grow(60)
        await second.grow(40)
        # The third may exceed the budget, so that something gets finished; no other may.
        await third.grow(30)
        growing = asyncio.create_task(second.grow(10))
        await asyncio.sleep(0)
        assert not growing.done()
        third.release()
        await asyncio.wait_for(growing, 5)
        assert (budget.held, budget.most) == (110, 130)
        first.release()
        second.release()
        assert budget.held == 0

    run_async(main())


def test_bodies_that_are_half_read_do_not_wait_for_one_another_forever() -> None:
    async def read(budget: BodyBudget) -> None:
        share = budget.share()
        for _ in range(6):
            await share.grow(10)
            await asyncio.sleep(0)
        share.release()

    async def main() -> BodyBudget:
        budget = BodyBudget(100)
        await asyncio.wait_for(asyncio.gather(*(read(budget) for _ in range(20))), 5)
        return budget

    budget = run_async(main())
    assert budget.held == 0
    assert 100 < budget.most <= 100 + 60


def test_a_body_that_waits_to_be_saved_counts_while_the_turn_reads_the_next_one() -> None:
    async def main() -> None:
        budget = BodyBudget(100)
        turn, other = budget.share(), budget.share()
        await turn.grow(70)
        unsaved = turn.detach()
        await turn.grow(30)
        await other.grow(1)
        waiting = asyncio.create_task(turn.grow(1))
        await asyncio.sleep(0)
        assert not waiting.done()
        unsaved.release()
        await asyncio.wait_for(waiting, 5)
        turn.release()
        other.release()
        assert budget.held == 0

    run_async(main())


@pytest.mark.parametrize("budget", [BODY * HOSTS, 2 * BODY], ids=["ample", "tight"])
def test_turns_fetch_every_page_within_the_budget(site: Site, budget: int) -> None:
    pages = []
    for _ in range(HOSTS):
        host = site.host()
        pages.append(f"{host.home}/large")
        # Random, since the host compresses its answers.
        host.put("/large", random.randbytes(BODY))

    async def turn(client: Client, places: Places, url: str) -> int:
        place = await places.take()
        try:
            async with client.clone(place) as own:
                answer = await own.get(url)
                assert isinstance(answer, Reply)
                # As while a thread saves the page.
                await asyncio.sleep(0.01)
                return answer.size
        finally:
            place.leave()

    async def main() -> tuple[list[int], BodyBudget]:
        places = Places(HOSTS, BodyBudget(budget))
        async with Client("test", limits(body=2 * BODY, read=10.0, total=20.0)) as client:
            sizes = await asyncio.gather(*(turn(client, places, url) for url in pages))
        return sizes, places.budget

    sizes, spent = run_async(main())
    assert sizes == [BODY] * HOSTS
    assert spent.held == 0
    # The overhead of gzip is some bytes.
    assert BODY < spent.most <= budget + 1.01 * BODY

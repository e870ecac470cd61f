"""The bench at a distance works, and every poll and page that it counts has been saved."""

from collections.abc import Iterator

import pytest

from tests.bench.bench_latency import fetches, make, polls, soak
from tests.bench.slow_hosts import slow_hosts
from tests.services.service import Service


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    made = make(database_url)
    yield made
    made.store.close()


@pytest.fixture
def homes() -> Iterator[list[str]]:
    with slow_hosts(2, 0.001) as served:
        yield served


def test_polls_and_pages_are_compared_with_plain_aiohttp(service: Service, homes: list[str]) -> None:
    (poll,) = polls(service, homes, 1, processes=0)
    (fetch,) = fetches(service, homes, 1, processes=0)
    assert poll.ours > 0 < poll.plain
    assert fetch.ours > 0 < fetch.plain


def test_memory_is_reported_after_each_step_of_the_soak(service: Service, homes: list[str]) -> None:
    found = list(soak(service, homes, 80, steps=2))
    assert [done for done, _ in found] == [40, 80]
    assert all(size > 10 for _, size in found)

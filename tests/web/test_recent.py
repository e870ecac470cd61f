"""A value that is expensive to read is shared."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from tests.waiting import wait_until
from worker.web.parts import Recent


@pytest.fixture
def numbers() -> Iterator[int]:
    return count(1)


def asking(numbers: Iterator[int], *, takes: float) -> Callable[[], int]:
    def ask() -> int:
        time.sleep(takes)
        return next(numbers)

    return ask


def test_concurrent_requests_share_one_reading(numbers: Iterator[int]) -> None:
    recent = Recent(asking(numbers, takes=0.01), seconds=60)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: recent.get(), range(32)))
    assert set(answers) == {1}


def test_an_old_value_is_read_again(numbers: Iterator[int]) -> None:
    recent = Recent(asking(numbers, takes=0), seconds=0.02)
    recent.get()
    assert wait_until(lambda: recent.get() == 2)


def test_a_value_that_is_slow_to_read_is_kept_longer(numbers: Iterator[int]) -> None:
    recent = Recent(asking(numbers, takes=0.1), seconds=0)
    assert [recent.get(), recent.get()] == [1, 1]


def test_an_error_is_raised_and_not_kept(numbers: Iterator[int]) -> None:
    def ask() -> int:
        if next(numbers) == 1:
            raise ConnectionError
        return 7

    recent = Recent(ask, seconds=60)
    with pytest.raises(ConnectionError):
        recent.get()
    assert recent.get() == 7

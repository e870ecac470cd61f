"""Parsing within a time limit does not block the event loop."""

import asyncio
import time
from collections.abc import Callable

import pytest

from worker.outcome import Reason, Refusal
from worker.services.engine.bounded_parse import LOOP_BYTES, BoundedParser


def busy(seconds: float) -> Callable[[], str]:
    """Return a function that keeps the processor busy for `seconds`."""

    def work() -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pass
        return "read"

    return work


def longest_pause(work: Callable[[], str], *, size: int, seconds: float) -> tuple[str | Refusal, float]:
    """Return the result of parsing, and the longest time for which the loop was blocked."""

    async def run() -> tuple[str | Refusal, float]:
        reading = asyncio.ensure_future(BoundedParser(seconds).run(work, size=size))
        longest, before = 0.0, time.monotonic()
        while not reading.done():
            await asyncio.sleep(0.001)
            longest, before = max(longest, time.monotonic() - before), time.monotonic()
        return reading.result(), longest

    return asyncio.run(run())


def test_a_large_document_is_parsed_without_blocking_the_loop() -> None:
    found, pause = longest_pause(busy(0.5), size=LOOP_BYTES + 1, seconds=5)
    assert found == "read"
    assert pause < 0.3


def test_a_small_document_that_is_slow_to_parse_does_not_block_the_loop() -> None:
    found, pause = longest_pause(busy(1.2), size=10, seconds=5)
    assert found == "read"
    assert pause < 1


@pytest.mark.parametrize("size", [10, LOOP_BYTES + 1])
def test_a_document_that_takes_longer_than_the_limit_is_refused(size: int) -> None:
    found, _ = longest_pause(busy(10), size=size, seconds=0.1)
    assert found == Refusal(Reason.TOO_SLOW, "parsing took more than 0.1 s")


def test_an_error_of_the_parser_reaches_the_caller() -> None:
    def broken() -> str:
        raise KeyError("x")

    with pytest.raises(KeyError):
        longest_pause(broken, size=LOOP_BYTES + 1, seconds=1)

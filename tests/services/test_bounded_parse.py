"""Parsing within a time limit does not block the event loop."""

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from worker.outcome import Reason, Refusal
from worker.services.engine.bounded_parse import LOOP_BYTES, BoundedParser


def spin(seconds: float) -> None:
    """Keep the processor busy."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def parsed(
    work: Callable[[], str], *, size: int, seconds: float = 5, meanwhile: Callable[[], None] = lambda: None
) -> str | Refusal:
    """Return the result of parsing; `meanwhile` is called by the loop while the parser runs."""

    async def run() -> str | Refusal:
        parsing = asyncio.ensure_future(BoundedParser(seconds).run(work, size=size))
        await asyncio.sleep(0)
        meanwhile()
        return await parsing

    return asyncio.run(run())


def test_a_large_document_is_parsed_without_blocking_the_loop() -> None:
    loop_runs = threading.Event()

    def work() -> str:
        return "read" if loop_runs.wait(4) else "the loop was blocked"

    assert parsed(work, size=LOOP_BYTES + 1, meanwhile=loop_runs.set) == "read"


def test_a_small_document_that_is_slow_to_parse_does_not_block_the_loop() -> None:
    loop_runs, in_loop = threading.Event(), list[bool]()

    def work() -> str:
        in_loop.append(threading.current_thread() is threading.main_thread())
        if len(in_loop) == 1:
            spin(10)
        return "read" if loop_runs.wait(4) else "the loop was blocked"

    assert parsed(work, size=10, meanwhile=loop_runs.set) == "read"
    assert in_loop == [True, False]


@pytest.mark.parametrize("size", [10, LOOP_BYTES + 1])
def test_a_document_that_takes_longer_than_the_limit_is_refused(size: int) -> None:
    refusal = parsed(lambda: str(spin(10)), size=size, seconds=0.1)
    assert refusal == Refusal(Reason.TOO_SLOW, "parsing took more than 0.1 s")


def test_an_error_of_the_parser_reaches_the_caller() -> None:
    def broken() -> str:
        raise KeyError("x")

    with pytest.raises(KeyError):
        parsed(broken, size=LOOP_BYTES + 1, seconds=1)

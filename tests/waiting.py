"""Waiting for something to become true: bounded, so that a test fails instead of hanging."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# The default bound is three times the stalls seen on a busy machine. No test that passes waits for it.


def wait_until(predicate: Callable[[], T], seconds: float = 30.0, *, pause: float = 0.02) -> T:
    """Call until the answer is truthy and give it back; an AssertionError names the last answer."""
    deadline = time.monotonic() + seconds
    while not (answer := predicate()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not so after {seconds:g} s; the last answer was {answer!r}")
        time.sleep(pause)
    return answer

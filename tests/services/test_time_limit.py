"""Computations that cannot be asked to stop are stopped at their time limit."""

import contextlib
import gc
import signal
import threading
import time
import weakref
from collections.abc import Callable

import pytest

from worker.services.engine.bounded_parse import TookTooLong, time_limit


def spin(seconds: float) -> None:
    """Keep the processor busy for `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_a_block_within_its_time_is_left_alone() -> None:
    with time_limit(5):
        spin(0.01)


def test_a_block_that_takes_too_long_raises_with_the_limit_in_words() -> None:
    ended: list[bool] = []

    def work() -> None:
        spin(10)
        ended.append(True)

    with pytest.raises(TookTooLong, match=r"more than 0\.1 s"), time_limit(0.1):
        work()
    assert not ended


def test_a_library_that_catches_every_exception_is_stopped_too() -> None:
    def stubborn() -> None:
        for _ in range(100):
            with contextlib.suppress(Exception):
                spin(0.1)

    with pytest.raises(TookTooLong), time_limit(0.1):
        stubborn()


class Plain:
    """An object that takes weak references."""


class Lingering:
    """An object with a slow finalizer."""

    def __del__(self) -> None:
        spin(0.3)


def test_an_alarm_during_a_finalizer_is_raised_after_the_finalizer() -> None:
    def work() -> None:
        Lingering()
        spin(10)

    with pytest.raises(TookTooLong), time_limit(0.1):
        work()


def test_an_alarm_during_a_callback_of_the_garbage_collector_is_raised_after_it() -> None:
    def slow(_phase: str, _info: dict[str, int]) -> None:
        spin(0.15)

    def work() -> None:
        gc.collect()
        spin(10)

    gc.callbacks.append(slow)
    try:
        with pytest.raises(TookTooLong), time_limit(0.1):
            work()
    finally:
        gc.callbacks.remove(slow)


def swallow(_reference: object) -> None:
    """Spin in a weakref callback, where Python swallows exceptions."""
    spin(0.3)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_alarm_that_was_swallowed_is_raised_again() -> None:
    def work() -> None:
        kept = Plain()
        watch = weakref.ref(kept, swallow)
        del kept
        spin(10)
        assert watch() is None

    with pytest.raises(TookTooLong), time_limit(0.1):
        work()


def test_after_the_block_no_alarm_is_left_and_the_old_handler_is_restored() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with contextlib.suppress(TookTooLong), time_limit(0.05):
        spin(10)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def in_thread(work: Callable[[], None]) -> list[BaseException]:
    """Return the exceptions that `work` raises in a separate thread."""
    raised: list[BaseException] = []

    def caught() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=caught)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
    return raised


def test_in_another_thread_a_block_is_ended_too() -> None:
    def work() -> None:
        with time_limit(0.05):
            spin(10)

    (raised,) = in_thread(work)
    assert isinstance(raised, TookTooLong)
    assert str(raised) == "more than 0.05 s"


def test_in_another_thread_a_block_within_its_time_is_left_alone() -> None:
    def work() -> None:
        for _ in range(20):
            with time_limit(0.02):
                spin(0.001)
        spin(0.1)

    assert in_thread(work) == []

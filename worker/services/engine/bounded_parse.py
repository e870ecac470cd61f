"""Parsing what hosts sent within a time limit, without blocking the turns of other hosts."""

import _weakrefset
import asyncio
import contextlib
import ctypes
import gc
import signal
import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import TypeVar

from worker.outcome import Reason, Refusal

T = TypeVar("T")

LOOP_BYTES = 256 * 1024
LOOP_SECONDS = 0.5
"""Largest document, and longest time, that is parsed in the event loop itself. A guess: most feeds are
smaller, and half a second does not disturb turns whose requests are a second apart."""

FINALIZER_RETRY_SECONDS = 0.02
RAISE_AGAIN_SECONDS = 1.0
"""When to raise `TookTooLong` again: after a finalizer that would have swallowed it, and after it was raised,
in case it was swallowed elsewhere. Both are guesses."""

_WEAK_CONTAINERS = frozenset((weakref.__file__, _weakrefset.__file__))


class BoundedParser:
    """Runs parsers for at most `seconds` each.

    Small documents are parsed in the event loop. Large ones, and small ones that turn out to be slow, are
    parsed in a thread, one at a time.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._thread_lock = asyncio.Lock()

    async def run(self, parse: Callable[[], T], *, size: int) -> T | Refusal:
        """Return what `parse` makes of a document of `size` bytes; a `TOO_SLOW` refusal after the time limit.

        `parse` must have no side effects: it may be interrupted and started again.
        """
        if size <= LOOP_BYTES:
            with contextlib.suppress(TookTooLong), time_limit(min(LOOP_SECONDS, self._seconds)):
                return parse()
        async with self._thread_lock:
            return await asyncio.to_thread(partial(parse_within, self._seconds, parse))


def parse_within(seconds: float, parse: Callable[[], T]) -> T | Refusal:
    """Return what `parse` returns, or a `TOO_SLOW` refusal after `seconds`."""
    try:
        with time_limit(seconds):
            return parse()
    except TookTooLong as error:
        return Refusal(Reason.TOO_SLOW, f"parsing took {error}")


class TookTooLong(BaseException):
    """The time limit has passed. Not an `Exception`, since libraries catch those and go on."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TookTooLong` inside the block once `seconds` have passed.

    Uses SIGALRM in the main thread and a watching thread elsewhere. Code that never releases the interpreter
    (a regular expression that backtracks forever) is stopped in the main thread only; elsewhere only the
    hard time limit of the Celery task, which kills the process, ends it.
    """
    in_main = threading.current_thread() is threading.main_thread()
    with _by_alarm(seconds) if in_main else _by_thread(seconds):
        yield


@contextlib.contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    ident = ctypes.c_ulong(threading.get_ident())
    over, lock = threading.Event(), threading.Lock()

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(TookTooLong))
            wait = RAISE_AGAIN_SECONDS

    threading.Thread(target=watch, daemon=True).start()
    try:
        try:
            yield
        finally:
            with lock:
                over.set()
    except TookTooLong:
        raise TookTooLong(f"more than {seconds:g} s") from None


@contextlib.contextmanager
def _by_alarm(seconds: float) -> Iterator[None]:
    over = False

    def alarm(_signal: int, frame: FrameType | None) -> None:
        if over:
            return
        # Python swallows what is raised in a finalizer, so wait until it is done.
        finalizing = _in_finalizer(frame)
        signal.setitimer(signal.ITIMER_REAL, FINALIZER_RETRY_SECONDS if finalizing else RAISE_AGAIN_SECONDS)
        if not finalizing:
            raise TookTooLong(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        try:
            yield
        finally:
            over = True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _in_finalizer(frame: FrameType | None) -> bool:
    """Return whether a `__del__`, or a callback of the collector or of a weak container, is running."""
    collecting = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    while frame is not None:
        code = frame.f_code
        if code.co_name == "__del__" or code.co_filename in _WEAK_CONTAINERS or code in collecting:
            return True
        frame = frame.f_back
    return False

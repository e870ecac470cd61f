"""A bound on the time of a computation that cannot be asked to stop."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TookTooLong(BaseException):
    """The time is over. No `Exception`, since libraries catch those in the middle of their work and go on."""


@contextmanager
def seconds(limit: float) -> Iterator[None]:
    """Raise `TookTooLong` inside the block once `limit` seconds have passed.

    By SIGALRM, which only a main thread can receive; elsewhere the block is not bounded here and the hard
    limit of the task, which kills the process, is what remains.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(_signal: int, _frame: FrameType | None) -> None:
        raise TookTooLong(f"more than {limit:g} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

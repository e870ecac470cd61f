"""A bound on the time of a computation that cannot be asked to stop."""

import _weakrefset
import signal
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_WEAK = frozenset((weakref.__file__, _weakrefset.__file__))
SOON = 0.02
AGAIN = 1.0


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
    over = False

    def alarm(_signal: int, frame: FrameType | None) -> None:
        if over:
            return
        # What is raised in a finalizer Python swallows: wait until it is done. Should it have been swallowed
        # elsewhere (in a callback of the garbage collector), the next alarm raises again.
        finalizing = _in_finalizer(frame)
        signal.setitimer(signal.ITIMER_REAL, SOON if finalizing else AGAIN)
        if not finalizing:
            raise TookTooLong(f"more than {limit:g} s")

    before = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        try:
            yield
        finally:
            over = True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _in_finalizer(frame: FrameType | None) -> bool:
    """Whether a `__del__` is under way, or a callback of the weak containers of the standard library."""
    while frame is not None:
        if frame.f_code.co_name == "__del__" or frame.f_code.co_filename in _WEAK:
            return True
        frame = frame.f_back
    return False

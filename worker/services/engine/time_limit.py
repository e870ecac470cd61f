"""A bound on the time of a computation that cannot be asked to stop."""

import _weakrefset
import ctypes
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

    By SIGALRM in the main thread, by another thread elsewhere. Code that holds the interpreter without end (a
    pattern that is tried for ever) is stopped in the main thread alone; otherwise the hard limit of the task,
    which kills the process, is what remains.
    """
    bound = _by_alarm if threading.current_thread() is threading.main_thread() else _by_thread
    with bound(limit):
        yield


@contextmanager
def _by_thread(limit: float) -> Iterator[None]:
    ident = ctypes.c_ulong(threading.get_ident())
    over, lock = threading.Event(), threading.Lock()

    def watch() -> None:
        wait = limit
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(TookTooLong))
            # Again, should it have been swallowed.
            wait = AGAIN

    threading.Thread(target=watch, daemon=True).start()
    try:
        try:
            yield
        finally:
            with lock:
                over.set()
    except TookTooLong:
        raise TookTooLong(f"more than {limit:g} s") from None


@contextmanager
def _by_alarm(limit: float) -> Iterator[None]:
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

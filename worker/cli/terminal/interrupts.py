"""Ctrl-C, SIGTERM and a closed terminal all mean the same: stop, once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def one_interrupt() -> Iterator[None]:
    """In the block the first of these signals raises `KeyboardInterrupt`; later ones change nothing.

    SIGHUP stays ignored where it is: so says `nohup`.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    ours = [s for s in STOPPING if s != signal.SIGHUP or signal.getsignal(s) != signal.SIG_IGN]
    before = {each: signal.getsignal(each) for each in ours}
    try:
        for each in ours:
            signal.signal(each, interrupt)
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

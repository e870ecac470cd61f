"""The end of a process that was told to stop, whatever its threads wait for."""

import os
import threading

import structlog


def end_within(seconds: float) -> None:
    """End this process with exit code 0 if it still runs after `seconds`.

    The interpreter and asyncio wait for threads at their end, without limit: one that waits for a lock in the
    database keeps a stopped process alive for as long as somebody else holds it.
    """
    timer = threading.Timer(seconds, _end, args=(seconds,))
    timer.daemon = True
    timer.start()


def _end(seconds: float) -> None:
    structlog.get_logger("wiredesk").warning("work abandoned", seconds=seconds)
    os._exit(0)

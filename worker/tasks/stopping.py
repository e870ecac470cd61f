"""Stopping in bounded time.

On SIGTERM Celery takes no more messages and waits for what runs, however long that is: a host's turn lasts
half a minute. Here the tasks are told, so that a turn begins no further request and gives back what it did
not come to; and what has not ended after `DRAIN_SECONDS` is abandoned, to be due again when its lease ends.
That is less than the ten seconds after which Docker kills.
"""

import mmap
import os
import threading
from typing import Any

import structlog
from celery.signals import worker_shutting_down

DRAIN_SECONDS = 5.0


class Stopping:
    """Whether this worker stops: a byte that its children share, so it is made before they are forked."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def __call__(self) -> bool:
        """Whether it stops."""
        return self._byte[0] == 1

    def begin(self) -> None:
        """It stops from now on."""
        self._byte[0] = 1


def stop_in_time(stopping: Stopping) -> None:
    """When Celery begins to shut down, tell the tasks; end this process when they take too long."""

    def begin(**_: Any) -> None:
        stopping.begin()
        timer = threading.Timer(DRAIN_SECONDS, _abandon)
        timer.daemon = True
        timer.start()

    worker_shutting_down.connect(begin, weak=False)


def _abandon() -> None:
    structlog.get_logger("wiredesk").warning("work abandoned", seconds=DRAIN_SECONDS)
    # Its children die with it: Celery gives them PR_SET_PDEATHSIG.
    os._exit(0)

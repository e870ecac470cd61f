"""Stopping a worker in bounded time.

On SIGTERM Celery takes no more messages and waits for running tasks, which may take long: a host's turn lasts
half a minute. `StopFlag` tells the tasks to stop, so that a turn makes no further request and gives back the
rest of its rows. Tasks that run for longer than `DRAIN_SECONDS` are abandoned; their rows are due again when
the lease ends.
"""

import mmap
from typing import Any

from celery.signals import worker_shutting_down

from worker.monitor.deadline import end_within

DRAIN_SECONDS = 5.0
"""Less than the ten seconds after which Docker kills, with time for the process to end."""


class StopFlag:
    """Whether this worker stops: a byte that its children share, so create it before they are forked."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def __call__(self) -> bool:
        """Return whether the worker stops."""
        return self._byte[0] == 1

    def begin(self) -> None:
        """Set the flag."""
        self._byte[0] = 1


def stop_in_time(stopping: StopFlag) -> None:
    """Set the flag when Celery begins to shut down; end this process if the tasks take too long."""

    def begin(**_: Any) -> None:
        stopping.begin()
        # The children die with the process: Celery sets PR_SET_PDEATHSIG.
        end_within(DRAIN_SECONDS)

    worker_shutting_down.connect(begin, weak=False)

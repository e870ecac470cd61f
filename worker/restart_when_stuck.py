"""`python -m worker.restart_when_stuck FILE --max-age SECONDS`: a probe that also ends a stuck container.

Docker shows a container as unhealthy and leaves it alone; it restarts only what ends. So Compose runs this as
the health check. It answers like `worker.probe`, and when the part has shown no sign of work for twice
`SECONDS` it sends SIGTERM to the container, which then drains; after three times `SECONDS` it kills every
process below the init process, which cannot be killed from inside and ends with its child.

It sends nothing unless the init process is the entrypoint of the image (`tini -- wiredesk …`): outside of a
container, the same signals would end the machine. Kubernetes runs `worker.probe`, since the kubelet restarts.
Imports the standard library only, for the same reason as `worker.probe`.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence

from worker import probe

DRAIN_AFTER, KILL_AFTER = 2, 3
"""Multiples of the limit after which a stuck container is asked to stop, and is killed. A guess: a container
takes ten seconds to drain, and the limit is a minute."""

ENTRYPOINT = ("tini", "--", "wiredesk")
"""How the command line of the image's init process begins (deploy/Dockerfile)."""

INIT, EVERYTHING_ELSE = 1, -1
"""Process ids of kill(2): the init process, and all that may be signalled except init and the caller."""


def signal_for(idle: float, limit: float) -> tuple[int, signal.Signals] | None:
    """Return whom to signal, and how, when the part has been idle for so long; None: nobody yet."""
    if idle >= KILL_AFTER * limit:
        return EVERYTHING_ELSE, signal.SIGKILL
    if idle >= DRAIN_AFTER * limit:
        return INIT, signal.SIGTERM
    return None


def is_our_container(command_line: bytes) -> bool:
    """Return whether the command line of process 1, as /proc has it, is the entrypoint of the image."""
    words = command_line.decode("utf-8", "replace").split("\0")
    program, *arguments = words[: len(ENTRYPOINT)]
    return (os.path.basename(program), *arguments) == ENTRYPOINT  # noqa: PTH119 - as `worker.probe`


def is_inside() -> bool:
    """Return whether this process is in a container of the image."""
    # /proc may be that of another namespace of processes; the signals go to our own.
    if os.readlink("/proc/self") != str(os.getpid()):  # noqa: PTH115 - as `worker.probe`
        return False
    with open("/proc/1/cmdline", "rb") as file:  # noqa: PTH123 - as `worker.probe`
        return is_our_container(file.read())


def run(arguments: Sequence[str]) -> int:
    """Answer like the probe; end the container if the part is stuck for too long."""
    code = probe.main(list(arguments))
    if code != 1 or (idle := probe.age(arguments[0], time.time())) is None:
        return code
    if is_inside() and (found := signal_for(idle, float(arguments[2]))):
        os.kill(*found)
    return code


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

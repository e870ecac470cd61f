"""The processes of a run: workers by queue, beat and the web server, each `python -m worker.cli …`.

On a small machine polling and fetching share a worker, and the worker of the schedule sends the ticks. The
queues stay the same, so other deployments, which run one part to a container, are not concerned.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from worker.cli.running.programs import PART_COMMAND
from worker.cli.running.servers import Note
from worker.cli.terminal.errors import UserError
from worker.config.load import to_environment
from worker.config.settings import Settings
from worker.embedded import ForkServer, Guarded, Supervisor
from worker.services.watchdog import check_beat, check_worker

FEW_CORES = 2
"""Cores up to which a machine counts as small. A guess: two cores work on two stages at once."""

STOP_SECONDS = 6.0
"""Time for the processes to drain: with `servers.STOP_SECONDS` after it a run ends within ten seconds, after
which service managers kill (Docker's default)."""

PORTS_TRIED = 100
"""Ports after the wanted one that are tried. A guess."""


@dataclass(frozen=True, slots=True)
class Part:
    """A process: its arguments, for a worker the queues it serves, and whether it sends the ticks."""

    name: str
    arguments: tuple[str, ...]
    queues: tuple[str, ...] = ()
    is_beat: bool = False


def parts(settings: Settings) -> list[Part]:
    """Return all processes of a run."""
    few = has_few_processes(settings)
    # Threads: a tick must not wait for a slow receiver, and neither must another sink.
    schedule = _worker("schedule", ("schedule", "deliver"), "threads", settings.deliver_concurrency)
    extract = _worker("extract", ("extract",), "prefork", settings.extract_concurrency)
    web = Part("web", ("web",))
    if few:
        schedule = replace(schedule, arguments=(*schedule.arguments, "--beat"), is_beat=True)
        visit = _worker("visit", ("poll", "fetch"), "prefork", _shared_concurrency(settings))
        return [schedule, visit, extract, web]
    poll = _worker("poll", ("poll",), "prefork", settings.poll_concurrency)
    fetch = _worker("fetch", ("fetch",), "prefork", settings.fetch_concurrency)
    return [schedule, poll, fetch, extract, Part("beat", ("beat",), is_beat=True), web]


def has_few_processes(settings: Settings) -> bool:
    """Return whether a run on this machine has as few processes as possible."""
    if settings.few_processes is not None:
        return settings.few_processes
    return len(os.sched_getaffinity(0)) <= FEW_CORES


def _shared_concurrency(settings: Settings) -> int:
    """Return the processes of a worker that polls and fetches.

    Hosts that are not known to answer keep at most half of the processes of either stage busy, and at least
    one: with one less than the sum (3 by default) there is always a process for the others.
    """
    return max(2, settings.poll_concurrency + settings.fetch_concurrency - 1)


@contextmanager
def running(settings: Settings, note: Note, forks: ForkServer | None = None) -> Iterator[Supervisor]:
    """Keep all processes running, forked if possible, until the block ends; then drain and stop them."""
    supervisor = Supervisor(on_restart=lambda name, reason: note(f"{name} {reason}; it is started again"))
    environment = to_environment(settings)
    try:
        for part in parts(settings):
            command = [*PART_COMMAND, *part.arguments]
            supervisor.add(
                Guarded(part.name, command, log_dir=settings.data_dir / "log", env=environment, forks=forks),
                check=check_of(settings, part),
                # Without patience a starting process would be judged by what its predecessor finished.
                patience=max(settings.watchdog_seconds if part.queues else 0.0, settings.standstill_seconds),
            )
        yield supervisor
    finally:
        supervisor.drain_and_stop(STOP_SECONDS)


def web_port(settings: Settings, *, explicit: bool, note: Note) -> Settings:
    """Return the settings with a free port for the web server. Raises `UserError`.

    If the wanted port is taken, the next free one is used, unless the port was chosen by the user.
    """
    wanted = settings.web_port
    free = next((p for p in _candidates(wanted) if _is_free(settings.web_host, p)), None)
    if free is None or (explicit and wanted and free != wanted):
        raise UserError(
            f"port {wanted} of {settings.web_host} is taken: set WIREDESK_WEB_PORT to another, 0 for any"
        )
    if wanted and free != wanted:
        note(f"port {wanted} is taken; the status page is on port {free}")
    return settings.model_copy(update={"web_port": free})


def _candidates(wanted: int) -> Iterator[int]:
    # Below the ephemeral ports of Linux (32768), and by process, so that two runs seldom try the same.
    start = wanted or 20000 + os.getpid() % 10000
    return iter(range(start, min(start + PORTS_TRIED, 65536)))


def _is_free(host: str, port: int) -> bool:
    with suppress(OSError), socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return True
    return False


def _worker(name: str, queues: tuple[str, ...], pool: str, concurrency: int) -> Part:
    options = {
        "--queues": ",".join(queues),
        "--name": name,
        "--pool": pool,
        "--concurrency": str(concurrency),
    }
    return Part(name, ("worker", *(text for option in options.items() for text in option)), queues)


def check_of(settings: Settings, part: Part) -> Callable[[], str | None] | None:
    """Return the function that says why the process is stuck; None for one that cannot be."""
    if not part.queues and not part.is_beat:
        return None

    def check() -> str | None:
        why = check_worker(settings, name=part.name, stages=part.queues) if part.queues else None
        return why or (check_beat(settings) if part.is_beat else None)

    return check

"""The processes of one run: the workers by queue, beat and the web server, as `python -m worker.cli …`."""

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from worker.cli.running.servers import Note
from worker.cli.terminal.errors import Mistake
from worker.config.environment import to_environment
from worker.config.settings import Settings
from worker.embedded import Guarded, Supervisor

STOP_SECONDS = 6.0
"""With the servers' own seconds after it, all is over within ten."""


@dataclass(frozen=True, slots=True)
class Part:
    """A process: its arguments, and the queues it serves when it is a worker."""

    name: str
    arguments: tuple[str, ...]
    queues: tuple[str, ...] = ()


def parts(settings: Settings) -> list[Part]:
    """All parts of a whole run."""
    return [
        _worker("schedule", ("schedule", "deliver"), "solo", 1),
        _worker("poll", ("poll",), "prefork", settings.poll_concurrency),
        _worker("fetch", ("fetch",), "prefork", settings.fetch_concurrency),
        _worker("extract", ("extract",), "prefork", settings.extract_concurrency),
        Part("beat", ("beat",)),
        Part("web", ("web",)),
    ]


@contextmanager
def running(settings: Settings, note: Note) -> Iterator[Supervisor]:
    """All parts of a run, kept running until the block ends; then they drain and stop."""
    supervisor = Supervisor(on_restart=lambda name, reason: note(f"{name} {reason}; it is started again"))
    environment = to_environment(settings) | {"PROMETHEUS_MULTIPROC_DIR": str(_metrics_dir(settings))}
    try:
        for part in parts(settings):
            command = [sys.executable, "-m", "worker.cli", *part.arguments]
            supervisor.add(
                Guarded(part.name, command, log_dir=settings.data_dir / "log", env=environment),
                check=_check(settings, part),
                # Else a worker would be judged, while it still starts, by what its predecessor finished.
                patience=settings.watchdog_seconds,
            )
        yield supervisor
    finally:
        supervisor.drain_and_stop(STOP_SECONDS)


def web_port(settings: Settings, *, explicit: bool, note: Note) -> Settings:
    """The settings with a port for the web server that is free. Raises `Mistake`.

    Where nobody chose the port and it is taken, the next free one will do.
    """
    wanted = settings.web_port
    free = next((p for p in _candidates(wanted) if _is_free(settings.web_host, p)), None)
    if free is None or (explicit and wanted and free != wanted):
        raise Mistake(
            f"port {wanted} of {settings.web_host} is taken: set WIREDESK_WEB_PORT to another, 0 for any"
        )
    if wanted and free != wanted:
        note(f"port {wanted} is taken; the status page is on port {free}")
    return settings.model_copy(update={"web_port": free})


def _candidates(wanted: int) -> Iterator[int]:
    start = wanted or 20000 + os.getpid() % 10000
    return iter(range(start, min(start + 100, 65536)))


def _is_free(host: str, port: int) -> bool:
    with suppress(OSError), socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return True
    return False


def _worker(name: str, queues: tuple[str, ...], pool: str, concurrency: int) -> Part:
    options = (
        "--queues",
        ",".join(queues),
        "--name",
        name,
        "--pool",
        pool,
        "--concurrency",
        str(concurrency),
    )
    return Part(name, ("worker", *options), queues)


def _check(settings: Settings, part: Part) -> Callable[[], str | None] | None:
    if not part.queues:
        return None
    from worker.tasks.running import check_worker

    return lambda: check_worker(settings, name=part.name, stages=part.queues)


def _metrics_dir(settings: Settings) -> Path:
    """Where the processes keep their metrics; those of an earlier run are not ours."""
    directory = (settings.data_dir / "run" / "metrics").absolute()
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory

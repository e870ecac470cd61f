"""The data directory of a run: its lock, and the file that tells other commands where its servers are.

    run.lock            the process that holds the directory
    run/servers.json    {"database_url": …, "redis_url": …, "status_page": …}, for its user only
    run/metrics/        the counts of the processes

Imports little, so that a second run in a directory is refused at once.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from worker.config.settings import Settings
from worker.embedded import DataDirectory, DirectoryInUse, EmbeddedError

BUSY_SECONDS = 15.0
"""Longest wait for another command that holds the directory, or for a run that is starting. A guess."""
METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Names the directory by which prometheus_client adds up processes, if it is set before the import."""


def servers_file(data_dir: Path) -> Path:
    """Return the file with the addresses of a run's servers."""
    return data_dir / "run" / "servers.json"


@contextmanager
def directory_of_a_run(settings: Settings, *, emptied: bool = False) -> Iterator[None]:
    """Lock the directory for a run, empty it on request, and make those in it. Raises `EmbeddedError`.

    Metrics that are imported from then on are shared with the processes of the run.
    """
    _make(settings.data_dir / "run")
    held = hold(settings, is_run=True)
    # This raises if a run holds the lock, and names its process.
    lock = held if isinstance(held, DataDirectory) else DataDirectory(settings.data_dir)
    try:
        if emptied:
            for path in settings.data_dir.iterdir():
                if path.is_dir():
                    shutil.rmtree(path)
        _make(settings.data_dir / "run")
        _make(settings.data_dir / "log")
        os.environ[METRICS_VARIABLE] = str(_metrics_dir(settings.data_dir))
        yield
    finally:
        os.environ.pop(METRICS_VARIABLE, None)
        lock.release()


def _metrics_dir(data_dir: Path) -> Path:
    """Return an empty directory for the metrics of the processes; those of an earlier run are deleted."""
    directory = data_dir / "run" / "metrics"
    shutil.rmtree(directory, ignore_errors=True)
    _make(directory)
    return directory


def _make(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"the directory {path} cannot be made: {error.strerror}") from None


def hold(settings: Settings, *, is_run: bool = False) -> DataDirectory | Settings:
    """Lock the directory, or return the settings of the run that holds it. Raises `EmbeddedError`.

    A holder without a servers file is a run that is starting, or a command that is done soon: wait for it.
    A second run waits for commands only.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            lock = DataDirectory(settings.data_dir, is_run=is_run)
        except DirectoryInUse as error:
            if is_run and error.is_run:
                raise
            if found := living(settings):
                return found
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            # A run that was killed left it.
            servers_file(settings.data_dir).unlink(missing_ok=True)
            return lock


def living(settings: Settings) -> Settings | None:
    """Return the settings with the servers of a run in this directory; None without a readable file."""
    try:
        said = json.loads(servers_file(settings.data_dir).read_text())
        found = {"database_url": said["database_url"], "redis_url": settings.redis_url or said["redis_url"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return settings.model_copy(update=found)

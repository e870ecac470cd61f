"""The lock that allows one run per data directory."""

import fcntl
import os
import time
from pathlib import Path

from worker.embedded.process import EmbeddedError

LOCK = "run.lock"
"""The file in the data directory: the process that holds it, and `run` if that is a run."""
GLANCE_SECONDS = 0.05
"""Pause before the second try: `is_running` takes the lock for microseconds."""


class DirectoryInUse(EmbeddedError):
    """Another process holds the directory; `is_run`: it is a run, and not a command that ends soon."""

    def __init__(self, message: str, *, is_run: bool) -> None:
        super().__init__(message)
        self.is_run = is_run


class DataDirectory:
    """A lock on `<data_dir>/run.lock`, held as long as this process lives; the kernel frees it.

    Child processes do not inherit it. `is_run`: held by a run, for as long as it works. Raises
    `DirectoryInUse`, `EmbeddedError`.
    """

    def __init__(self, data_dir: Path, *, is_run: bool = False) -> None:
        self.path = data_dir
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(data_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise EmbeddedError(f"the data directory cannot be used: {error}") from None
        if not _lock(self._fd):
            process, _, kind = os.read(self._fd, 32).decode().strip().partition(" ")
            os.close(self._fd)
            raise DirectoryInUse(
                f"{data_dir} is in use by another wiredesk {kind or 'command'} (process "
                f"{process or 'unknown'}): stop that one, or choose another directory with WIREDESK_DATA_DIR",
                is_run=kind == "run",
            )
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}{' run' if is_run else ''}\n".encode(), 0)

    def release(self) -> None:
        """Release the directory for another run."""
        os.close(self._fd)


def is_running(data_dir: Path) -> bool:
    """Return whether a run holds the directory, also one that is still starting its servers."""
    try:
        fd = os.open(data_dir / LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(fd, 32).decode().strip().endswith(" run")
    finally:
        os.close(fd)
    return False


def _lock(fd: int) -> bool:
    for last in (False, True):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not last:
                time.sleep(GLANCE_SECONDS)
        else:
            return True
    return False

"""The lock that allows one run per data directory."""

import fcntl
import os
from pathlib import Path

from worker.embedded.process import EmbeddedError

LOCK = "run.lock"
"""The file in the data directory."""


class DataDirectory:
    """A lock on `<data_dir>/run.lock`, held as long as this process lives; the kernel frees it.

    Child processes do not inherit it. Raises `EmbeddedError` when another run holds it.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(data_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise EmbeddedError(f"the data directory cannot be used: {error}") from None
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._fd, 32).decode().strip() or "unknown"
            os.close(self._fd)
            raise EmbeddedError(
                f"{data_dir} is in use by another wiredesk run (process {holder}): stop that one, "
                "or choose another directory with WIREDESK_DATA_DIR"
            ) from None
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Release the directory for another run."""
        os.close(self._fd)

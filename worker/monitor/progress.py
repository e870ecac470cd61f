"""When a worker last finished a task, or beat last looked at its schedule.

It is the modification time of a file that all processes of the part touch.

It is a file rather than a key in Redis, because probes in the same container must be able to read it when
Redis does not answer.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NAME_VARIABLE = "WORKER_NAME"
"""Set by `wiredesk worker` for itself and its children: the name of the worker they belong to."""


@dataclass(frozen=True, slots=True)
class WorkerProgress:
    """The progress file of one worker."""

    path: Path

    @classmethod
    def of(cls, data_dir: Path, name: str | None = None) -> "WorkerProgress":
        """Return the file of the worker called `name`; default: the worker that this process belongs to."""
        name = name or os.environ.get(NAME_VARIABLE, "worker")
        return cls(data_dir / "run" / f"{name}.progress")

    def mark(self) -> None:
        """Record that a task was finished, or the schedule looked at, now."""
        try:
            os.utime(self.path)
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch()

    def last(self) -> datetime | None:
        """Return when `mark` was last called, None if never."""
        try:
            return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

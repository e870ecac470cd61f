"""When a worker last finished something: the time stamp of a file that all its processes touch.

A file and not a key in Redis, since it must be readable when Redis is away, and by a probe in the same
container alone.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NAME_VARIABLE = "WORKER_NAME"
"""Set by `wiredesk worker` for itself and its children: the name of the worker they belong to."""


@dataclass(frozen=True, slots=True)
class WorkerProgress:
    """The mark of one worker."""

    path: Path

    @classmethod
    def of(cls, data_dir: Path, name: str | None = None) -> "WorkerProgress":
        """Return the mark of the worker called `name`; default: the worker that this process belongs to."""
        name = name or os.environ.get(NAME_VARIABLE, "worker")
        return cls(data_dir / "run" / f"{name}.progress")

    def mark(self) -> None:
        """Something was finished now."""
        try:
            os.utime(self.path)
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch()

    def last(self) -> datetime | None:
        """When something was last finished; None when nothing ever was."""
        try:
            return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

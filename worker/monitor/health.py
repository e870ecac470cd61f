"""The health file of each part, whose age `worker.probe` compares with a limit.

A part touches its file when it has done work or has found none to do, so the file of a part that lives but is
stuck grows old. A file can be read without the part, its servers, and the libraries that take seconds to
import.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HealthFile:
    """The health file of one part."""

    path: Path

    @classmethod
    def of(cls, data_dir: Path, health_dir: Path | None, name: str) -> "HealthFile":
        """Return the file of the part called `name`, in `health_dir` or else in `data_dir`/health."""
        return cls((health_dir or data_dir / "health") / name)

    def touch(self) -> None:
        """Record that the part works now; nothing is recorded while the file cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch()
        except OSError:
            # A full or read-only disk must not end a part that works; the probe sees the age.
            return

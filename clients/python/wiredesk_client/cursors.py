"""Where a follower stopped: kept in memory, in a file, or wherever the program keeps its results."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from wiredesk_client.errors import CursorError


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the change log: all up to `cursor` was processed.

    `epoch` names the log as it was then; `filter` is what was followed.
    """

    cursor: int = 0
    epoch: str | None = None
    filter: str | None = None


class CursorStore(Protocol):
    """What `follow` needs from a place where positions are kept, such as a row next to the results."""

    def load(self) -> Position | None:
        """Return the saved position; None at the first start."""

    def save(self, position: Position) -> None:
        """Save the position so that either the old or the new one survives a crash."""


class FileCursor:
    """A cursor in a small JSON file. The file is replaced as a whole, so a crash never leaves half of one."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def load(self) -> Position | None:
        """Return the saved position; None if there is no file. Raises `CursorError`."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            return Position(int(found["cursor"]), found.get("epoch"), found.get("filter"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise CursorError(
                f"{self.path} is not a readable cursor ({error!r}); delete it to start from the beginning"
            ) from None

    def save(self, position: Position) -> None:
        """Replace the file, and return once it is on the disk."""
        directory = self.path.parent
        # In the same directory, since a rename is atomic within one file system only.
        handle, temporary = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=directory)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(position), file)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_directory(directory)


class MemoryCursor:
    """A cursor that ends with the program."""

    def __init__(self, cursor: int = 0) -> None:
        self._position = Position(cursor)

    def load(self) -> Position | None:
        """Return the last saved position."""
        return self._position

    def save(self, position: Position) -> None:
        """Remember the position."""
        self._position = position


def _sync_directory(directory: Path) -> None:
    """Make a rename last through a loss of power; systems that cannot sync a directory do without."""
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)

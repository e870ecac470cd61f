"""The file of a backup: written under a temporary name and renamed when it is whole."""

import fcntl
import hashlib
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from worker.services.backup.manifest import BackupProblem, Manifest, from_bytes, to_bytes

DUMP, MANIFEST = "database.dump", "manifest.json"
"""The members of the archive, in this order."""

NAME = re.compile(r"wiredesk-\d{8}T\d{6}Z\.tar")
"""Names of backups in a directory; they sort by time."""

PARTIAL = re.compile(r"\.wiredesk-.+\.partial")
"""Names of files that are being written, or that a killed backup left."""

CHUNK = 1 << 20
"""Bytes that are copied and hashed at a time."""

Moved = Callable[[int], None]
"""Called with the bytes written or read so far."""


@dataclass(frozen=True, slots=True)
class Written:
    """The dump in a backup: its size and hash."""

    bytes: int
    sha256: str


def dated_name(at: datetime) -> str:
    """Return the name of the backup of this time."""
    return f"wiredesk-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar"


def rotate(directory: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups of a directory; return those that were removed."""
    found = sorted(path for path in directory.iterdir() if NAME.fullmatch(path.name))
    old = found[:-keep]
    for path in old:
        path.unlink()
    return old


class BackupWriter:
    """A backup under way: first `dump`, then `finish`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def dump(self, source: IO[bytes], moved: Moved) -> Written:
        """Copy the dump into the file, and leave room for its header: its size is known at the end."""
        digest, size = hashlib.sha256(), 0
        self._file.write(bytes(tarfile.BLOCKSIZE))
        while chunk := source.read(CHUNK):
            self._file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            moved(size)
        self._pad(size)
        return Written(size, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and the header of the dump, and write everything to the disk."""
        document = to_bytes(manifest)
        self._file.write(_header(MANIFEST, len(document), manifest.taken_at) + document)
        self._pad(len(document))
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))
        self._file.seek(0)
        self._file.write(_header(DUMP, manifest.bytes, manifest.taken_at))
        self._file.flush()
        os.fsync(self._file.fileno())

    def _pad(self, size: int) -> None:
        self._file.write(bytes(-size % tarfile.BLOCKSIZE))


@contextmanager
def writing(path: Path) -> Iterator[BackupWriter]:
    """Yield a writer of the backup `path`, which appears when the block ends without an exception.

    Only its owner may read it: it holds keys and secrets. Raises `OSError`.
    """
    _remove_leftovers(path.parent)
    partial = path.with_name(f".wiredesk-{path.name}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield BackupWriter(file)
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
    _sync(path.parent)


def _remove_leftovers(directory: Path) -> None:
    """Remove what killed backups left; a living one holds the lock of its file."""
    for path in directory.iterdir():
        if PARTIAL.fullmatch(path.name):
            with path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                path.unlink(missing_ok=True)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _header(name: str, size: int, at: datetime) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(at.timestamp())
    return member.tobuf(tarfile.GNU_FORMAT)


class BackupFile:
    """A backup to restore from. Raises `BackupProblem`, with the path in the message."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest, self._offset = self._open()

    def verify(self, moved: Moved) -> None:
        """Read the dump once, and compare its size and hash with the manifest."""
        digest = hashlib.sha256()
        for size, chunk in self._chunks():
            digest.update(chunk)
            moved(size)
        if digest.hexdigest() != self.manifest.sha256:
            raise self._problem(
                "has changed since it was written (its SHA-256 differs): choose another backup"
            )

    def copy_dump(self, to: IO[bytes], moved: Moved) -> None:
        """Write the dump to a program."""
        for size, chunk in self._chunks():
            to.write(chunk)
            moved(size)

    def _chunks(self) -> Iterator[tuple[int, bytes]]:
        left = self.manifest.bytes
        with self.path.open("rb") as file:
            file.seek(self._offset)
            while left and (chunk := file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield self.manifest.bytes - left, chunk

    def _open(self) -> tuple[Manifest, int]:
        try:
            with tarfile.open(self.path, "r:") as archive:
                members = {member.name: member for member in archive.getmembers()}
                document = archive.extractfile(members[MANIFEST])
                assert document is not None
                manifest, dump = from_bytes(document.read()), members[DUMP]
        except OSError as error:
            raise self._problem(f"cannot be read: {error.strerror}") from None
        except BackupProblem as error:
            raise self._problem(f"cannot be restored: {error}") from None
        except (tarfile.TarError, KeyError, EOFError):
            raise self._problem(self._incomplete()) from None
        if dump.size != manifest.bytes:
            raise self._problem(self._incomplete())
        return manifest, dump.offset_data

    def _incomplete(self) -> str:
        """Say whether the file is the beginning of a backup, or something else."""
        with self.path.open("rb") as file:
            begin = file.read(tarfile.BLOCKSIZE)
        if begin.startswith(DUMP.encode()) or not begin.strip(b"\0"):
            return (
                f"is not a whole backup: it breaks off after {self.path.stat().st_size:,} bytes; "
                "copy it again, or choose another backup"
            )
        return "is not a backup of Wiredesk: `wiredesk backup DIR` makes one"

    def _problem(self, words: str) -> BackupProblem:
        return BackupProblem(f"{self.path} {words}")

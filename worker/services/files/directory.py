"""The directory of an export: its manifest, and what survives a kill.

    manifest.json                          what is here; written last, replaced at once
    articles/stored=2026-11-30/part-…      the files
    .wiredesk-export/plan.json             the plan of a run under way
    .wiredesk-export/journal.jsonl         its files that are complete, and its days that are in place

A file is written under a temporary name, synced, and renamed to its name with `.ready` at the end; once all
files of a day are ready, they take their places. Names that begin with a dot are ignored by readers.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from worker.services.files.plan import ExportOptions, ExportPlan, WrittenFile

STATE, PLAN, JOURNAL, LOCK = ".wiredesk-export", "plan.json", "journal.jsonl", "lock"
"""The directory of a run's own files, and their names."""

MANIFEST = "manifest.json"
"""What the directory holds, for programs."""

HASHED_AT_ONCE = 1 << 20
"""Bytes of a file that are read at once to hash it: a mebibyte."""


class ExportProblem(Exception):
    """An export cannot be made; the text is one line: what is wrong and what to do."""


class ExportDirectory:
    """The directory of one export, held by this process. Raises `ExportProblem`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._state = path / STATE

    @contextmanager
    def held(self) -> Iterator[None]:
        """Create and hold the directory: two exports must not write into it at once."""
        self._state.mkdir(parents=True, exist_ok=True)
        with (self._state / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ExportProblem(f"{self.path}: another export is writing here") from None
            yield

    def manifest(self) -> dict[str, Any] | None:
        """Return the manifest; None where nothing was exported yet."""
        try:
            found = json.loads((self.path / MANIFEST).read_text())
        except FileNotFoundError:
            return None
        except ValueError:
            raise ExportProblem(f"{self.path / MANIFEST} is not a manifest: use another directory") from None
        assert isinstance(found, dict)
        return found

    def save_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Replace the manifest, and end the run."""
        _save(self.path / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
        for name in (PLAN, JOURNAL):
            (self._state / name).unlink(missing_ok=True)
        sync_directory(self._state)

    def plan(self, options: ExportOptions) -> ExportPlan | None:
        """Return the plan of a run that was stopped; None if the last run finished."""
        try:
            found = ExportPlan.from_json(json.loads((self._state / PLAN).read_text()))
        except FileNotFoundError:
            return None
        if not found.options.is_same_but_for_columns(options):
            raise ExportProblem(
                f"{self.path} holds an unfinished export with other options: "
                f"repeat that one, or remove {self._state}"
            )
        # After an update of Wiredesk the run begins again, with the new columns.
        return found if found.options == options else None

    def begin(self, plan: ExportPlan) -> None:
        """Write the plan of a new run."""
        (self._state / JOURNAL).unlink(missing_ok=True)
        _save(self._state / PLAN, json.dumps(plan.to_json()))

    def journal(self) -> tuple[dict[str, WrittenFile], set[str]]:
        """Return the complete files of the run by path, and its days that are in place."""
        files: dict[str, WrittenFile] = {}
        days: set[str] = set()
        path = self._state / JOURNAL
        lines = path.read_text().splitlines() if path.exists() else []
        for line in lines:
            try:
                said = json.loads(line)
            except ValueError:
                # The last line of a run that was killed while it wrote it.
                continue
            if "day" in said:
                days.add(said["day"])
            else:
                files[said["path"]] = WrittenFile(**said)
        return files, days

    def note_file(self, file: WrittenFile) -> None:
        """Note that a file is complete."""
        self._note(asdict(file))

    def note_day(self, day: str) -> None:
        """Note that the files of a day are in place."""
        self._note({"day": day})

    def _note(self, said: Mapping[str, Any]) -> None:
        with (self._state / JOURNAL).open("a") as journal:
            # On a new line, should the last one be torn.
            journal.write(f"\n{json.dumps(said)}\n")
            journal.flush()
            _sync(journal.fileno())

    def temporary(self, path: str) -> Path:
        """Return the temporary name for the file at `path`; a leftover of a killed run is removed."""
        found = self._temporary(path)
        found.parent.mkdir(parents=True, exist_ok=True)
        remove(found)
        return found

    def ready(self, path: str) -> Path:
        """Return the name of a complete file that is not in its place yet."""
        place = self.path / path
        return place.with_name(f".{place.name}.ready")

    def make_ready(self, path: str) -> tuple[int, str]:
        """Sync the temporary file at `path` and rename it; return its size and hash."""
        temporary, ready = self._temporary(path), self.ready(path)
        size, digest = measure(temporary, sync=True)
        remove(ready)
        temporary.rename(ready)
        sync_directory(ready.parent)
        return size, digest

    def _temporary(self, path: str) -> Path:
        place = self.path / path
        return place.with_name(f".{place.name}.tmp")

    def is_complete(self, file: WrittenFile) -> bool:
        """Return whether a file of the journal is ready, or in its place already."""
        place = self.path / file.path
        if self.ready(file.path).exists():
            return True
        return place.exists() and measure(place) == (file.bytes, file.sha256)

    def put_in_place(self, set_: str, day: str, paths: Iterable[str]) -> None:
        """Move the ready files of a day to their places, and remove all others of the set and day."""
        directory = self.path / set_ / f"stored={day}"
        wanted = [self.path / path for path in paths]
        for place in wanted:
            ready = self.ready(place.relative_to(self.path).as_posix())
            if ready.exists():
                if place.is_dir():
                    # A directory is not replaced by a rename.
                    shutil.rmtree(place)
                ready.rename(place)
        if not directory.exists():
            return
        for other in directory.iterdir():
            if other not in wanted:
                remove(other)
        sync_directory(directory)
        if not wanted:
            directory.rmdir()


def remove(path: Path) -> None:
    """Remove a file or a directory, if it exists."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def measure(path: Path, *, sync: bool = False) -> tuple[int, str]:
    """Return the size and the SHA-256 of a file; of a directory, those of its files in order, with names."""
    if not path.is_dir():
        return _measure_file(path, sync)
    total, digest = 0, hashlib.sha256()
    for file in sorted(path.iterdir()):
        size, hashed = _measure_file(file, sync)
        total += size
        digest.update(f"{hashed}  {file.name}\n".encode())
    if sync:
        sync_directory(path)
    return total, digest.hexdigest()


def sync_directory(path: Path) -> None:
    """Make the names in a directory survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _measure_file(path: Path, sync: bool) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(HASHED_AT_ONCE):
            digest.update(piece)
            size += len(piece)
        if sync:
            _sync(file.fileno())
    return size, digest.hexdigest()


def _save(path: Path, text: str) -> None:
    """Write a small file so that it is there as a whole or not at all."""
    partial = path.with_name(f".{path.name}.tmp")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        _sync(file.fileno())
    partial.rename(path)
    sync_directory(path.parent)


def _sync(descriptor: int) -> None:
    os.fsync(descriptor)

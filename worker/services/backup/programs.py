"""pg_dump, pg_restore and psql as processes.

They learn the database from their environment, so that no password is in a command line.
"""

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO

from worker.embedded.binaries import PostgresBinaries
from worker.services.backup.file import CHUNK, BackupFile, Moved
from worker.services.backup.manifest import BackupProblem

COMPRESSION = "1"
"""The fastest level of gzip: most bytes of a store are kept pages, which are compressed already."""

WITHOUT_ROLES = ("--no-owner", "--no-privileges")
"""A dump has no roles, and a grant to a missing role would fail; readers get their rights afterwards."""

Environment = Mapping[str, str]
"""The variables by which libpq finds a database."""


class Program:
    """A running program whose standard error is kept for the message."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        self.process, self._name, self._errors = process, name, errors

    def check(self) -> None:
        """Wait for the end. Raises `BackupProblem` with the first error that the program has printed."""
        if self.process.wait() == 0:
            return
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").splitlines()
        errors = [line for line in lines if "error:" in line.lower()] or lines
        said = errors[0].strip() if errors else f"exit code {self.process.returncode}"
        raise BackupProblem(f"{self._name} failed: {said.removeprefix(f'{self._name}: error: ')}")


@contextmanager
def _running(
    programs: PostgresBinaries, name: str, *arguments: str, env: Environment, reads: bool, writes: bool
) -> Iterator[Program]:
    """Run a program; it is killed when the block ends before it."""
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [programs.directory / name, *arguments],
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.PIPE if writes else subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, **env},
        ) as process,
    ):
        try:
            yield Program(name, process, errors)
        finally:
            process.kill()
            if process.stdin is not None:
                with suppress(OSError):
                    process.stdin.close()


@contextmanager
def dumping(programs: PostgresBinaries, env: Environment, snapshot: str) -> Iterator[IO[bytes]]:
    """Yield the dump of a snapshot, to be read to its end. Raises `BackupProblem`."""
    options = ("--format=custom", f"--compress={COMPRESSION}", *WITHOUT_ROLES, f"--snapshot={snapshot}")
    with _running(programs, "pg_dump", *options, env=env, reads=False, writes=True) as program:
        assert program.process.stdout is not None
        yield program.process.stdout
        program.check()


def load_dump(
    programs: PostgresBinaries, env: Environment, backup: BackupFile, *, before: str, after: str, moved: Moved
) -> None:
    """Execute `before`, the dump and `after` in one transaction.

    Raises `BackupProblem`; then nothing has changed.
    """
    options = ("-Xq", "-v", "ON_ERROR_STOP=1")
    with (
        _running(programs, "psql", *options, env=env, reads=True, writes=False) as psql,
        _running(
            programs, "pg_restore", *WITHOUT_ROLES, "--file=-", env=env, reads=True, writes=True
        ) as restore,
    ):
        into, dump = psql.process.stdin, restore.process.stdout
        assert into is not None
        assert dump is not None
        threading.Thread(target=_feed, args=(backup, restore.process, moved), daemon=True).start()
        # A psql that fails stops reading. Without the COMMIT at the end the server rolls back.
        with suppress(BrokenPipeError):
            into.write(f"BEGIN;\n{before}\n".encode())
            while chunk := dump.read(CHUNK):
                into.write(chunk)
            restore.check()
            into.write(f"{after}\nCOMMIT;\n".encode())
        with suppress(BrokenPipeError):
            into.close()
        psql.check()


def _feed(backup: BackupFile, process: subprocess.Popen[bytes], moved: Moved) -> None:
    """Write the dump to pg_restore; if it is cut short, pg_restore fails."""
    assert process.stdin is not None
    with suppress(OSError, ValueError):
        backup.copy_dump(process.stdin, moved)
        process.stdin.close()

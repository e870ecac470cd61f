"""The manifest of a backup: what it holds, and how to tell that it is whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

FORMAT = 1
"""The number of this form of backups; a reader refuses later ones."""


class BackupProblem(Exception):
    """A backup cannot be made or restored; the message is one line: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class LogEnd:
    """The end of the change log in a backup: its newest line, and the epoch that it belongs to."""

    newest: int
    epoch: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: the state of the store at `taken_at`, by the clock of the database.

    `server` and `program` are the major versions of PostgreSQL and of the pg_dump that read it. `rows` has
    the number of rows of each table, counted in the snapshot that was dumped.
    """

    format: int
    wiredesk: str
    schema: str
    server: int
    program: int
    taken_at: datetime
    log: LogEnd
    rows: Mapping[str, int]
    bytes: int
    sha256: str


_ADAPTER = TypeAdapter(Manifest)


def to_bytes(manifest: Manifest) -> bytes:
    """Return the manifest as JSON that a person can read."""
    return _ADAPTER.dump_json(manifest, indent=2) + b"\n"


def from_bytes(document: bytes) -> Manifest:
    """Read a manifest. Raises `BackupProblem`."""
    try:
        found = _ADAPTER.validate_json(document)
    except ValidationError:
        raise BackupProblem("its manifest cannot be read: choose another backup") from None
    if found.format > FORMAT:
        raise BackupProblem(
            f"it was made by Wiredesk {found.wiredesk} in a later form: install that version to restore it"
        )
    return found

"""Make a backup: one snapshot, counted and dumped into a file that appears when it is whole."""

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from worker import __version__
from worker.embedded.binaries import dump_programs
from worker.services.backup.file import Moved, dated_name, rotate, writing
from worker.services.backup.manifest import FORMAT, BackupProblem, LogEnd, Manifest
from worker.services.backup.programs import dumping
from worker.store import Connection, Store, backups, changes, health, migrate


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A finished backup, and the older ones that were removed."""

    path: Path
    manifest: Manifest
    removed: list[Path]


def make_backup(store: Store, url: str, target: Path, *, keep: int | None, moved: Moved) -> BackupMade:
    """Back up the store at `url` into the file `target`, or under a dated name into that directory.

    With `keep` only the newest backups of the directory stay. Raises `BackupProblem`, `EmbeddedError`,
    `StoreUnavailable`, `OSError`.
    """
    with store.begin() as db:
        programs = dump_programs(health.server(db).version)
    with store.begin() as db:
        state = backups.snapshot(db)
        if (schema := migrate.applied(db)) is None:
            raise BackupProblem("the database is empty: there is nothing to back up")
        path = target / dated_name(state.at) if target.is_dir() else target
        if path.exists():
            raise BackupProblem(f"{path} exists: choose another name")
        with writing(path) as file:
            with dumping(programs, backups.environment(url), state.name) as dump:
                written = file.dump(dump, moved)
            manifest = Manifest(
                format=FORMAT,
                wiredesk=__version__,
                schema=schema,
                server=health.server(db).version,
                program=programs.major,
                taken_at=state.at.astimezone(UTC),
                log=_log_end(db),
                rows=state.rows,
                bytes=written.bytes,
                sha256=written.sha256,
            )
            file.finish(manifest)
    with store.begin() as db:
        backups.record(db, manifest.taken_at)
    removed = rotate(target, keep) if keep is not None and target.is_dir() else []
    return BackupMade(path, manifest, removed)


def _log_end(db: Connection) -> LogEnd:
    log = changes.state(db)
    return LogEnd(newest=log.newest, epoch=log.epoch)

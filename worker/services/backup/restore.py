"""Restore a backup: verified first, then in one transaction, so that it happens completely or not at all.

The restored tables are new, so a new epoch of the change log begins (`worker.store.changes`): consumers that
have read further than the backup get a `reset`, and no id is handed out a second time.
"""

from worker.embedded.binaries import dump_programs
from worker.services.backup.file import BackupFile, Moved
from worker.services.backup.manifest import BackupProblem
from worker.services.backup.programs import load_dump
from worker.store import Connection, Store, backups, changes, health, migrate, readers


def check_backup(backup: BackupFile, *, moved: Moved) -> None:
    """Verify that the backup is whole and that this version can read it. Raises `BackupProblem`."""
    found = backup.manifest
    if not migrate.is_known(found.schema):
        raise BackupProblem(
            f"{backup.path} has the schema {found.schema} of Wiredesk {found.wiredesk}, which is newer than "
            f"this version's {migrate.head()}: install that version to restore it"
        )
    backup.verify(moved)


def restore_backup(store: Store, url: str, backup: BackupFile, *, replace: bool, moved: Moved) -> None:
    """Restore a checked backup into the database at `url`, and migrate it to this version.

    Everything in its schemas public and read is replaced. Raises `BackupProblem`, `EmbeddedError`,
    `StoreUnavailable`.
    """
    found = backup.manifest
    with store.begin() as db:
        _check_target(db, backup, replace=replace)
    load_dump(
        dump_programs(found.program),
        backups.environment(url),
        backup,
        before=backups.emptying(),
        after=backups.closing(found.rows),
        moved=moved,
    )
    migrate.upgrade(url)
    with store.begin() as db:
        backups.analyze(db)
        backups.record(db, found.taken_at)
        readers.grant_again(db)
        changes.settle(db)


def _check_target(db: Connection, backup: BackupFile, *, replace: bool) -> None:
    if (server := health.server(db).version) < backup.manifest.server:
        raise BackupProblem(
            f"{backup.path} comes from PostgreSQL {backup.manifest.server}, and this server is {server}: "
            "restore into that version or a newer one"
        )
    if connected := backups.others_connected(db):
        raise BackupProblem(
            f"{connected} connections of Wiredesk are open to this database: stop web, workers and beat first"
        )
    if not replace and not backups.is_empty(db):
        raise BackupProblem(
            "the store is not empty: --replace drops what it holds (`wiredesk backup` keeps it)"
        )

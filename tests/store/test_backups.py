"""The store remembers when it was last backed up."""

from datetime import timedelta

from tests.store.rows import NOW
from worker.store import Store, backups


def test_the_newest_backup_is_the_one_of_the_latest_state(store: Store) -> None:
    with store.begin() as db:
        assert backups.newest(db) is None
        for hours in (1, 3, 2):
            backups.record(db, NOW + timedelta(hours=hours))
        assert backups.newest(db) == NOW + timedelta(hours=3)

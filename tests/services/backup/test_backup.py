"""Backups: consistent while everything runs, whole or absent, and restored completely or not at all."""

import io
import json
import tarfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from itertools import count as count_from
from pathlib import Path
from typing import Any

import pytest

from tests.services.service import Service
from tests.site import Site
from tests.store.rows import NOW, stored_article
from tests.store.tables import count, read
from worker.services.backup.file import BackupFile, dated_name, rotate, writing
from worker.services.backup.make import BackupMade, make_backup
from worker.services.backup.manifest import BackupProblem
from worker.services.backup.restore import check_backup, restore_backup
from worker.store import Store, backups, changes, migrate, stats

WAIT_SECONDS = 30

Databases = Callable[..., AbstractContextManager[str]]


def back_up(store: Store, url: str, target: Path, keep: int | None = None) -> BackupMade:
    return make_backup(store, url, target, keep=keep, moved=lambda _: None)


def restore(url: str, path: Path, *, replace: bool = False) -> None:
    store, found = Store(url, pool_size=1), BackupFile(path)
    try:
        check_backup(found, moved=lambda _: None)
        restore_backup(store, url, found, replace=replace, moved=lambda _: None)
    finally:
        store.close()


@pytest.fixture
def made(service: Service, database_url: str, tmp_path: Path) -> BackupMade:
    """A backup of a store with an article."""
    with service.store.begin() as db:
        stored_article(db)
    return back_up(service.store, database_url, tmp_path)


def changed(path: Path, edit: Callable[[dict[str, Any]], None]) -> Path:
    """Write a copy of a backup with another manifest."""
    with tarfile.open(path) as archive:
        parts = {name: archive.extractfile(name).read() for name in archive.getnames()}  # type: ignore[union-attr]
    manifest = json.loads(parts["manifest.json"])
    edit(manifest)
    parts["manifest.json"] = json.dumps(manifest).encode()
    copy = path.with_name("changed.tar")
    with tarfile.open(copy, "w") as archive:
        for name, body in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return copy


def test_a_backup_taken_under_load_holds_one_state_and_is_restored_with_every_row(
    service: Service, database_url: str, fresh_database: Databases, site: Site, tmp_path: Path
) -> None:
    host = site.host()
    feed = host.feed(articles=5)
    service.subscribe(feed.url)
    service.work()
    stopping, worked = threading.Event(), threading.Event()

    def load() -> None:
        for number in count_from(1):
            feed.add(host.article(title=f"Report number {number}"))
            service.later(days=1)
            service.work()
            worked.set()
            if stopping.is_set():
                return

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(load)
        worked.wait(WAIT_SECONDS)
        made = back_up(service.store, database_url, tmp_path)
        stopping.set()
        working.result()

    with fresh_database(migrated=False) as url:
        restore(url, made.path)
        copy = Store(url)
        with copy.begin() as db:
            assert {table: count(db, table) for table in ("entries", "articles", "pages", "revisions")} == {
                table: made.manifest.rows[table] for table in ("entries", "articles", "pages", "revisions")
            }
            assert stats.identity(db).holds
            (reset,) = changes.resets(db, 0, changes.newest(db))
            assert reset.void_after == made.manifest.log.newest
            assert backups.newest(db) == made.manifest.taken_at
            bodies = [row["body"] for row in read(db, "pages", "body")]
        copy.close()
        assert all(bodies)
    assert service.identity().stored > made.manifest.rows["articles"] >= 6
    with service.store.begin() as db:
        assert backups.newest(db) == made.manifest.taken_at


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-2000]), "breaks off after [0-9,]+ bytes"),
        (lambda path: path.write_bytes(path.read_bytes()[:60_000]), "breaks off after [0-9,]+ bytes"),
        (lambda path: path.write_bytes(bytes(512) + path.read_bytes()[512:]), "breaks off"),
        (lambda path: path.write_bytes(b""), "breaks off after 0 bytes"),
        (lambda path: path.write_bytes(b"<!doctype html>" * 99), "is not a backup of Wiredesk"),
        (lambda path: path.unlink(), "cannot be read: No such file"),
        (
            lambda path: path.write_bytes(path.read_bytes()[:20_000] + b"?" + path.read_bytes()[20_001:]),
            "has changed since it was written",
        ),
    ],
    ids=["no manifest", "half", "unfinished", "empty", "a page", "missing", "one byte differs"],
)
def test_a_backup_that_is_not_whole_is_refused_by_its_path(
    made: BackupMade, spoil: Callable[[Path], Any], words: str
) -> None:
    spoil(made.path)
    with pytest.raises(BackupProblem, match=f"^{made.path} .*{words}"):
        check_backup(BackupFile(made.path), moved=lambda _: None)


def test_a_backup_of_a_later_version_is_refused_with_the_version_to_install(made: BackupMade) -> None:
    def later(manifest: dict[str, Any]) -> None:
        manifest.update(schema="9999", wiredesk="7.0.0")

    with pytest.raises(BackupProblem, match=r"schema 9999 of Wiredesk 7\.0\.0.*install that version"):
        check_backup(BackupFile(changed(made.path, later)), moved=lambda _: None)


def test_a_backup_of_a_newer_server_is_refused(made: BackupMade, service: Service, database_url: str) -> None:
    service.store.close()
    newer = changed(made.path, lambda manifest: manifest.update(server=99))
    with pytest.raises(BackupProblem, match="comes from PostgreSQL 99"):
        restore(database_url, newer, replace=True)


def test_a_store_that_holds_something_is_replaced_only_when_the_operator_says_so(
    made: BackupMade, service: Service, database_url: str
) -> None:
    with pytest.raises(BackupProblem, match="connections of Wiredesk are open"):
        restore(database_url, made.path)
    with service.store.begin() as db:
        stored_article(db, url="https://news.example/later")
    service.store.close()
    with pytest.raises(BackupProblem, match="is not empty: --replace"):
        restore(database_url, made.path)
    assert len(service.read("articles")) == 2
    service.store.close()
    restore(database_url, made.path, replace=True)
    assert len(service.read("articles")) == 1


def test_a_restore_that_fails_half_way_leaves_the_store_unchanged(
    made: BackupMade, service: Service, database_url: str
) -> None:
    with service.store.begin() as db:
        stored_article(db, url="https://news.example/later")
    before = service.read("articles")
    service.store.close()
    spoiled = changed(made.path, lambda manifest: manifest["rows"].update(articles=7))
    with pytest.raises(BackupProblem, match=r"psql failed.*the table articles does not have its 7 rows"):
        restore(database_url, spoiled, replace=True)
    assert service.read("articles") == before


def test_a_backup_of_an_older_schema_is_migrated(
    fresh_database: Databases, database_url: str, tmp_path: Path
) -> None:
    with fresh_database(migrated=False) as url:
        migrate.upgrade(url, "0030")
        old = Store(url, pool_size=1)
        made = back_up(old, url, tmp_path / "old.tar")
        old.close()
    restore(database_url, made.path)
    assert migrate.current(database_url) == migrate.head()


def test_a_backup_that_fails_leaves_no_file_and_the_next_one_removes_what_a_killed_one_left(
    tmp_path: Path,
) -> None:
    target = tmp_path / dated_name(NOW)
    with suppress(ZeroDivisionError), writing(target) as file:
        file.dump(io.BytesIO(b"half"), lambda _: None)
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".wiredesk-killed.tar.partial").touch()
    with writing(target):
        (living,) = tmp_path.iterdir()
        with writing(tmp_path / "second.tar"):
            assert living.exists(), "one that is being written stays"
    assert {path.name for path in tmp_path.iterdir()} == {target.name, "second.tar"}


def test_rotation_keeps_the_newest_and_touches_no_other_file(tmp_path: Path) -> None:
    names = [dated_name(NOW + timedelta(days=days)) for days in range(5)]
    for name in (*names, "notes.tar", "wiredesk-2026.tar"):
        (tmp_path / name).touch()
    assert [path.name for path in rotate(tmp_path, 2)] == names[:3]
    assert {path.name for path in tmp_path.iterdir()} == {*names[3:], "notes.tar", "wiredesk-2026.tar"}

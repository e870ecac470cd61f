"""Exporting: what is in the directory after one run, after another, and after a kill."""

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.rows import NOW, revised_article, stored_article
from worker.model import ChangeKind
from worker.services.files.columns import COLUMNS_VERSION
from worker.services.files.directory import STATE, ExportDirectory, ExportProblem
from worker.services.files.export import ExportDone, run_export
from worker.services.files.plan import ExportOptions
from worker.store import Store, articles, changes
from worker.store.changes import Change
from worker.store.db import run
from worker.store.where import Where

EVERYWHERE = Where("true")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store."""
    opened = Store(database_url)
    yield opened
    opened.close()


def fill(store: Store, count: int, *, days: int = 2) -> list[int]:
    """Store articles, spread over days; their ids."""
    found = []
    for number in range(count):
        with store.begin() as db:
            found.append(
                stored_article(
                    db,
                    title=f"Report {number}",
                    text=f"The text of report {number}.\n\nA second paragraph.",
                    url=f"https://news.example/{number}",
                    now=NOW + timedelta(days=number % days),
                )
            )
    return found


def exported(
    store: Store,
    path: Path,
    format: str = "jsonl",
    *,
    revisions: bool = False,
    where: Where = EVERYWHERE,
    text: str = "",
    **options: Any,
) -> ExportDone:
    """Run an export of this store into the directory."""
    directory = ExportDirectory(path)
    with directory.held():
        return run_export(store, directory, ExportOptions(format, text, revisions), where, **options)


def content(path: Path) -> dict[str, bytes]:
    """The visible files of a directory, without the state of runs."""
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file() and STATE not in file.parts
    }


def lines(path: Path, set_: str = "articles") -> list[dict[str, Any]]:
    """The rows of an export as JSON lines, in order."""
    return [
        json.loads(line)
        for file in sorted((path / set_).rglob("part-*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def test_an_export_has_each_article_once_in_the_directory_of_its_day(store: Store, tmp_path: Path) -> None:
    ids = fill(store, 7)
    done = exported(store, tmp_path, file_rows=3)
    assert (done.rows, done.resumed) == (7, False)
    assert sorted(content(tmp_path)) == [
        "articles/stored=2026-05-04/part-00000.jsonl",
        "articles/stored=2026-05-04/part-00001.jsonl",
        "articles/stored=2026-05-05/part-00000.jsonl",
        "manifest.json",
    ]
    assert sorted(row["id"] for row in lines(tmp_path)) == ids
    assert lines(tmp_path)[0]["title"] == "Report 0"


def test_the_manifest_accounts_for_every_file(store: Store, tmp_path: Path) -> None:
    fill(store, 5)
    done = exported(store, tmp_path, text="state=live", where=Where("a.state = 'live'"))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["where"] == "state=live"
    assert manifest["position"]["cursor"] == done.cursor
    assert manifest["counts"] == {"articles": 5}
    assert manifest["extractors"] == {"1": 5}
    found = content(tmp_path)
    del found["manifest.json"]
    assert {file["path"]: (file["sha256"], file["bytes"]) for file in manifest["files"]} == {
        path: (hashlib.sha256(body).hexdigest(), len(body)) for path, body in found.items()
    }


def test_a_second_run_writes_only_the_days_that_have_changed(store: Store, tmp_path: Path) -> None:
    ids = fill(store, 6)
    exported(store, tmp_path)
    before = content(tmp_path)
    assert exported(store, tmp_path).files == 0
    assert content(tmp_path) == before
    with store.begin() as db:
        revised_article(db, ids[1], url="https://news.example/1", title="Corrected", text="Another text.")
    assert exported(store, tmp_path).files == 1
    after = content(tmp_path)
    assert {path for path in after if after[path] != before[path]} == {
        "articles/stored=2026-05-04/part-00000.jsonl"
        if lines(tmp_path)[0]["title"] == "Corrected"
        else "articles/stored=2026-05-05/part-00000.jsonl",
        "manifest.json",
    }
    assert [row["title"] for row in lines(tmp_path) if row["id"] == ids[1]] == ["Corrected"]


def test_a_removed_article_stays_with_its_state(store: Store, tmp_path: Path) -> None:
    ids = fill(store, 2)
    exported(store, tmp_path)
    with store.begin() as db:
        articles.remove(db, ids[0], now=NOW)
        changes.append(db, [Change(ids[0], ChangeKind.REMOVED, 1)], now=NOW)
    exported(store, tmp_path)
    row = next(row for row in lines(tmp_path) if row["id"] == ids[0])
    assert (row["state"], row["removed_at"]) == ("removed", "2026-05-04T12:00:00Z")


def test_an_article_that_leaves_the_filter_leaves_the_files(store: Store, tmp_path: Path) -> None:
    ids = fill(store, 2)
    live = Where("a.state = 'live'")
    exported(store, tmp_path, where=live, text="state=live")
    with store.begin() as db:
        articles.remove(db, ids[0], now=NOW)
        changes.append(db, [Change(ids[0], ChangeKind.REMOVED, 1)], now=NOW)
    exported(store, tmp_path, where=live, text="state=live")
    assert [row["id"] for row in lines(tmp_path)] == [ids[1]]
    assert sorted(content(tmp_path)) == ["articles/stored=2026-05-05/part-00000.jsonl", "manifest.json"]


def test_after_a_restore_everything_is_written_again(store: Store, tmp_path: Path) -> None:
    fill(store, 4)
    exported(store, tmp_path)
    before = content(tmp_path)
    with store.begin() as db:
        newest = changes.newest(db)
        changes.begin_epoch(db, void_after=newest, past=newest)
    assert exported(store, tmp_path).files == 2
    after = content(tmp_path)
    del before["manifest.json"], after["manifest.json"]
    assert after == before


def test_a_new_version_of_the_columns_has_everything_written_again(store: Store, tmp_path: Path) -> None:
    fill(store, 4)
    directory = ExportDirectory(tmp_path)
    with directory.held():
        run_export(store, directory, ExportOptions("jsonl", "", False, schema=0), EVERYWHERE)
    assert exported(store, tmp_path).files == 2
    assert json.loads((tmp_path / "manifest.json").read_text())["schema"] == COLUMNS_VERSION


def test_two_exports_cannot_write_into_one_directory_at_once(store: Store, tmp_path: Path) -> None:
    with ExportDirectory(tmp_path).held(), pytest.raises(ExportProblem, match="another export"):
        exported(store, tmp_path)


def test_a_purged_article_leaves_the_files(store: Store, tmp_path: Path) -> None:
    ids = fill(store, 4)
    exported(store, tmp_path)
    with store.begin() as db:
        run(
            db,
            """UPDATE entries SET state = 'refused', reason = 'too-old', article_id = NULL
            WHERE article_id = :id""",
            id=ids[1],
        )
        run(db, "DELETE FROM articles WHERE id = :id", id=ids[1])
        changes.append(db, [Change(ids[1], ChangeKind.PURGED, 1)], now=NOW)
    exported(store, tmp_path)
    assert sorted(row["id"] for row in lines(tmp_path)) == sorted({*ids} - {ids[1]})


def test_a_directory_belongs_to_one_set_of_options(store: Store, tmp_path: Path) -> None:
    fill(store, 1)
    exported(store, tmp_path)
    with pytest.raises(ExportProblem, match="use another directory"):
        exported(store, tmp_path, "csv")
    with pytest.raises(ExportProblem, match="use another directory"):
        exported(store, tmp_path, text="state=live")


def test_revisions_have_every_version(store: Store, tmp_path: Path) -> None:
    ids = fill(store, 2)
    with store.begin() as db:
        revised_article(db, ids[0], url="https://news.example/0", title="Second", text="Another text.")
    exported(store, tmp_path, revisions=True)
    found = [
        (row["article_id"], row["number"], row["is_current"], row["title"])
        for row in lines(tmp_path, "revisions")
    ]
    assert found == [
        (ids[0], 1, False, "Report 0"),
        (ids[0], 2, True, "Second"),
        (ids[1], 1, True, "Report 1"),
    ]


MOST_KILLS = 400
"""More steps than the exports below take."""

ON_FILES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree")
"""Audit events before which the process is killed, besides the opening of files (Python, audit events)."""


def was_killed(work: Callable[[Callable[[], None]], None], *, at: int) -> bool:
    """Do the work in a child that kills itself at its n-th step; return whether it was killed.

    A step is an operation on a file, or a batch of rows written.
    """
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
        return os.WIFSIGNALED(status)
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in ON_FILES or (
            event == "open" and (STATE in str(arguments[0]) or ".tmp" in str(arguments[0]))
        ):
            step()

    sys.addaudithook(hook)
    try:
        work(step)
    except BaseException:
        os._exit(3)
    os._exit(0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format", "start"),
    [
        ("jsonl", "from nothing"),
        ("jsonl", "after a first run"),
        ("parquet", "from nothing"),
        ("markdown", "after a first run"),
    ],
)
def test_an_export_that_is_killed_anywhere_goes_on_to_the_same_bytes(
    store: Store, database_url: str, tmp_path: Path, format: str, start: str
) -> None:
    ids = fill(store, 5)
    directories = [tmp_path / "whole", tmp_path / "first"]
    for directory in directories:
        exported(store, directory, format, revisions=True, file_rows=2)
    with store.begin() as db:
        revised_article(db, ids[0], url="https://news.example/0", title="Second", text="Another text.")
    exported(store, directories[0], format, revisions=True, file_rows=2)
    whole = content(directories[0])

    def export_to(path: Path) -> Callable[[Callable[[], None]], None]:
        def work(step: Callable[[], None]) -> None:
            own = Store(database_url)
            exported(own, path, format, revisions=True, file_rows=2, watch=lambda _: step())

        return work

    for at in range(1, MOST_KILLS):
        path = tmp_path / str(at)
        if start != "from nothing":
            shutil.copytree(directories[1], path)
        if not was_killed(export_to(path), at=at):
            break
        exported(store, path, format, revisions=True, file_rows=2)
        assert content(path) == whole, at
    assert 20 < at < MOST_KILLS - 1, "the process was killed within every file"

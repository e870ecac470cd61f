"""Progress: the modification time of a file that all processes of a worker touch."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from worker.config.settings import Settings
from worker.monitor.progress import NAME_VARIABLE, WorkerProgress


def test_a_worker_without_a_progress_file_has_finished_nothing(tmp_path: Path) -> None:
    assert WorkerProgress.of(tmp_path, "fetch").last() is None


def test_marking_updates_the_time_of_the_last_finished_task(tmp_path: Path) -> None:
    progress = WorkerProgress.of(tmp_path / "new", "fetch")
    progress.mark()
    os.utime(progress.path, (1_000_000, 1_000_000))
    assert progress.last() == datetime.fromtimestamp(1_000_000, UTC)

    progress.mark()

    last = progress.last()
    assert last is not None
    assert abs((datetime.now(UTC) - last).total_seconds()) < 5


def test_children_mark_for_the_worker_they_belong_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path)
    monkeypatch.setenv(NAME_VARIABLE, "extract-2")

    WorkerProgress.of(settings.data_dir).mark()

    assert WorkerProgress.of(settings.data_dir, "extract-2").last() is not None
    assert WorkerProgress.of(settings.data_dir, "extract-1").last() is None

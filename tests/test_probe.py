"""`python -m worker.probe`: the health check of containers."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.terminal import environment
from worker.monitor.health import HealthFile

SLOW = {"argparse", "json", "pathlib", "worker.cli", "worker.config", "typing"}
"""Modules of which each costs more than the whole probe."""


def probe(path: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-X", "importtime", "-m", "worker.probe", str(path), *options]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)


@pytest.fixture
def health(tmp_path: Path) -> HealthFile:
    return HealthFile.of(tmp_path, None, "fetch")


def test_a_part_that_worked_just_now_passes_and_the_probe_imports_nothing_slow(health: HealthFile) -> None:
    health.touch()
    done = probe(health.path, "--max-age", "60")
    assert (done.returncode, done.stdout) == (0, "last sign of work 0 s ago, at most 60 s are allowed\n")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "worker" in imported
    assert not imported & SLOW


def test_a_part_whose_last_sign_of_work_is_too_old_fails(health: HealthFile) -> None:
    health.touch()
    os.utime(health.path, (time.time() - 90,) * 2)
    done = probe(health.path, "--max-age", "60")
    assert (done.returncode, done.stdout[:27]) == (1, "last sign of work 90 s ago,")


def test_a_part_that_never_started_fails_with_the_reason(health: HealthFile) -> None:
    done = probe(health.path, "--max-age", "60")
    assert done.returncode == 1
    assert done.stdout.startswith(f"{health.path} does not exist: the part has not started")


@pytest.mark.parametrize("options", [(), ("--max-age",), ("--max-age", "soon"), ("--max-age", "0")])
def test_a_probe_without_a_limit_shows_its_usage(health: HealthFile, options: tuple[str, ...]) -> None:
    done = probe(health.path, *options)
    assert done.returncode == 2
    assert "usage: python -m worker.probe FILE --max-age SECONDS\n" in done.stderr


def test_the_directory_of_health_files_can_be_set(tmp_path: Path) -> None:
    HealthFile.of(tmp_path / "data", tmp_path / "health", "beat").touch()
    assert (tmp_path / "health" / "beat").exists()


def test_a_part_goes_on_while_its_health_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "health").write_text("a plain file")
    HealthFile.of(tmp_path, None, "beat").touch()

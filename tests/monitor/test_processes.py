"""Processes count into one directory; their counts are kept after they end, their files are not."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from worker.monitor.metrics import Processes

COUNTING = """
import sys
from worker.monitor import metrics
metrics.UNITS.labels("poll", "new", "").inc(int(sys.argv[1]))
metrics.SECONDS.labels("poll").observe(0.3)
print("counted", flush=True)
sys.stdin.read()
"""

Count = Callable[[int], "subprocess.Popen[str]"]


@pytest.fixture
def count(tmp_path: Path) -> Iterator[Count]:
    """Start a process that counts up to a number and then waits."""
    started: list[subprocess.Popen[str]] = []

    def start(number: int) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", COUNTING, str(number)],
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "counted\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def said(directory: Path) -> str:
    registry = CollectorRegistry()
    registry.register(Processes(directory))
    return generate_latest(registry).decode()


def polls(number: float) -> str:
    return f'wiredesk_units_total{{outcome="new",reason="",stage="poll"}} {number}'


def test_counts_of_running_and_ended_processes_add_up(count: Count, tmp_path: Path) -> None:
    first, _second = count(5), count(7)
    assert polls(12.0) in said(tmp_path)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert polls(12.0) in said(tmp_path)
    count(1)
    after = said(tmp_path)
    assert polls(13.0) in after
    assert 'wiredesk_unit_seconds_count{stage="poll"} 3.0' in after
    assert 'wiredesk_unit_seconds_bucket{le="0.25",stage="poll"} 0.0' in after
    assert 'wiredesk_unit_seconds_bucket{le="0.5",stage="poll"} 3.0' in after


def test_ended_processes_leave_one_file_of_each_kind(count: Count, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        process = count(number)
        process.kill()
        process.wait()
        said(tmp_path)
    assert polls(6.0) in said(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["counter_0.db", "histogram_0.db"]


def test_a_missing_metrics_directory_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a directory"):
        said(tmp_path / "missing")

"""`python -m worker.restart_when_stuck`: Docker restarts only containers that end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from worker.restart_when_stuck import EVERYTHING_ELSE, INIT, is_our_container, signal_for

DEAF = """#!/bin/sh
trap '' TERM
echo started > "$1"
while :; do sleep 0.1; done
"""
"""A part that no longer reacts to SIGTERM."""


@pytest.mark.parametrize(
    "idle, expected",
    [
        (119, None),
        (120, (INIT, signal.SIGTERM)),
        (179, (INIT, signal.SIGTERM)),
        (180, (EVERYTHING_ELSE, signal.SIGKILL)),
    ],
)
def test_a_stuck_part_is_asked_to_stop_and_then_killed(
    idle: float, expected: tuple[int, signal.Signals] | None
) -> None:
    assert signal_for(idle, 60) == expected


@pytest.mark.parametrize(
    "command_line, expected",
    [
        (b"tini\0--\0wiredesk\0worker\0--queues\0poll\0", True),
        (b"/usr/bin/tini\0--\0wiredesk\0beat\0", True),
        (b"/sbin/init\0", False),
        (b"tini\0--\0bash\0", False),
        (b"wiredesk\0worker\0", False),
        (b"", False),
    ],
)
def test_signals_are_sent_only_below_the_entrypoint_of_the_image(command_line: bytes, expected: bool) -> None:
    assert is_our_container(command_line) == expected


@pytest.fixture
def deaf(tmp_path: Path) -> Path:
    """A directory with a program `wiredesk` that ignores SIGTERM."""
    program = tmp_path / "bin" / "wiredesk"
    program.parent.mkdir()
    program.write_text(DEAF)
    program.chmod(0o755)
    return program.parent


def test_a_container_that_ignores_the_request_ends_so_that_docker_restarts_it(
    deaf: Path, tmp_path: Path
) -> None:
    if not shutil.which("tini") or subprocess.run(["unshare", "--pid", "--fork", "true"]).returncode:
        pytest.skip("it needs tini, and leave to make a namespace of processes")
    started, health = tmp_path / "started", tmp_path / "health"
    health.touch()
    # As the container engine: tini is process 1, and the check runs in the same namespace.
    container = subprocess.Popen(
        ["unshare", "--pid", "--fork", "--mount-proc", "tini", "--", "wiredesk", started],
        env={**os.environ, "PATH": f"{deaf}:{os.environ['PATH']}"},
    )
    try:
        deadline = time.monotonic() + 20
        while not started.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        (inside,) = Path(f"/proc/{container.pid}/task/{container.pid}/children").read_text().split()
        assert _check(inside, health) == 0
        assert container.poll() is None
        os.utime(health, (time.time() - 150,) * 2)
        assert _check(inside, health) == 1
        assert container.poll() is None
        os.utime(health, (time.time() - 200,) * 2)
        # The check may end with the container.
        assert _check(inside, health) in (1, -signal.SIGKILL)
        assert container.wait(10) != 0
    finally:
        container.kill()
        container.wait()


def _check(inside: str, health: Path) -> int:
    """The exit code of the health check in the namespaces of process `inside`."""
    check = [sys.executable, "-m", "worker.restart_when_stuck", str(health), "--max-age", "60"]
    done = subprocess.run(
        ["nsenter", "--target", inside, "--pid", "--mount", f"--wdns={Path.cwd()}", *check], check=False
    )
    return done.returncode

"""A guarded command: it and all its descendants end with the process that started it."""

import os
import signal
import stat
from pathlib import Path

import psutil
import pytest

from tests.embedded.processes import alive, below, guarded, python, start_and_await_line
from tests.waiting import wait_until
from worker.embedded import EmbeddedError, Guarded

SLEEP = "import time; time.sleep(600)"
STUBBORN = (
    f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); {SLEEP}"
)
POLITE = """
import time
try:
    print("ready", flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    print("bye")
"""
WITH_DAEMON = f"""
import os, time, sys
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
print("ready", flush=True)
{SLEEP}
"""
PARENT = """
import sys, time
from pathlib import Path
from worker.embedded import Guarded
command = Guarded("job", sys.argv[2:], log_dir=Path(sys.argv[1]), grace=0.5)
command.start()
print(command.pid, flush=True)
time.sleep(600)
"""


def started(tmp_path: Path, code: str, **options: object) -> Guarded:
    command = Guarded("job", python(code), log_dir=tmp_path, **options)  # type: ignore[arg-type]
    command.start()
    return command


def lines(tmp_path: Path) -> list[str]:
    return (tmp_path / "job.log").read_text().split()


@pytest.mark.parametrize("code", [SLEEP, STUBBORN, WITH_DAEMON], ids=["plain", "stubborn", "with daemon"])
def test_no_process_is_left_when_the_parent_is_killed(tmp_path: Path, code: str) -> None:
    parent, pid = start_and_await_line(python(PARENT, str(tmp_path), *python(code)))
    wait_until(lambda: code == SLEEP or lines(tmp_path))
    family = below(parent.pid)
    assert int(pid) in {p.pid for p in family}

    parent.kill()
    parent.wait()

    wait_until(lambda: not alive(family), 5)


def test_stopping_ends_a_daemon_that_the_command_left_behind(tmp_path: Path) -> None:
    command = started(tmp_path, WITH_DAEMON)
    wait_until(lambda: lines(tmp_path) == ["ready", "ready"])
    family = guarded(command.pid)
    assert len(alive(family)) == 3

    command.stop()

    assert not alive(family)


def test_a_command_that_ignores_the_stop_signal_is_killed(tmp_path: Path) -> None:
    command = started(tmp_path, STUBBORN)
    wait_until(lambda: "ready" in lines(tmp_path))

    command.stop(0.2)

    assert command.pid is None


def test_a_command_ends_when_its_guard_is_killed(tmp_path: Path) -> None:
    command = started(tmp_path, SLEEP)
    process = psutil.Process(command.pid)

    process.parent().kill()

    wait_until(lambda: not alive([process]))
    assert command.exit_reason() == "killed by SIGKILL"
    command.stop()


@pytest.mark.parametrize(
    "code, reason",
    [
        ("raise SystemExit(3)", "exited with status 3"),
        ("pass", "exited with status 0"),
        ("import os; os.kill(os.getpid(), 9)", "killed by SIGKILL"),
    ],
)
def test_exit_reason_says_how_a_command_ended(tmp_path: Path, code: str, reason: str) -> None:
    command = started(tmp_path, code)
    assert command.wait(5)
    assert command.exit_reason() == reason


def test_a_command_is_stopped_with_its_own_stop_signal(tmp_path: Path) -> None:
    command = started(
        tmp_path,
        POLITE,
        stop_signal=signal.SIGINT,
    )
    wait_until(lambda: "ready" in lines(tmp_path))
    command.stop()
    assert lines(tmp_path) == ["ready", "bye"]


def test_a_command_that_cannot_be_run_is_reported_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"^job cannot be started: .*No such file.*nowhere"):
        Guarded("job", ["/nowhere/nothing"], log_dir=tmp_path).start()


@pytest.mark.parametrize("obstacle", ["log", "log/job.log"])
def test_a_log_that_cannot_be_written_is_reported_in_one_line(tmp_path: Path, obstacle: str) -> None:
    (tmp_path / obstacle).parent.mkdir(exist_ok=True)
    (tmp_path / obstacle).touch() if obstacle == "log" else (tmp_path / obstacle).mkdir()
    with pytest.raises(EmbeddedError, match=rf"^job .*{tmp_path}/log"):
        Guarded("job", python(SLEEP), log_dir=tmp_path / "log").start()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077], ids=oct)
def test_nobody_else_can_read_a_log_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    log_dir = tmp_path / "log"
    before = os.umask(umask)
    try:
        started = Guarded("job", python("print('https://feeds.example/?token=secret')"), log_dir=log_dir)
        started.start()
        started.wait(10)
    finally:
        os.umask(before)
    assert "secret" in (log_dir / "job.log").read_text()
    assert stat.S_IMODE(log_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((log_dir / "job.log").stat().st_mode) == 0o600


def test_the_logs_of_an_older_release_are_closed_to_others_as_well(tmp_path: Path) -> None:
    logs = [tmp_path / "job.log", tmp_path / "job.log.1"]
    for log in logs:
        log.touch(mode=0o644)
        log.chmod(0o644)
    started = Guarded("job", python("print()"), log_dir=tmp_path)
    started.start()
    started.wait(10)
    assert [stat.S_IMODE(log.stat().st_mode) for log in logs] == [0o600, 0o600]


def test_the_log_of_a_command_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.embedded.process.LOG_BYTES", 10_000)
    command = started(tmp_path, "for n in range(20000): print(n)")
    assert command.wait(20)

    kept = (tmp_path / "job.log.1").read_text() + (tmp_path / "job.log").read_text()
    assert kept.endswith("19998\n19999\n")
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 200_000
    assert {file.name for file in tmp_path.iterdir()} == {"job.log", "job.log.1"}


def test_a_command_that_has_ended_can_be_started_again(tmp_path: Path) -> None:
    command = started(tmp_path, "import os; print(os.environ['NAME'])", env={"NAME": "x"})
    assert command.wait(5)
    command.start()
    assert command.wait(5)
    assert lines(tmp_path) == ["x", "x"]

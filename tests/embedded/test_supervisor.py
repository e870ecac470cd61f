"""Services are kept running, and end in a bounded time."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from tests.embedded.processes import alive, below, names, python
from tests.waiting import wait_until
from worker.embedded import Guarded, Postgres, Redis, ServiceStatus, Supervisor
from worker.embedded.supervisor import TRIES

SLEEP = "import time; time.sleep(600)"
STUBBORN = (
    f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); {SLEEP}"
)
NOTES_ITS_END = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
print("ready", flush=True)
try:
    time.sleep(600)
finally:
    time.sleep({takes})
    with open({order!r}, "a") as order:
        order.write("{name} ")
"""
RUN = [sys.executable, "-m", "tests.embedded.run"]


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor(first_pause=0.05, longest_pause=1.0)
    yield supervisor
    supervisor.drain_and_stop(2.0)


@pytest.fixture
def job(tmp_path: Path) -> Callable[[str, str], Guarded]:
    """A service that runs Python code."""
    return lambda name, code: Guarded(name, python(code), log_dir=tmp_path)


def only(supervisor: Supervisor) -> ServiceStatus:
    (status,) = supervisor.status()
    return status


def test_a_service_that_crashed_is_restarted(supervisor: Supervisor, job: Callable[..., Guarded]) -> None:
    supervisor.add(job("job", SLEEP))
    first = only(supervisor).pid
    psutil.Process(first).kill()
    wait_until(lambda: only(supervisor).restarts == 1 and only(supervisor).pid)
    assert only(supervisor).pid != first
    assert only(supervisor).last_exit == "killed by SIGKILL"


def test_the_pause_before_a_restart_doubles_with_each_crash(
    supervisor: Supervisor, job: Callable[..., Guarded]
) -> None:
    falls: list[float] = []
    patient = Supervisor(on_restart=lambda *_: falls.append(time.monotonic()), first_pause=0.1)
    patient.add(job("job", "raise SystemExit(3)"))
    wait_until(lambda: len(falls) >= 4)
    patient.drain_and_stop(1.0)
    assert only(patient).last_exit == "exited with status 3"
    pauses = [later - earlier for earlier, later in pairwise(falls)]
    assert all(pause >= least for pause, least in zip(pauses, (0.1, 0.2, 0.4), strict=False))


def test_a_restart_that_fails_is_repeated_until_it_succeeds(supervisor: Supervisor, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    supervisor.add(Guarded("job", [str(program)], log_dir=tmp_path))
    program.rename(tmp_path / "away")
    psutil.Process(only(supervisor).pid).kill()
    wait_until(lambda: "cannot be started" in (only(supervisor).last_exit or ""))
    (tmp_path / "away").rename(program)
    wait_until(lambda: only(supervisor).pid)


def test_a_service_whose_check_fails_is_killed_and_restarted(
    supervisor: Supervisor, job: Callable[..., Guarded]
) -> None:
    stopped = job("job", SLEEP)

    def check() -> str | None:
        return "stuck" if psutil.Process(stopped.pid).status() == psutil.STATUS_STOPPED else None

    supervisor.add(stopped, check=check, check_seconds=0.1)
    hanging = psutil.Process(stopped.pid)
    hanging.send_signal(signal.SIGSTOP)

    wait_until(lambda: only(supervisor).last_exit == "stuck" and only(supervisor).pid)
    assert not alive([hanging])


def test_a_service_is_not_checked_until_its_patience_is_over(
    supervisor: Supervisor, job: Callable[..., Guarded]
) -> None:
    asked: list[float] = []
    started = time.monotonic()
    supervisor.add(
        job("job", SLEEP), check=lambda: asked.append(time.monotonic()), check_seconds=0.1, patience=1.0
    )

    wait_until(lambda: asked)
    assert asked[0] - started >= 1.0


def test_a_service_that_starts_slowly_is_given_more_time_after_each_failure(
    supervisor: Supervisor, job: Callable[..., Guarded], tmp_path: Path
) -> None:
    sign = tmp_path / "ready"
    slow = f"import time, pathlib; time.sleep(1.5); pathlib.Path({str(sign)!r}).touch(); {SLEEP}"

    supervisor.add(
        job("job", slow),
        check=lambda: None if sign.exists() else "not ready",
        check_seconds=0.1,
        patience=0.5,
    )

    wait_until(sign.exists, 30)
    assert only(supervisor).restarts > 0


def test_servers_are_restarted_at_the_same_urls(
    supervisor: Supervisor, own_postgres: Postgres, own_redis: Redis
) -> None:
    for server in (own_postgres, own_redis):
        supervisor.add(server, stage=0)
    places = own_postgres.url, own_redis.url
    for status in supervisor.status():
        psutil.Process(status.pid).kill()

    wait_until(lambda: all(status.restarts == 1 and status.pid for status in supervisor.status()))
    wait_until(
        lambda: Postgres.running_url(own_postgres.directory) and Redis.running_url(own_redis.directory)
    )
    assert (own_postgres.url, own_redis.url) == places


def test_a_check_that_raises_does_not_restart_the_service(
    supervisor: Supervisor, job: Callable[..., Guarded]
) -> None:
    asked: list[int] = []

    def check() -> str | None:
        asked.append(1)
        raise ConnectionError

    supervisor.add(job("job", SLEEP), check=check, check_seconds=0.1)
    wait_until(lambda: len(asked) >= 3)
    assert only(supervisor).restarts == 0


def test_higher_stages_have_ended_before_lower_ones_are_stopped(
    supervisor: Supervisor, job: Callable[..., Guarded], tmp_path: Path
) -> None:
    order = tmp_path / "order"
    for stage, name, takes in ((0, "server", 0), (1, "worker", 0.4)):
        code = NOTES_ITS_END.format(name=name, takes=takes, order=str(order))
        supervisor.add(job(name, code), stage=stage)
    wait_until(
        lambda: all("ready" in (tmp_path / f"{name}.log").read_text() for name in ("server", "worker"))
    )

    assert supervisor.drain_and_stop(8.0) == []
    assert order.read_text() == "worker server "


def test_a_service_that_ignores_the_stop_signal_is_killed_in_time(
    supervisor: Supervisor, job: Callable[..., Guarded], tmp_path: Path
) -> None:
    supervisor.add(job("stubborn", STUBBORN))
    supervisor.add(job("polite", SLEEP))
    wait_until(lambda: "ready" in (tmp_path / "stubborn.log").read_text())
    family = [psutil.Process(status.pid) for status in supervisor.status()]

    begun = time.monotonic()
    assert supervisor.drain_and_stop(1.0) == ["stubborn"]
    assert time.monotonic() - begun < 5
    assert not alive(family)


@pytest.fixture
def run(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A whole run whose worker is busy with two long tasks."""
    with subprocess.Popen(
        [*RUN, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        log = tmp_path / "log" / "worker.log"
        wait_until(lambda: log.exists() and log.read_text().count("received") == 2, 30)
        yield process
        process.kill()


def test_a_run_that_is_killed_leaves_no_process_behind(run: "subprocess.Popen[str]") -> None:
    family = below(run.pid)
    assert {"postgres", "redis-server"} < names(family)

    run.kill()
    run.wait()

    wait_until(lambda: not alive(family), 6)


def test_a_run_whose_worker_is_busy_stops_in_time_and_leaves_no_process_behind(
    run: "subprocess.Popen[str]",
) -> None:
    family = below(run.pid)

    answer, _ = run.communicate("stop\n")

    killed, seconds = answer.split()
    assert killed == "worker"
    assert float(seconds) < 4.5
    assert not alive(family)


def test_a_service_that_fails_at_each_start_is_named_with_the_last_line_it_printed(
    supervisor: Supervisor, job: Callable[..., Guarded]
) -> None:
    supervisor.add(job("good", SLEEP))
    supervisor.add(job("bad", "print('checking'); raise SystemExit('rules: no such file')"))

    wait_until(lambda: supervisor.hopeless() is not None, 30)

    lost = supervisor.hopeless()
    assert lost is not None
    assert (lost.name, lost.last_words) == ("bad", "rules: no such file")
    assert lost.tries >= TRIES


def test_a_service_that_is_killed_or_ends_well_each_time_is_not_given_up(
    supervisor: Supervisor, job: Callable[..., Guarded]
) -> None:
    supervisor.add(job("ends", "pass"))
    supervisor.add(job("killed", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))

    wait_until(lambda: all(status.restarts > TRIES for status in supervisor.status()), 30)

    assert supervisor.hopeless() is None

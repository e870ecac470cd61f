"""The processes of a run, and the port of its web server."""

import os
import socket
import time
from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from worker.cli.running.processes import check_of, parts, web_port
from worker.cli.terminal.errors import UserError
from worker.config.settings import Settings
from worker.monitor.progress import WorkerProgress
from worker.monitor.queues import QUEUES
from worker.services.watchdog import BEAT


@pytest.mark.parametrize("few", [True, False])
def test_every_queue_is_served_by_one_worker_and_beat_and_web_run_once(few: bool) -> None:
    started = parts(Settings(few_processes=few))
    assert sorted(queue for part in started for queue in part.queues) == sorted(QUEUES)
    assert len([part for part in started if part.is_beat]) == 1
    assert len({part.name for part in started}) == len(started)
    assert len(started) == (4 if few else 6)


@pytest.mark.parametrize(("cores", "few"), [(1, True), (2, True), (4, False)])
def test_polling_and_fetching_share_a_worker_on_a_machine_with_few_cores(
    monkeypatch: pytest.MonkeyPatch, cores: int, few: bool
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)))
    queues = [part.queues for part in parts(Settings())]
    assert (("poll", "fetch") in queues) is few
    assert (("poll", "fetch") in [part.queues for part in parts(Settings(few_processes=not few))]) is not few


@pytest.mark.parametrize(("poll", "fetch"), [(1, 1), (2, 2), (5, 3)])
def test_hosts_that_do_not_answer_never_keep_all_processes_of_a_shared_worker_busy(
    poll: int, fetch: int
) -> None:
    settings = Settings(few_processes=True, poll_concurrency=poll, fetch_concurrency=fetch)
    (shared,) = (part for part in parts(settings) if "poll" in part.queues)
    processes = int(shared.arguments[shared.arguments.index("--concurrency") + 1])
    # The share of the slow lanes; a stage with a single process works on them in turns with the others.
    slow = poll // 2 + fetch // 2
    assert slow < processes <= max(2, poll + fetch)


def test_a_worker_that_sends_the_ticks_is_stuck_when_its_beat_is(
    home: Path, database: str, broker: str
) -> None:
    settings = Settings(database_url=database, redis_url=broker, data_dir=home / "data", few_processes=True)
    schedule = next(part for part in parts(settings) if part.is_beat)
    check = check_of(settings, schedule)
    assert check is not None
    for name in (schedule.name, BEAT):
        WorkerProgress.of(settings.data_dir, name).mark()
    assert check() is None

    then = time.time() - 3600
    os.utime(WorkerProgress.of(settings.data_dir, BEAT).path, (then, then))
    assert "beat has not looked at its schedule for 36" in (check() or "")


def test_a_free_port_is_used() -> None:
    notes: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert web_port(Settings(web_port=port), explicit=True, note=notes.append).web_port == port
    assert notes == []


def test_the_next_free_port_is_used_when_the_default_is_taken(taken: int) -> None:
    notes: list[str] = []
    chosen = web_port(Settings(web_port=taken), explicit=False, note=notes.append).web_port
    assert chosen > taken
    assert notes == [f"port {taken} is taken; the status page is on port {chosen}"]


def test_a_chosen_port_that_is_taken_is_a_user_error(taken: int) -> None:
    with pytest.raises(UserError, match=f"port {taken} of 127.0.0.1 is taken"):
        web_port(Settings(web_port=taken), explicit=True, note=print)


def test_port_zero_selects_any_free_port() -> None:
    assert web_port(Settings(web_port=0), explicit=True, note=print).web_port > 0


def test_the_check_of_a_part_that_never_started_fails(home: Path, database: str, broker: str) -> None:
    said = wiredesk("worker", "--check", "--name", "no-such-worker", "--queues", "poll")
    assert said.code == 1
    assert said.out.startswith("no-such-worker has never started with the data directory data")
    assert wiredesk("beat", "--check").code == 1

    WorkerProgress.of(home / "data", "poll").mark()
    said = wiredesk("worker", "--check", "--name", "poll", "--queues", "poll")
    assert (said.code, said.out) == (0, "poll works\n")

"""The processes of a run, and the port of its web server."""

import socket
from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from worker.cli.running.processes import parts, web_port
from worker.cli.terminal.errors import UserError
from worker.config.settings import Settings
from worker.monitor.progress import WorkerProgress
from worker.monitor.queues import QUEUES


def test_every_queue_is_served_by_one_worker_and_beat_and_web_run_once() -> None:
    started = parts(Settings())
    assert sorted(queue for part in started for queue in part.queues) == sorted(QUEUES)
    assert [part.name for part in started if not part.queues] == ["beat", "web"]
    assert len({part.name for part in started}) == len(started)


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

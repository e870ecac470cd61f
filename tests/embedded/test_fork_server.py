"""Commands that are forked behave like programs that were started, and outlive their server."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.embedded.processes import alive, below, start_and_await_line
from tests.waiting import wait_until

PARENT = """
import os, sys, time
from pathlib import Path
from worker.embedded import ForkServer, Guarded, Program

def main(arguments):
    name, *rest = arguments
    if name == "fail":
        raise ValueError("no such thing")
    if name == "exit":
        sys.exit(7)
    if name == "say":
        print(os.environ["SAID"], *rest, os.readlink("/proc/self/fd/9"), flush=True)
        return 3
    print("ready", flush=True)
    time.sleep(600)

prefix = (sys.executable, "-c", "import sys, time; print('executed', flush=True); time.sleep(600)")
os.dup2(os.open(sys.executable, os.O_RDONLY), 9)
forks = ForkServer(Program(prefix, main, lambda: None))
commands = []
print(forks.pid, flush=True)
for line in sys.stdin:
    if line.startswith("again"):
        commands[-1].kill()
    else:
        commands.append(Guarded("job", [*prefix, *line.split()], log_dir=Path(sys.argv[1]), grace=0.5,
                                env={"SAID": "said"}, forks=forks))
    commands[-1].start()
    print(commands[-1].pid, flush=True)
    if line.startswith(("fail", "exit", "say")):
        commands[-1].wait(10)
        print(commands[-1].exit_reason(), flush=True)
"""


class Parent:
    """A process with a server of forks; `ask` starts a command there and returns the answer."""

    def __init__(self, directory: Path) -> None:
        self.log = directory / "job.log"
        command = [sys.executable, "-c", PARENT, str(directory)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.server = psutil.Process(int(self.line()))

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def start(self, command: str) -> psutil.Process:
        """Start a command; return its process."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        return psutil.Process(int(self.line()))

    def outcome(self, command: str) -> str:
        """Run a command to its end; return how it ended."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        self.line()
        return self.line()


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Parent]:
    """A process with a server of forks."""
    running = Parent(tmp_path)
    yield running
    running.process.kill()
    running.process.communicate()


@pytest.mark.parametrize(
    ("command", "reason", "said"),
    [
        # Descriptor 9 is another file in the parent.
        ("say hello", "exited with status 3", "said hello /dev/null"),
        ("exit", "exited with status 7", ""),
        ("fail", "exited with status 1", "ValueError: no such thing"),
    ],
)
def test_a_forked_command_has_its_arguments_variables_output_and_exit_status(
    parent: Parent, command: str, reason: str, said: str
) -> None:
    assert parent.outcome(command) == reason
    assert (parent.log.read_text().splitlines() or [""])[-1] == said


def test_no_forked_process_is_left_when_the_parent_is_killed(parent: Parent) -> None:
    command = parent.start("sleep")
    family = [*below(parent.process.pid), command]
    assert {parent.server, command} <= set(family)

    parent.process.kill()

    wait_until(lambda: not alive(family), 5)


def test_a_forked_command_outlives_its_server_and_the_next_start_runs_the_program(parent: Parent) -> None:
    command = parent.start("sleep")
    guard = command.parent()
    assert guard is not None
    assert guard.ppid() == parent.process.pid

    parent.server.kill()
    wait_until(lambda: not alive([parent.server]))
    assert alive([guard, command]) == [guard, command]

    again = parent.start("again")
    wait_until(lambda: "executed" in parent.log.read_text())
    assert not alive([command])
    assert "-c" in again.cmdline()


def test_ps_shows_the_name_of_a_forked_command_and_of_its_guard(parent: Parent) -> None:
    command = parent.start("sleep")
    guard = command.parent()
    assert guard is not None
    wait_until(lambda: (command.cmdline()[0], command.name()) == ("wiredesk job", "job"))
    assert guard.cmdline()[0] == "wiredesk guard job"


def test_ctrl_c_at_the_terminal_reaches_neither_the_server_nor_what_was_forked(parent: Parent) -> None:
    command = parent.start("sleep")
    groups = {os.getpgid(process.pid) for process in (parent.server, command)}
    assert os.getpgid(parent.process.pid) not in groups


def test_a_forked_command_has_the_default_signals(parent: Parent) -> None:
    command = parent.start("sleep")
    wait_until(lambda: "ready" in parent.log.read_text())
    command.send_signal(signal.SIGTERM)
    wait_until(lambda: not alive([command]), 5)


def test_a_process_that_has_started_a_server_of_forks_can_run_other_programs(tmp_path: Path) -> None:
    code = (
        "import subprocess; from worker.embedded import ForkServer, Program; "
        "ForkServer(Program(('x',), lambda _: 0, lambda: None)); "
        "print(subprocess.run(['true']).returncode)"
    )
    process, line = start_and_await_line([sys.executable, "-c", code])
    assert (line, process.wait(10)) == ("0", 0)

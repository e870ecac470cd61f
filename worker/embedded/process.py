"""A guarded command: started, watched and ended together with all its descendants."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from worker.embedded.fork_server import ForkedGuard, ForkServer

GUARD = Path(__file__).with_name("guarded.py")
LOG_BYTES = 10 * 1024 * 1024
"""Size at which a log is rotated. A guess."""
LAST_BYTES = 4096
"""End of a log in which its last line is looked for: more than any line that a terminal shows."""
OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that come from an operator, a service manager or a kernel without memory."""
KILL_SECONDS = 2.0
"""How long killed processes are waited for; SIGKILL takes milliseconds unless one hangs in the kernel."""


class EmbeddedError(Exception):
    """An embedded server or process cannot start; the message is one line that says how to fix it."""


class Guarded:
    """One command under `guarded.py`; can be started again after it has ended.

    `grace` is how many seconds it may take to stop once this process has died. Its output goes to
    `log_dir/NAME.log`. It runs in a new session, so that Ctrl-C at the terminal reaches only us. With `forks`
    it is forked from there if it is a command of that program.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log_dir: Path,
        env: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace: float = 3.0,
        forks: ForkServer | None = None,
    ) -> None:
        self.name = name
        self.log = log_dir / f"{name}.log"
        self._command, self._env = tuple(command), env
        self._guard_options = (str(int(stop_signal)), str(grace), str(self.log), str(LOG_BYTES))
        self._log_begin = 0
        self._forks = forks
        self._guard: subprocess.Popen[bytes] | ForkedGuard | None = None
        self._pid: int | None = None

    @property
    def pid(self) -> int | None:
        """The command's pid; None unless it runs."""
        return self._pid if self._guard and self._guard.poll() is None else None

    def start(self) -> object:
        """Run the command unless it is running already. Raises `EmbeddedError`."""
        if self.pid is not None:
            return None
        try:
            self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise EmbeddedError(f"{self.name} has no directory for its log: {error}") from None
        with suppress(OSError):
            self._log_begin = self.log.stat().st_size
        guard, stdout = self._forked() or self._executed()
        with stdout as answer:
            line = answer.readline().decode().strip()
        self._guard = guard
        if not line.isdigit():
            self.wait(1.0)
            raise EmbeddedError(
                f"{self.name} cannot be started: {line.removeprefix('error: ') or 'no reason'}"
            )
        self._pid = int(line)
        return None

    def _forked(self) -> tuple[ForkedGuard, IO[bytes]] | None:
        if self._forks is None:
            return None
        return self._forks.start(self._guard_options, self._command, self._env or {})

    def _executed(self) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
        guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD), *self._guard_options, *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=None if self._env is None else {**os.environ, **self._env},
            start_new_session=True,
        )
        assert guard.stdout is not None
        return guard, guard.stdout

    def exit_reason(self) -> str | None:
        """Return how the command ended; None while it runs."""
        if self._guard is None:
            return "not started"
        status = self._guard.poll()
        if status is None:
            return None
        number = status - 128 if status > 128 else -status
        return f"killed by {signal.Signals(number).name}" if number > 0 else f"exited with status {status}"

    def has_failed(self) -> bool:
        """Return whether the command ended by itself with an error: not stopped or killed from outside."""
        status = self._guard.poll() if self._guard is not None else None
        return status not in (
            None,
            0,
            *(128 + number for number in OUTSIDE),
            *(-number for number in OUTSIDE),
        )

    def last_words(self) -> str:
        """Return the last line that the command printed since its start; empty if it printed nothing."""
        try:
            with self.log.open("rb") as log:
                size = log.seek(0, os.SEEK_END)
                # The log was rotated if it is smaller now.
                begin = self._log_begin if size >= self._log_begin else 0
                log.seek(max(begin, size - LAST_BYTES))
                lines = log.read().decode(errors="replace").split("\n")
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def terminate(self) -> None:
        """Send the stop signal."""
        if self._guard is not None:
            self._guard.terminate()

    def kill(self) -> None:
        """Kill the command and all its descendants."""
        if self._guard is not None and self._guard.poll() is None:
            kill_tree(self._guard.pid)
            self.wait(1.0)

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds`; return whether the command and all its descendants have ended."""
        if self._guard is None:
            return True
        try:
            self._guard.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            return False
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        return True

    def stop(self, seconds: float = 5.0) -> None:
        """Send the stop signal, wait at most `seconds`, then kill the command."""
        self.terminate()
        if not self.wait(seconds):
            self.kill()


class EmbeddedServer(Guarded):
    """A server that keeps its data in one directory; `title` is its name in messages.

    With `durable=False`, for tests, a power cut may lose the data.
    """

    name: str
    title: str
    ready_seconds: float
    stop_signal: signal.Signals
    grace: float

    def __init__(self, directory: Path, *, log_dir: Path | None = None, durable: bool = True) -> None:
        self.directory = directory.absolute()
        self._durable = durable
        log_dir = log_dir or self.directory.parent / "log"
        super().__init__(self.name, (), log_dir=log_dir, stop_signal=self.stop_signal, grace=self.grace)

    def _run_until_ready(self, command: Sequence[str], is_ready: Callable[[], bool]) -> None:
        """Run the server and wait until it answers. Raises `EmbeddedError` if it ends or takes too long."""
        self._command = tuple(command)
        Guarded.start(self)
        deadline = time.monotonic() + self.ready_seconds
        while time.monotonic() < deadline:
            if is_ready():
                return
            if reason := self.exit_reason():
                raise EmbeddedError(f"{self.title} {reason} at its start; see {self.log}")
            time.sleep(0.02)
        self.kill()
        raise EmbeddedError(f"{self.title} was not ready after {self.ready_seconds:.0f} s; see {self.log}")


def kill_tree(pid: int) -> None:
    """Kill all descendants of the guard `pid`, then the guard.

    The guard goes last: while it lives, it inherits orphans, so none can escape. A process that hangs in the
    kernel dies when it leaves the kernel; it is not waited for.
    """
    deadline = time.monotonic() + KILL_SECONDS
    while (alive := _alive_below(pid)) and time.monotonic() < deadline:
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(alive, timeout=0.1)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _alive_below(pid: int) -> list[psutil.Process]:
    alive = []
    with suppress(psutil.NoSuchProcess):
        for process in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if process.status() != psutil.STATUS_ZOMBIE:
                    alive.append(process)
    return alive


def is_server(pid: int, mark: str) -> bool:
    """Return whether the process is alive and has `mark` in its command line.

    A pid from a file is not enough: it may belong to another process by now.
    """
    try:
        return mark in " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return False


def end_leftover(pid: int, *, mark: str, stop_signal: signal.Signals, seconds: float = 10.0) -> None:
    """Stop a server that an earlier run left behind in our directory, or that is still shutting down."""
    if not is_server(pid, mark):
        return
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.send_signal(stop_signal)
        try:
            process.wait(seconds)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(seconds)


def free_port() -> int:
    """Return a free TCP port of 127.0.0.1.

    It lies below the range of outgoing connections (ip_local_port_range, from 32768), one of which could
    otherwise occupy it when the server is restarted.
    """
    for port in random.sample(range(20000, 32768), 100):
        with socket.socket() as sock, suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(("127.0.0.1", port))
            return port
    raise EmbeddedError("no free port on 127.0.0.1 between 20000 and 32767")

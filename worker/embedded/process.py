"""A guarded command: started, watched and ended as one thing, with everything below it."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from worker.embedded.errors import EmbeddedError

GUARD = Path(__file__).with_name("guarded.py")
LOG_BYTES = 10 * 1024 * 1024
KILL_SECONDS = 2.0


class Guarded:
    """One command under `guarded.py`; may be started again after it has ended.

    `grace` is how many seconds it may take to stop once this process has died. Its output goes to
    `log_dir/NAME.log`. It runs in a session of its own, so a Ctrl-C at the terminal reaches us alone.
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
    ) -> None:
        self.name = name
        self.log = log_dir / f"{name}.log"
        self._command, self._env = tuple(command), env
        self._options = (str(int(stop_signal)), str(grace), str(self.log), str(LOG_BYTES))
        self._guard: subprocess.Popen[bytes] | None = None
        self._pid: int | None = None

    @property
    def pid(self) -> int | None:
        """The command's pid while it runs."""
        return self._pid if self._guard and self._guard.poll() is None else None

    def start(self) -> None:
        """Run the command unless it runs. Raises `EmbeddedError`."""
        if self.pid is not None:
            return
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EmbeddedError(f"{self.name} has no place for its log: {error}") from None
        guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD), *self._options, *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=None if self._env is None else {**os.environ, **self._env},
            start_new_session=True,
        )
        assert guard.stdout is not None
        with guard.stdout as answer:
            line = answer.readline().decode().strip()
        self._guard = guard
        if not line.isdigit():
            self.wait(1.0)
            raise EmbeddedError(
                f"{self.name} cannot be started: {line.removeprefix('error: ') or 'no reason'}"
            )
        self._pid = int(line)

    def exit_reason(self) -> str | None:
        """None while it runs, else how it ended, in words."""
        if self._guard is None:
            return "not started"
        status = self._guard.poll()
        if status is None:
            return None
        number = status - 128 if status > 128 else -status
        return f"killed by {signal.Signals(number).name}" if number > 0 else f"exited with status {status}"

    def terminate(self) -> None:
        """Ask it to stop."""
        if self._guard is not None:
            self._guard.terminate()

    def kill(self) -> None:
        """End it and all its descendants at once."""
        if self._guard is not None and self._guard.poll() is None:
            kill_tree(self._guard.pid)
            self.wait(1.0)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, with all its descendants, within so many seconds."""
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
        """Ask it to stop, wait so long, then kill it."""
        self.terminate()
        if not self.wait(seconds):
            self.kill()


def kill_tree(pid: int) -> None:
    """SIGKILL for all below `pid` until nobody is left there, then for `pid`, a guard.

    The guard goes last: as long as it lives, it inherits orphans, so none can escape. A process that hangs in
    the kernel dies when it leaves it; it is not waited for.
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
    """Whether the process lives and is the server meant: `mark` is in its command line.

    A pid from a file alone says little: it may be another process's by now.
    """
    try:
        return mark in " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return False


def end_leftover(pid: int, *, mark: str, stop_signal: signal.Signals, seconds: float = 10.0) -> None:
    """Stop a server that an earlier run left behind in our directory, or that is just ending."""
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
    """A TCP port of 127.0.0.1 that nobody listens on.

    Taken from below the range of outgoing connections (ip_local_port_range, 32768 and up), one of which could
    otherwise sit on it when the server is restarted.
    """
    for port in random.sample(range(20000, 32768), 100):
        with socket.socket() as sock, suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(("127.0.0.1", port))
            return port
    raise EmbeddedError("no free port on 127.0.0.1 between 20000 and 32767")

"""Run one command that cannot outlive its parent: `guarded.py SIGNAL GRACE LOG LOG_BYTES command…`

Promises, each kept by the kernel rather than by a cooperating command:

1. Standard input is a pipe that the parent holds. When it ends, because the parent closed it or died in any
   way, the command gets SIGNAL, and SIGKILL after GRACE seconds.
2. Each SIGTERM, SIGINT or SIGHUP to this process sends SIGNAL to the command.
3. When the command has ended, all its descendants are killed, also those in other sessions (PostgreSQL
   backends, daemons): as their subreaper this process inherits every orphan among them.
4. Should this process be killed, the command gets SIGNAL (PR_SET_PDEATHSIG).
5. What the command prints goes to LOG, which only its owner can read; it is renamed to LOG.1 when it is
   larger than LOG_BYTES.

Prints the command's pid, or `error: …` when it cannot be run. Exits as the command did: with its status, or
128 plus the signal that killed it. Standard library only, because it runs with `python -I -S`, by its path.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path

# From linux/prctl.h.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LOOK_SECONDS = 1.0
"""Between two looks at the parent's pid; the pipe is noticed at once, so this is only the second line."""
CANNOT_RUN = 127
"""The exit status with which shells say so."""


LOG_MODE = 0o600
"""Of log files: the addresses of feeds can carry tokens, so they are nobody else's to read."""


def open_log(path: Path) -> FileIO:
    """Open a log for appending that only its owner can read, whatever the umask or an older release says."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, LOG_MODE)
    with suppress(PermissionError):
        os.fchmod(descriptor, LOG_MODE)
    return FileIO(descriptor, "ab")


class BoundedLog:
    """The output file of a process, at most about twice `limit` bytes on disk."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path, self._limit = path, limit
        self._file = open_log(path)
        with suppress(OSError):
            Path(f"{path}.1").chmod(LOG_MODE)

    def write(self, data: bytes) -> None:
        """Append `data`; on a full disk lines are lost, but the process goes on."""
        try:
            if self._file.tell() > self._limit:
                self._file.close()
                self._path.replace(f"{self._path}.1")
                self._file = open_log(self._path)
            self._file.write(data)
        except OSError:
            return


def descendants(root: int) -> Iterator[int]:
    """Yield the pids of all processes below `root`, from /proc."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # "pid (name) state ppid …", where the name may hold spaces and brackets.
                parent = int((entry / "stat").read_bytes().rpartition(b")")[2].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    todo = children.get(root, [])
    while todo:
        pid = todo.pop()
        todo.extend(children.get(pid, []))
        yield pid


def send(pid: int, signum: int) -> None:
    """Signal a process that may have ended."""
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        return


def reap(command: int) -> int | None:
    """Collect ended children; return the exit status of `command` if it is among them."""
    status = None
    while True:
        try:
            pid, code = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return status
        if pid == 0:
            return status
        if pid == command:
            status = os.waitstatus_to_exitcode(code)


def kill_rest() -> None:
    """Kill all descendants, repeatedly until none is left: one may have forked meanwhile."""
    while rest := list(descendants(os.getpid())):
        for pid in rest:
            send(pid, signal.SIGKILL)
        time.sleep(0.01)
        reap(0)


class Guard:
    """The loop around one running command."""

    def __init__(self, command: int, output: int, log: BoundedLog, stop_signal: int, grace: float) -> None:
        self._command, self._output, self._log = command, output, log
        self._stop_signal, self._grace = stop_signal, grace
        self._parent = os.getppid()
        self._kill_at: float | None = None

    def run(self, wakeups: int) -> int:
        """Wait until the command and its descendants have ended; return its exit status."""
        handlers: dict[int, Callable[[], bool]] = {
            0: self._parent_gone,
            wakeups: lambda: self._signals(wakeups),
            self._output: self._copy,
        }
        poller = select.poll()
        for fd in handlers:
            poller.register(fd, select.POLLIN)
        status = None
        while status is None:
            for fd, _ in poller.poll(int(LOOK_SECONDS * 1000) if self._kill_at is None else 50):
                if not handlers[fd]():
                    poller.unregister(fd)
            self._judge()
            status = reap(self._command)
        kill_rest()
        os.set_blocking(self._output, False)
        while self._copy():
            pass
        return status

    def _parent_gone(self) -> bool:
        if os.read(0, 64):
            return True
        self._orphaned()
        return False

    def _signals(self, wakeups: int) -> bool:
        if any(number in STOPPING for number in os.read(wakeups, 64)):
            send(self._command, self._stop_signal)
        return True

    def _copy(self) -> bool:
        try:
            data = os.read(self._output, 65536)
        except BlockingIOError:
            return False
        if data:
            self._log.write(data)
        return bool(data)

    def _orphaned(self) -> None:
        if self._kill_at is None:
            self._kill_at = time.monotonic() + self._grace
            send(self._command, self._stop_signal)

    def _judge(self) -> None:
        # In case another process inherited the parent's end of the pipe.
        if os.getppid() != self._parent:
            self._orphaned()
        if self._kill_at is not None and time.monotonic() > self._kill_at:
            send(self._command, signal.SIGKILL)


def wakeup_pipe() -> int:
    """Return a descriptor from which the number of each signal that arrives is read as a byte."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (*STOPPING, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    return reader


def die_with_parent(stop_signal: int) -> None:
    """Let the kernel send `stop_signal` to this process when its parent ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)


def guard(options: list[str], spawn: Callable[[int, int], int]) -> int:
    """Guard the command that `spawn(output, stop_signal)` starts, and return its exit status.

    `options` are SIGNAL, GRACE, LOG and LOG_BYTES; `spawn` returns the pid. Raises `OSError`.
    """
    stop_signal, grace, log = int(options[0]), float(options[1]), Path(options[2])
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    wakeups = wakeup_pipe()
    reader, writer = os.pipe()
    try:
        output = BoundedLog(log, int(options[3]))
        command = spawn(writer, stop_signal)
    except OSError as error:
        print(f"error: {error}", flush=True)
        return CANNOT_RUN
    os.close(writer)
    print(command, flush=True)
    return Guard(command, reader, output, stop_signal, grace).run(wakeups)


def main(arguments: list[str]) -> int:
    """Run the guarded command and return its exit status."""
    started: list[subprocess.Popen[bytes]] = []

    def spawn(output: int, stop_signal: int) -> int:
        command = subprocess.Popen(
            arguments[4:],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=lambda: die_with_parent(stop_signal),
        )
        started.append(command)
        return command.pid

    status = guard(arguments[:4], spawn)
    for command in started:
        # It has been collected, and must not be waited for again.
        command.returncode = status
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

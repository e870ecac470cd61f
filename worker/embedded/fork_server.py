"""A process that has loaded the program once, and from which the guarded commands of a run are forked.

Each interpreter with the libraries of a part takes some 80 MiB and two seconds of CPU. Processes that are
forked from one that has loaded everything share these pages until they write to them, and start at once.

    run (has loaded the program)
     ├──── fork server                          forked at the beginning, waits
     ├──── guard of a part ── part            forked from the server, and adopted by the run
     └──── guard of PostgreSQL ── postgres    started as any other program

The server keeps a single thread, so that a fork copies no lock that somebody holds. Guards are adopted by the
run, which is their subreaper (prctl(2)): they outlive the server, and the run collects their exit status.
If the server is gone, commands are started as programs, as without it.
"""

import atexit
import ctypes
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, NoReturn

from worker.embedded import guarded

START_SECONDS = 20.0
"""Longest wait for a forked guard, which takes milliseconds. A guess for busy machines."""
LOOK_SECONDS = 0.02
"""Between two looks whether a forked guard has ended, as long as somebody waits for it."""
REQUEST_BYTES = 1 << 20
"""Longest request: arguments and variables of a command. Linux allows 128 KiB for each of them."""
PR_SET_NAME = 15
"""From linux/prctl.h."""

Main = Callable[[list[str]], int]


@dataclass(frozen=True, slots=True)
class Program:
    """What a fork runs instead of a command that begins with `prefix`: `main` with the other arguments.

    `load` imports and builds what the forks share.
    """

    prefix: tuple[str, ...]
    main: Main
    load: Callable[[], object]


class ForkedGuard:
    """A guard that was forked: what `Guarded` needs of `subprocess.Popen`. It is our child by adoption."""

    def __init__(self, pid: int, stdin: IO[bytes]) -> None:
        self.pid, self.stdin = pid, stdin
        self._status: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Return the exit status, negative for a signal; None while it runs."""
        with self._lock:
            if self._status is None:
                try:
                    pid, code = os.waitpid(self.pid, os.WNOHANG)
                except ChildProcessError:
                    self._status = -signal.SIGKILL
                else:
                    self._status = os.waitstatus_to_exitcode(code) if pid else None
            return self._status

    def wait(self, timeout: float) -> int:
        """Wait for its end. Raises `subprocess.TimeoutExpired`."""
        deadline = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired(["guard"], timeout)
            time.sleep(LOOK_SECONDS)
        return status

    def terminate(self) -> None:
        """Send SIGTERM unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


class ForkServer:
    """The server, forked from this process, which must have a single thread and becomes a subreaper.

    It shares what this process has imported, and nothing that it has opened.
    """

    def __init__(self, program: Program) -> None:
        self._prefix = program.prefix
        self._lock = threading.Lock()
        program.load()
        ctypes.CDLL(None).prctl(guarded.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        gc.collect()
        # Otherwise each collection would write to the pages of all objects, and no longer share them.
        gc.freeze()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _serve(theirs.detach(), program, parent)
        theirs.close()
        self._socket = ours

    def start(
        self, options: Sequence[str], command: Sequence[str], env: Mapping[str, str]
    ) -> tuple[ForkedGuard, IO[bytes]] | None:
        """Fork a guard for the command, a program of ours; return it with what it prints, its stdout.

        None if the server is gone, or the command is another program.
        """
        arguments = list(command[len(self._prefix) :])
        if tuple(command[: len(self._prefix)]) != self._prefix:
            return None
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        stdin, stdout = os.fdopen(ours_in, "wb", 0), os.fdopen(ours_out, "rb", 0)
        request = json.dumps([list(options), arguments, dict(env)]).encode()
        try:
            with self._lock:
                socket.send_fds(self._socket, [request], [theirs_in, theirs_out])
        except OSError:
            return None
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        if not select.select([stdout], [], [], START_SECONDS)[0] or not (line := stdout.readline().strip()):
            # If it comes later, it finds its stdin closed and ends.
            stdin.close()
            stdout.close()
            return None
        return ForkedGuard(int(line), stdin), stdout

    def close(self) -> None:
        """End the server, but no process that it has forked."""
        self._socket.close()
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _serve(connection: int, program: Program, parent: int) -> NoReturn:
    """Fork a guard for each request until the parent is gone."""
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(guarded.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)
        _default_signals()
        _empty_descriptors(kept=connection)
        _rename("wiredesk fork server")
        with socket.socket(fileno=connection) as requests:
            while True:
                data, fds, _, _ = socket.recv_fds(requests, REQUEST_BYTES, 2)
                if not data:
                    os._exit(0)
                _fork_guard(program, fds, *json.loads(data))
    except BaseException:
        traceback.print_exc()
    os._exit(1)


def _fork_guard(
    program: Program, fds: list[int], options: list[str], arguments: list[str], env: dict[str, str]
) -> None:
    """Fork a process that forks the guard and ends, so that the run adopts the guard."""
    between = os.fork()
    if between == 0:
        between = os.getpid()
        if os.fork():
            os._exit(0)
        _guard(program, between, fds, options, arguments, env)
    for fd in fds:
        os.close(fd)
    os.waitpid(between, 0)


def _guard(
    program: Program,
    between: int,
    fds: list[int],
    options: list[str],
    arguments: list[str],
    env: dict[str, str],
) -> NoReturn:
    """Be the guard once the run has adopted this process, that is once its parent `between` has ended."""
    status = guarded.CANNOT_RUN
    try:
        os.setsid()
        while os.getppid() == between:
            time.sleep(0.001)
        given = [os.dup(fd) for fd in fds]
        _empty_descriptors(kept=given[0], output=given[1])
        os.dup2(given[0], 0)
        os.close(given[0])
        _reopen_streams()
        os.environ.update(env)
        name = os.path.basename(options[2]).partition(".")[0]  # noqa: PTH119 - no more pages than needed
        _rename(f"wiredesk guard {name}")
        print(os.getpid(), flush=True)

        def spawn(writer: int, stop_signal: int) -> int:
            pid = os.fork()
            if pid == 0:
                _run(program.main, arguments, name, writer, stop_signal)
            return pid

        status = guarded.guard(options, spawn)
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
    os._exit(status if status >= 0 else 128 - status)


def _run(main: Main, arguments: list[str], name: str, writer: int, stop_signal: int) -> NoReturn:
    """Run the program as if it had been started: with its output, default signals and its exit."""
    status = 1
    try:
        guarded.die_with_parent(stop_signal)
        signal.set_wakeup_fd(-1)
        _default_signals()
        _empty_descriptors(output=writer)
        _reopen_streams()
        _rename(f"wiredesk {name}")
        sys.argv = ["wiredesk", *arguments]
        try:
            status = main(arguments)
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else int(error.code is not None)
        # What the interpreter does at its end; the frames below us are those of the run, and must not unwind.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    os._exit(status)


def _default_signals() -> None:
    """Set the handlers that a new interpreter has."""
    for number in (*guarded.STOPPING, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _empty_descriptors(*, kept: int | None = None, output: int | None = None) -> None:
    """Let all descriptors but `kept` lead nowhere, and what is printed to `output`.

    They are replaced and not closed: an inherited file object that is closed later would otherwise close
    what has its number by then. That happened with the files of prometheus_client and a socket to Redis.
    """
    empty = os.open(os.devnull, os.O_RDWR)
    if output is not None:
        os.dup2(output, 1)
        os.dup2(output, 2)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - no more pages than needed
        fd = int(name)
        if fd not in (empty, kept, *((1, 2) if output is not None else ())):
            # The descriptor of the listing itself is closed by now.
            os.dup2(empty, fd, inheritable=fd < 3)
    os.close(empty)


def _reopen_streams() -> None:
    """Open the standard streams on what their descriptors lead to now, buffered as in a new interpreter.

    The inherited ones may take a pipe for the file of the run's output, and seek in it when reconfigured.
    """
    encoding, errors = sys.stdout.encoding, sys.stdout.errors
    sys.stdin = os.fdopen(0, "r", encoding=encoding, errors=errors, closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding=encoding, errors=errors, closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding, "backslashreplace", closefd=False)


def _rename(title: str) -> None:
    """Show `title` instead of the command line that was inherited, as far as that has room: proc(5)."""
    words = title.encode()
    ctypes.CDLL(None).prctl(PR_SET_NAME, words.removeprefix(b"wiredesk ")[:15], 0, 0, 0)
    with suppress(OSError, ValueError, IndexError):
        with open("/proc/self/stat", "rb") as file:  # noqa: PTH123 - no more pages than needed
            fields = file.read().rpartition(b")")[2].split()
        # Fields 48 and 49, counted from the third, which is the first one after the name.
        begin, end = int(fields[45]), int(fields[46])
        if 0 < begin < end:
            room: Any = (ctypes.c_char * (end - begin)).from_address(begin)
            ctypes.memset(room, 0, end - begin)
            ctypes.memmove(room, words, min(len(words), end - begin - 1))

"""A `wiredesk run` in the background, as seen from another terminal."""

import contextlib
import os
import pty
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.cli.terminal import command, environment, wiredesk
from tests.embedded.processes import alive
from tests.waiting import wait_until

QUICK = {
    "WIREDESK_FETCH_ALLOW_NETWORKS": '["127.0.0.0/8"]',
    "WIREDESK_FETCH_DELAY_SECONDS": "0",
    "WIREDESK_POLL_FLOOR_SECONDS": "1",
    "WIREDESK_POLL_CAP_SECONDS": "2",
    "WIREDESK_WEB_PORT": "0",
    "WIREDESK_FEW_PROCESSES": "true",
}
START_SECONDS = 120.0
"""A bound, not a promise: a busy machine took more than 60 s from the start to the first articles."""


def arguments_of(process: psutil.Process) -> list[str]:
    """Return the command line of a process; empty once it has ended."""
    try:
        return process.cmdline()
    except (psutil.ZombieProcess, psutil.NoSuchProcess):
        return []


class Running:
    """A `wiredesk` process in `home` with `arguments`; with `tty` it has its own terminal."""

    def __init__(
        self, home: Path, *arguments: str, tty: bool = False, variables: Mapping[str, str] | None = None
    ) -> None:
        self._heard = bytearray()
        ours, theirs = pty.openpty() if tty else os.pipe()
        self.process = subprocess.Popen(
            command(*arguments),
            cwd=home,
            env=environment(QUICK | {"TERM": "xterm"} | dict(variables or {})),
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        self._listener = threading.Thread(target=self._listen, args=(ours,), daemon=True)
        self._listener.start()
        self._seen: list[psutil.Process] = []

    @property
    def output(self) -> str:
        """The output so far; complete once the process has ended."""
        if self.process.poll() is not None:
            self._listener.join(5)
        return self._heard.decode(errors="replace")

    def _listen(self, ours: int) -> None:
        """Keep reading: a process whose terminal is full blocks."""
        # Reading fails on a terminal without a process at its other side.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 65536):
                self._heard += part
        os.close(ours)

    def await_stored(self, articles: int) -> None:
        """Wait until `wiredesk status` reports this many stored articles."""

        def stored() -> bool:
            assert self.process.poll() is None, self.output
            said = wiredesk("status", "--json") if Path("data/run/servers.json").exists() else None
            return said is not None and said.code == 0 and said.json["identity"]["stored"] >= articles

        wait_until(stored, START_SECONDS, pause=0.3)

    def everything(self) -> list[psutil.Process]:
        """Return the process and all its descendants, seen now or before."""
        self._seen += [self.process_seen(), *self.process_seen().children(recursive=True)]
        return self._seen

    def process_seen(self) -> psutil.Process:
        """Return the process for psutil."""
        return psutil.Process(self.process.pid)

    def worker(self, name: str) -> psutil.Process:
        """Return the main process of the worker with this name."""
        below = self.process_seen().children(recursive=True)
        guard = next(each for each in below if arguments_of(each)[:1] == [f"wiredesk guard {name}"])
        return guard.children()[0]

    def interrupt(self) -> float:
        """Send Ctrl-C and return the seconds until the process has ended."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        return time.monotonic() - began

    def close(self) -> None:
        """Terminate the process if it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


def nobody_left(processes: list[psutil.Process], seconds: float) -> None:
    """Wait until all processes have ended, for at most `seconds`."""
    wait_until(lambda: not alive(processes), seconds)

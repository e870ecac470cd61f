"""A `wiredesk run` in the background, as somebody in another terminal sees it."""

import os
import pty
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

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
}
START_SECONDS = 60.0


class Running:
    """Started in `home` with `arguments`; on a terminal of its own where `tty`."""

    def __init__(self, home: Path, *arguments: str, tty: bool = False) -> None:
        self._output = home / f"output-{time.monotonic_ns()}.txt"
        self._terminal = -1
        with self._output.open("wb") as out:
            options: dict[str, Any] = {"cwd": home, "env": environment(QUICK | {"TERM": "xterm"})}
            if tty:
                self._terminal, theirs = pty.openpty()
                os.set_blocking(self._terminal, False)
                self.process = subprocess.Popen(command(*arguments), stdin=theirs, stdout=theirs, **options)
                os.close(theirs)
            else:
                self.process = subprocess.Popen(command(*arguments), stdout=out, stderr=out, **options)
        self._seen: list[psutil.Process] = []

    @property
    def output(self) -> str:
        """Everything it has said so far."""
        if self._terminal < 0:
            return self._output.read_text()
        with self._output.open("ab") as out:
            try:
                while part := os.read(self._terminal, 65536):
                    out.write(part)
            except OSError:
                # Nothing more for now, or nobody left on the other side.
                pass
        return self._output.read_text(errors="replace")

    def await_stored(self, articles: int) -> None:
        """Wait until so many articles are stored, asking with `wiredesk status`."""

        def stored() -> bool:
            assert self.process.poll() is None, self.output
            said = wiredesk("status", "--json") if Path("data/run/servers.json").exists() else None
            return said is not None and said.code == 0 and said.json["identity"]["stored"] >= articles

        wait_until(stored, START_SECONDS, pause=0.3)

    def everything(self) -> list[psutil.Process]:
        """The process and all that it has started, seen now or before."""
        self._seen += [self.process_seen(), *self.process_seen().children(recursive=True)]
        return self._seen

    def process_seen(self) -> psutil.Process:
        """Itself."""
        return psutil.Process(self.process.pid)

    def interrupt(self) -> float:
        """Ctrl-C; the seconds until it has ended."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        return time.monotonic() - began

    def close(self) -> None:
        """End it if it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        if self._terminal >= 0:
            os.close(self._terminal)
            self._terminal = -1


def nobody_left(processes: list[psutil.Process], seconds: float) -> None:
    """All of them end within so many seconds."""
    wait_until(lambda: not alive(processes), seconds)

"""Looking at processes from outside, as an operator does with ps."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

import psutil


def python(code: str, *arguments: str) -> list[str]:
    """The command that runs `code`."""
    return [sys.executable, "-c", code, *arguments]


def below(pid: int) -> list[psutil.Process]:
    """All descendants of a process."""
    return psutil.Process(pid).children(recursive=True)


def guarded(pid: int | None) -> list[psutil.Process]:
    """The guard of a running command, with all below it."""
    guard = psutil.Process(pid).parent()
    assert guard is not None
    return [guard, *guard.children(recursive=True)]


def alive(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; a zombie does not."""
    running = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                running.append(process)
    return running


def names(processes: Sequence[psutil.Process]) -> set[str]:
    """The programs that they are; some may end meanwhile."""
    found = set()
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            found.add(process.name())
    return found


def start_and_await_line(command: Sequence[str]) -> tuple["subprocess.Popen[str]", str]:
    """A process of its own that says when it is ready."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()

"""Processes seen from outside, as an operator sees them with ps."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

import psutil


def python(code: str, *arguments: str) -> list[str]:
    """Return the command that runs `code`."""
    return [sys.executable, "-c", code, *arguments]


def below(pid: int) -> list[psutil.Process]:
    """Return all descendants of a process."""
    return psutil.Process(pid).children(recursive=True)


def guarded(pid: int | None) -> list[psutil.Process]:
    """Return the guard of a running command and all its descendants."""
    guard = psutil.Process(pid).parent()
    assert guard is not None
    return [guard, *guard.children(recursive=True)]


def alive(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Return the processes that still run; zombies do not."""
    running = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                running.append(process)
    return running


def names(processes: Sequence[psutil.Process]) -> set[str]:
    """Return the names of the programs; some processes may end meanwhile."""
    found = set()
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            found.add(process.name())
    return found


def start_and_await_line(command: Sequence[str]) -> tuple["subprocess.Popen[str]", str]:
    """Start a process and return it with its first line, which says that it is ready."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()

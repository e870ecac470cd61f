"""A terminal for tests: it runs commands and returns their output."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Said:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output, parsed as JSON."""
        return json.loads(self.out)


def wiredesk(*arguments: str) -> Said:
    """Run `wiredesk ARGUMENTS` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(arguments))
    return Said(code, out.getvalue(), err.getvalue())


def command(*arguments: str) -> list[str]:
    """Return the command line of `wiredesk ARGUMENTS` as a separate process."""
    return [sys.executable, "-m", "worker.cli", *arguments]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of such a process: it can import the checkout and has no foreign settings."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("WIREDESK_")}
    return ours | {"PYTHONPATH": str(ROOT)} | dict(more or {})


def run(*arguments: str, cwd: Path, seconds: float = 120.0, **more: str) -> Said:
    """Run `wiredesk ARGUMENTS` as a separate process until it ends."""
    done = subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=environment(more),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)

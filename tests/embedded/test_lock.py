"""One run per data directory."""

import os
import re
from pathlib import Path

import pytest

from tests.embedded.processes import python, start_and_await_line
from worker.embedded import DataDirectory, EmbeddedError

HOLD = """
import sys, time
from pathlib import Path
from worker.embedded import DataDirectory
directory = DataDirectory(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


def test_a_second_run_in_a_directory_is_refused_and_names_the_first(tmp_path: Path) -> None:
    first = DataDirectory(tmp_path)
    with pytest.raises(
        EmbeddedError, match=rf"^{re.escape(str(tmp_path))} is in use .*process {os.getpid()}\)"
    ):
        DataDirectory(tmp_path)
    first.release()
    DataDirectory(tmp_path).release()


def test_a_killed_run_releases_its_directory(tmp_path: Path) -> None:
    holder, _ = start_and_await_line(python(HOLD, str(tmp_path)))
    with pytest.raises(EmbeddedError):
        DataDirectory(tmp_path)
    holder.kill()
    holder.wait()
    DataDirectory(tmp_path).release()


def test_a_directory_that_cannot_be_created_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match="cannot be used"):
        DataDirectory(tmp_path / "file" / "data")

"""Root hands a command to an ordinary user, with one capability and no more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

UNPRIVILEGED = Path(__file__).parents[2] / "worker" / "embedded" / "unprivileged.py"
CAP_DAC_OVERRIDE = 1 << 1

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def as_nobody(*command: str) -> str:
    prefix = [sys.executable, "-I", "-S", str(UNPRIVILEGED), "65534", "65534"]
    return subprocess.run([*prefix, *command], capture_output=True, text=True, check=True).stdout


def test_the_command_runs_as_another_user_with_access_to_files_only() -> None:
    status = dict(line.split(":\t", 1) for line in as_nobody("cat", "/proc/self/status").splitlines())
    assert status["Uid"].split() == ["65534"] * 4
    assert status["Gid"].split() == ["65534"] * 4
    assert status["Groups"].strip() == ""
    assert int(status["CapEff"], 16) in (0, CAP_DAC_OVERRIDE)


def test_the_command_can_use_directories_that_only_root_may_enter(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("inside")
    tmp_path.chmod(0o700)
    assert as_nobody("cat", str(tmp_path / "secret")) == "inside"

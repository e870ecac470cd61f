"""The systemd unit runs an existing command, and systemd understands it."""

import configparser
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.commands import problem
from tests.deploy.parts import DEPLOY
from worker.config.load import load

UNIT = DEPLOY / "systemd" / "wiredesk.service"


@pytest.fixture(scope="module")
def service() -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    return parser["Service"]


def test_the_unit_runs_everything_with_plain_output_as_its_own_user(
    service: configparser.SectionProxy,
) -> None:
    program, *arguments = shlex.split(service["ExecStart"])
    assert program == "/opt/wiredesk/bin/wiredesk"
    assert problem(arguments) is None
    assert arguments == ["run", "--plain"]
    assert service["User"] == "wiredesk"


def test_its_environment_makes_valid_settings(service: configparser.SectionProxy, tmp_path: Path) -> None:
    environment = dict(pair.split("=", 1) for pair in shlex.split(service["Environment"]))
    assert load(environ=environment, cwd=tmp_path).settings.data_dir == Path("/var/lib/wiredesk")


def test_the_run_is_given_its_ten_seconds_to_stop_what_it_started(service: configparser.SectionProxy) -> None:
    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) > 10
    assert service["Restart"] == "always"


def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    # It also looks whether the program exists, which is not ours to install.
    installed = tmp_path / UNIT.name
    installed.write_text(UNIT.read_text().replace("/opt/wiredesk/bin/wiredesk", sys.executable))
    done = subprocess.run(
        ["systemd-analyze", "verify", installed], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")

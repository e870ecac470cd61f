"""The systemd units run existing commands, survive what they should, and systemd understands them."""

import configparser
import getpass
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.deploy.commands import problem
from tests.deploy.parts import DEPLOY
from worker.config.load import load
from worker.monitor.queues import QUEUES

SYSTEMD = DEPLOY / "systemd"
WHOLE = SYSTEMD / "wiredesk.service"
SHARED = SYSTEMD / "parts" / "wiredesk-.service.d" / "10-parts.conf"
PARTS = {path.stem.removeprefix("wiredesk-"): path for path in SYSTEMD.glob("parts/wiredesk-*.service")}
RUNNING = {name: path for name, path in PARTS.items() if name != "migrate"}
"""The units that run on; `migrate` ends."""

EXPOSURE = 1.5
"""Of 10, by `systemd-analyze security`; the rest is the network, which news ingestion needs."""


def unit(path: Path) -> configparser.RawConfigParser:
    """The unit, in which the last of several equal keys counts; those of parts with what they share."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read([SHARED, path] if path.name.startswith("wiredesk-") else [path])
    return parser


def arguments(path: Path) -> list[str]:
    program, *rest = shlex.split(unit(path)["Service"]["ExecStart"])
    assert program == "/opt/wiredesk/bin/wiredesk"
    return rest


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units in one directory, with a program that exists, since systemd looks for it."""
    for path in (WHOLE, *SYSTEMD.glob("parts/*")):
        if path.is_dir():
            shutil.copytree(path, tmp_path / path.name)
        else:
            text = re.sub(r"/opt/wiredesk/bin/\w+", sys.executable, path.read_text())
            (tmp_path / path.name).write_text(text)
    return tmp_path


def analyze(*words: str, directory: Path) -> "subprocess.CompletedProcess[str]":
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    command = ["systemd-analyze", *words]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def test_the_unit_of_everything_runs_with_plain_output_as_its_own_user() -> None:
    assert arguments(WHOLE) == ["run", "--plain"]
    assert unit(WHOLE)["Service"]["User"] == "wiredesk"


@pytest.mark.parametrize("name", PARTS)
def test_the_command_of_a_part_exists(name: str) -> None:
    assert problem(arguments(PARTS[name])) is None


def test_the_parts_serve_every_queue_once_and_the_target_wants_each_of_them() -> None:
    commands = [arguments(path) for path in RUNNING.values()]
    workers = [command for command in commands if command[0] == "worker"]
    queues = [queue for command in workers for queue in command[command.index("--queues") + 1].split(",")]
    assert Counter(queues) == Counter(QUEUES)
    assert {command[0] for command in commands} == {"worker", "beat", "web"}
    wanted = re.findall(r"wiredesk-(\w+)\.service", (SYSTEMD / "parts" / "wiredesk.target").read_text())
    assert sorted(wanted) == sorted(RUNNING)


def test_a_part_is_watched_by_the_name_under_which_it_touches_its_health_file() -> None:
    watch = (SYSTEMD / "parts" / "watch-wiredesk.service").read_text()
    (watched,) = re.findall(r"for part in ([\w ]+);", watch)
    assert set(watched.split()) == set(RUNNING)
    for name, path in RUNNING.items():
        command = arguments(path)
        assert command[0] == name or command[command.index("--name") + 1] == name


def test_parts_on_one_machine_do_not_share_a_port() -> None:
    ports = [
        value
        for path in RUNNING.values()
        for value in re.findall(r"WIREDESK_METRICS_PORT=(\d+)", path.read_text())
    ]
    assert len(ports) == len(set(ports)) == 4


@pytest.mark.parametrize("path", [WHOLE, SHARED], ids=["whole", "parts"])
def test_its_environment_makes_valid_settings(path: Path, tmp_path: Path) -> None:
    lines = re.findall(r"^Environment=(.*)$", path.read_text(), re.MULTILINE)
    environment = dict(pair.split("=", 1) for line in lines for pair in shlex.split(line))
    assert load(environ=environment, cwd=tmp_path).settings.data_dir == Path("/var/lib/wiredesk")


@pytest.mark.parametrize("path", [WHOLE, *RUNNING.values()], ids=["whole", *RUNNING])
def test_a_taken_port_or_a_killed_process_does_not_end_a_unit_for_good(path: Path) -> None:
    found = unit(path)
    # 0 disables the limit of starts (systemd.unit(5)).
    assert found["Unit"]["StartLimitIntervalSec"] == "0"
    assert found["Service"]["Restart"] == "always"
    # The default would end the whole unit, PostgreSQL too, when one process is killed for its memory.
    assert found["Service"]["OOMPolicy"] == "continue"
    # A worker, and a run with all its parts, stop within ten seconds.
    assert found["Service"]["KillMode"] == "mixed"
    assert int(found["Service"]["TimeoutStopSec"]) > 10


def test_systemd_finds_nothing_wrong_with_the_units(installed: Path) -> None:
    units = [path.name for path in installed.iterdir() if path.is_file()]
    done = analyze("verify", *(f"./{name}" for name in sorted(units)), directory=installed)
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_rates_every_unit_as_well_confined(installed: Path) -> None:
    for path in sorted(installed.glob("*.service")):
        done = analyze("security", "--offline=true", "--no-pager", f"./{path.name}", directory=installed)
        rated = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
        assert rated is not None, done.stderr
        assert float(rated[1]) <= EXPOSURE, path.name


def test_the_command_for_operators_uses_the_settings_of_the_service(tmp_path: Path) -> None:
    settings, program = tmp_path / "wiredesk.env", Path(sys.executable).parent / "wiredesk"
    settings.write_text("WIREDESK_FETCH_DELAY_SECONDS=7.5\nWIREDESK_WEB_NAMES='[\"news.example.org\"]'\n")
    places = {"user": getpass.getuser(), "settings": settings, "directory": tmp_path, "program": program}
    text = (SYSTEMD / "wiredesk").read_text()
    for name, place in places.items():
        text, replaced = re.subn(rf"^{name}=.*$", f"{name}={place}", text, flags=re.MULTILINE)
        assert replaced == 1
    command = tmp_path / "command"
    command.write_text(text)
    done = subprocess.run(
        ["sh", command, "config", "--json"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    found = {key: value["value"] for key, value in json.loads(done.stdout).items()}
    assert found["fetch_delay_seconds"] == 7.5
    assert found["web_names"] == ["news.example.org"]
    assert found["data_dir"] == str(tmp_path)


def test_the_example_of_the_environment_file_has_valid_settings(tmp_path: Path) -> None:
    text = (SYSTEMD / "wiredesk.env.example").read_text()
    lines = re.findall(r"^(?:# )?(WIREDESK_\w+)=(.*)$", text, re.MULTILINE)
    environment = {name: shlex.split(value)[0] for name, value in lines}
    settings = load(environ=environment, cwd=tmp_path).settings
    assert settings.database_url
    assert settings.web_names == ("news.example.org",)

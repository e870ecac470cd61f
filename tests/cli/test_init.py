"""`wiredesk init`: the files with which an installation begins."""

import getpass
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.cli.terminal import Said, wiredesk
from worker.config.initial import HOMES, Installation, packaged_unit, unit_at
from worker.config.load import load
from worker.config.template import template

CONTACT = "https://example.org/about"


def init(*arguments: str) -> Said:
    """Run it for the current user, whom root has to name."""
    user = ["--user", getpass.getuser()] if os.geteuid() == 0 else []
    return wiredesk("init", *arguments, *user)


def test_it_writes_a_commented_configuration_with_which_the_service_starts(tmp_path: Path) -> None:
    place = tmp_path / "news"
    said = init(str(place), "--contact", CONTACT)
    assert said.code == 0, said.err
    assert f"written  {place / 'wiredesk.toml'}\nwritten  {place / 'wiredesk.service'}\n" in said.out
    text = (place / "wiredesk.toml").read_text()
    assert tomllib.loads(text) == {"data_dir": str(place / "data"), "contact": CONTACT}
    # Everything else is the template, so every setting is explained.
    assert len(text.splitlines()) == len(template().splitlines())
    settings = load(environ={}, cwd=place).settings
    assert (settings.data_dir, settings.contact) == (place / "data", CONTACT)
    assert (place / "wiredesk.toml").stat().st_mode & 0o777 == 0o600


def test_a_second_time_it_changes_nothing(tmp_path: Path) -> None:
    init(str(tmp_path))
    mine = tmp_path / "wiredesk.toml"
    mine.write_text("# mine\n")
    (tmp_path / "wiredesk.service").unlink()
    said = init(str(tmp_path), "--contact", CONTACT)
    assert (said.code, mine.read_text()) == (0, "# mine\n")
    assert f"kept     {mine}\nwritten  {tmp_path / 'wiredesk.service'}\n" in said.out


def test_the_unit_runs_this_installation_and_systemd_accepts_it(tmp_path: Path) -> None:
    init(str(tmp_path), "--contact", CONTACT)
    unit = tmp_path / "wiredesk.service"
    text = unit.read_text()
    (program,) = re.findall(r"^ExecStart=(\S+) run --plain$", text, re.MULTILINE)
    assert subprocess.run([program, "--version"], check=False).returncode == 0
    assert f"WIREDESK_CONFIG={tmp_path / 'wiredesk.toml'}" in text
    assert f"ReadWritePaths={tmp_path}\n" in text
    assert f"User={getpass.getuser()}\n" in text
    assert not re.search(r"/var/lib|/opt/|/etc/", text)
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("directory, sees", [("/home/ada/news", "read-only"), ("/srv/news", "yes")])
def test_a_unit_may_read_homes_only_if_the_installation_is_in_one(directory: str, sees: str) -> None:
    place = Installation(directory=Path(directory), program=Path("/opt/wiredesk/bin/wiredesk"), user="ada")
    text = unit_at(packaged_unit().read_text(), place)
    assert f"ProtectHome={sees}\n" in text
    assert Path("/home") in HOMES


def test_a_directory_that_a_unit_cannot_name_is_refused_in_one_line(tmp_path: Path) -> None:
    said = init(str(tmp_path / "my news"))
    assert said.code == 2
    assert said.err == (
        f"wiredesk: {tmp_path}/my news: choose a directory without spaces and special characters\n"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be refused as root")
def test_root_names_an_ordinary_user_to_whom_the_files_belong(tmp_path: Path) -> None:
    assert "name the user that the service runs as" in wiredesk("init", str(tmp_path)).err
    assert "there is no user nosuchuser: useradd" in wiredesk("init", ".", "--user", "nosuchuser").err
    assert wiredesk("init", str(tmp_path / "news"), "--user", "nobody").code == 0
    for path in (tmp_path / "news", *(tmp_path / "news").iterdir()):
        assert path.owner() == "nobody"


def test_the_first_account_is_added_once_and_its_link_is_printed(tmp_path: Path, database: str) -> None:
    added = init(str(tmp_path), "--admin", "ada")
    assert added.code == 0, added.err
    assert re.search(r"^added    the account ada: http://\S+/invitation/\S{20,}$", added.out, re.MULTILINE)
    assert "users add" not in added.out
    assert "kept     the account ada\n" in init(str(tmp_path), "--admin", "ada").out
    assert [one["role"] for one in wiredesk("users", "list", "--json").json] == ["admin"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be refused as root")
def test_root_is_sent_to_the_user_whom_the_embedded_database_belongs_to(tmp_path: Path) -> None:
    said = wiredesk("init", str(tmp_path), "--user", "nobody", "--admin", "ada")
    assert said.code == 2
    assert f"cd {tmp_path} && wiredesk users add ada --role admin" in said.err

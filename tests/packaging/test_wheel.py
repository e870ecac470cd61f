"""The wheel is whole: installed alone, from an empty directory, everything works."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.site import Site

CHECKOUT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]


def call(*command: str | Path, cwd: Path, seconds: float = 240) -> str:
    """Run a command as a user would, without this checkout or its settings in sight."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("WIREDESK_", "PYTHON", "VIRTUAL_ENV"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `python -m build` makes."""
    into = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", into, cwd=CHECKOUT)
    return next(into.glob("wiredesk-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wiredesk command of a fresh environment with the wheel and its dependencies, nothing else."""
    place = tmp_path_factory.mktemp("fresh") / "venv"
    uv = Path(sys.executable).with_name("uv")
    call(uv, "venv", "--quiet", "--python", sys.executable, place, cwd=place.parent)
    call(
        uv, "pip", "install", "--quiet", "--python", place / "bin" / "python",
        "--constraint", CHECKOUT / "requirements.lock", wheel, cwd=place.parent,
    )  # fmt: skip
    return place / "bin" / "wiredesk"


def test_the_wheel_holds_what_is_not_code(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for wanted in (
        "worker/_config/wiredesk.toml",
        "worker/_config/feeds.opml",
        "worker/_config/wiredesk.service",
        "worker/_config/rules/example.toml.disabled",
        "worker/store/migrations/versions/0001_tables.sql",
        "worker/web/templates/status.html",
        "worker/web/static/style.css",
    ):
        assert wanted in names
    assert any(name.startswith("worker/demo/content/") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_it_says_its_version(installed: Path, tmp_path: Path) -> None:
    assert call(installed, "--version", cwd=tmp_path).split()[-1][0].isdigit()


def test_an_installation_begins_as_the_operations_page_says(
    installed: Path, tmp_path: Path, site: Site
) -> None:
    page = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    block = page.partition("### Installed by uv or pip")[2].split("```\n")[1]
    lines = [line for line in block.splitlines() if not line.startswith(("uv ", "sudo "))]
    assert [line.split()[:2] for line in lines] == [
        ["wiredesk", "init"],
        ["cd", "~/news"],
        ["wiredesk", "feeds"],
    ]
    (tmp_path / "news").mkdir()
    feed = site.host().feed("/feed.xml", articles=2).url
    (tmp_path / "news" / "feeds.opml").write_text(feed)
    if os.geteuid() == 0:
        # The account is that of the service's user, to whom the embedded database belongs.
        lines[0] = lines[0].replace("--admin ada", "--user nobody")
    script = f"set -eu\nHOME={tmp_path}\nPATH={installed.parent}:$PATH\n" + "\n".join(lines)
    said = call("bash", "-c", f"{script}\nwiredesk config --json\nwiredesk feeds list --json", cwd=tmp_path)
    settings, end = json.JSONDecoder().raw_decode(said, said.index("{"))
    assert [one["url"] for one in json.loads(said[end:])] == [feed]
    home = tmp_path / "news"
    assert settings["data_dir"]["value"] == str(home / "data")
    assert settings["contact"]["origin"] == str(home / "wiredesk.toml")
    assert f"ExecStart={installed} run --plain" in (home / "wiredesk.service").read_text()


def test_the_demo_works_from_an_empty_directory(installed: Path, tmp_path: Path) -> None:
    counts = json.loads(call(installed, "demo", "--seconds", "38", "--json", cwd=tmp_path))
    assert counts["stored"] >= 29


def test_run_works_from_an_empty_directory(installed: Path, tmp_path: Path, site: Site) -> None:
    feed = site.host().feed("/feed.xml", articles=2)
    allowed = 'fetch_allow_networks=["127.0.0.0/8"]'
    running = subprocess.Popen(
        [installed, "--set", allowed, "--set", "web_port=0", "run", "--plain", "--feeds", feed.url],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    try:
        assert any("2 articles" in line for line in running.stdout)
    finally:
        running.terminate()
    assert running.wait(15) == 0

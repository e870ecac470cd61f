"""The Makefile lists its targets, and the installation names no package index."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_help_lists_every_target() -> None:
    declared = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert declared is not None
    # These tests may themselves run under make, which then says where it enters and leaves.
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert {line.split()[1] for line in shown.splitlines()} == set(declared[1].split())


def test_each_step_of_the_installation_says_what_it_does_before_it_does_it() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "VENV=missing", "install"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    steps = ["1 of 4", "-m venv", "2 of 4", "pip install", "3 of 4", "pip sync", "4 of 4", "--editable"]
    places = [shown.index(step) for step in steps]
    assert places == sorted(places)
    assert shown.index("compiling one takes several minutes") > places[-1]


def test_no_file_of_the_installation_names_a_package_index() -> None:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        assert not re.search(
            r"index-url|simple/", (ROOT / name).read_text().replace("--no-emit-index-url", "")
        )

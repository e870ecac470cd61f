"""`wiredesk demo`: the whole service without the internet, compared with what it should store."""

from pathlib import Path

import pytest

from tests.cli.terminal import run
from worker.demo import DemoWeb

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]


def test_the_demo_stores_exactly_what_its_web_contains(home: Path) -> None:
    said = run("demo", "--seconds", "85", "--json", cwd=home, seconds=150)

    assert said.code == 0, said.err
    assert said.json["as_expected"]
    assert said.json["identity_holds"]
    expected = DemoWeb().expected()
    assert (said.json["stored"], said.json["revised"]) == (expected.stored, expected.revised)
    assert "All that the demo's web holds has arrived" in said.err
    assert "the data lie in data/demo" in said.err
    assert (home / "data" / "demo" / "log").is_dir()
    assert [path.name for path in (home / "data").iterdir()] == ["demo"]

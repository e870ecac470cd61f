"""The four ways to begin of docs/consuming.md are run as they are printed, against a running demo."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.waiting import wait_until

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "consuming.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]


def block(heading: str) -> str:
    """The shell commands below a heading."""
    found = re.search(rf"(?ms)^### {re.escape(heading)}.*?^```sh\n(.*?)^```", PAGE)
    assert found, heading
    return found[1]


@dataclass(frozen=True)
class Demo:
    """A running demo: its directory and its port."""

    home: Path
    port: int

    def run(self, commands: str) -> str:
        """Run shell commands as a reader of the page does; return what they print."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands.replace(":8600", f":{self.port}")],
            cwd=self.home,
            env=environment() | {"WIREDESK_DATA_DIR": "data/demo"},
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        # curl exits with 0 also where the API refuses the request.
        assert '"type":"about:blank"' not in done.stdout, done.stdout
        return done.stdout


def environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")}
    return own | {"PATH": f"{BIN}:{own['PATH']}", "PYTHONPATH": str(CHECKOUT / "clients" / "python")}


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def has_articles(port: int) -> bool:
    """Whether the demo has stored most of its articles."""
    try:
        found = requests.get(f"http://127.0.0.1:{port}/api/v1/articles?fields=id&limit=1000", timeout=10)
    except requests.ConnectionError:
        return False
    return found.ok and len(found.json()["articles"]) >= 20


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home, port = tmp_path_factory.mktemp("ten"), free_port()
    settings = environment() | {"WIREDESK_WEB_PORT": str(port)}
    with (home / "demo.log").open("w") as log:
        process = subprocess.Popen(
            [BIN / "wiredesk", "demo", "--plain"], cwd=home, env=settings, stdout=log, stderr=log
        )
        try:
            wait_until(lambda: has_articles(port), seconds=120)
            yield Demo(home, port)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def test_a_researcher_exports_queries_and_counts(demo: Demo) -> None:
    said = demo.run(block("A researcher"))

    assert "publisher" in said
    assert '"total"' in said


def test_a_newsroom_saves_a_search_and_sees_what_was_edited(demo: Demo) -> None:
    said = demo.run(block("A newsroom"))

    assert "desk" in said
    assert '"changes"' in said


def test_a_copy_for_language_models_has_every_article_by_its_key(demo: Demo) -> None:
    commands = block("Language models").replace("pip install --quiet ./clients/python\n", "")

    said = demo.run(commands)

    assert said.count("upsert") >= 10


def test_a_risk_desk_gets_what_happens_and_what_was_withdrawn(demo: Demo) -> None:
    said = demo.run(block("A risk desk"))

    assert "event:" in said
    assert requests.get(f"http://127.0.0.1:{demo.port}/api/v1/status", timeout=10).ok

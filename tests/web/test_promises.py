"""Clients that were built for version 1 go on working, and new ones can be generated."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store import rows
from tests.tools.openapi import RELEASED, breaks
from tests.web.conftest import Web

GENERATOR = "openapi-python-client"
UV = Path(sys.executable).with_name("uv")

# The generator's own file is the same for any API, and has types that mypy does not accept.
ITS_OWN = "wiredesk_api/client.py"

PROGRAM = """
from wiredesk_api import Client
from wiredesk_api.api.articles import articles_follow, articles_show
from wiredesk_api.models import ArticlePage, ArticleWhole, Problem

client = Client(base_url={url!r})
page = articles_follow.sync(client=client, limit=10)
assert isinstance(page, ArticlePage)
article = articles_show.sync(page.articles[0].id, client=client)
assert isinstance(article, ArticleWhole)
missing = articles_show.sync(999, client=client)
assert isinstance(missing, Problem)
print(article.title, missing.detail)
"""


def test_nothing_breaks_clients_of_the_last_release(web: Web) -> None:
    released = json.loads(RELEASED.read_text(encoding="utf-8"))
    assert breaks(released, web.get("/openapi.json").json()) == []


@pytest.fixture
def generated(web: Web, tmp_path: Path) -> Path:
    """The directory of a client that was generated from the description."""
    described = tmp_path / "openapi.json"
    described.write_bytes(web.get("/openapi.json").content)
    if not UV.exists() and not shutil.which("uv"):
        pytest.skip(f"no uv to install {GENERATOR} with")
    run = [str(UV if UV.exists() else "uv"), "tool", "run"]
    if subprocess.run([*run, GENERATOR, "--version"], capture_output=True, timeout=120).returncode:
        pytest.skip(f"{GENERATOR} cannot be installed here")
    arguments = ["generate", "--path", str(described), "--meta", "none", "--fail-on-warning"]
    done = subprocess.run(
        [*run, GENERATOR, *arguments, "--output-path", str(tmp_path / "wiredesk_api")],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return tmp_path


@pytest.mark.slow
def test_a_generated_client_passes_mypy_and_reads_the_api(web: Web, generated: Path) -> None:
    with web.store.begin() as db:
        rows.stored_article(db, title="A title")
    program = generated / "program.py"
    program.write_text(PROGRAM.format(url=web.url), encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(generated / ".mypy"), "program.py"]
    done = subprocess.run(mypy, cwd=generated, capture_output=True, text=True, timeout=250)
    wrong = [line for line in done.stdout.splitlines() if ": error:" in line and not line.startswith(ITS_OWN)]
    assert wrong == []
    ran = subprocess.run(
        [sys.executable, str(program)], cwd=generated, capture_output=True, text=True, timeout=60
    )
    assert ran.stdout == "A title no article has the id 999\n", ran.stderr

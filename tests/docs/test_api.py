"""docs/api.md: its examples run, and its tables say what the program does."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.store import rows
from tests.web.conftest import Web, serve
from worker.config.web_settings import USUAL_RATE
from worker.rows.api_keys import Scope
from worker.services.operator.api_keys import issue
from worker.web.api.answers import TextForm
from worker.web.api.params import LONGEST_WAIT
from worker.web.app import MOST_WAITING, SMALLEST_COMPRESSED

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"(?m)^curl .+$", TEXT)
ADDRESS = "http://127.0.0.1:8600"

__all__ = ["serve"]


@pytest.fixture
def seeded(serve: Any, database_url: str, redis_url: str) -> Web:
    """A server with keys and the articles that the examples read."""
    web: Web = serve(database_url, redis_url)
    with web.store.begin() as db:
        rows.stored_article(db, url="https://news.example/storm", title="Storm", text="A storm.")
    return web


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_answered(seeded: Web, example: str) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    with seeded.store.begin() as db:
        secret = issue(db, "docs", Scope.READ, now=rows.NOW)
    command = example.replace(ADDRESS, seeded.url).replace("$WIREDESK_KEY", str(secret))
    asked = [*shlex.split(command), "--silent", "--show-error", "--fail", "--max-time", "20"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), example
    assert done.stdout[0] in "{[", example


def test_the_table_of_forms_has_every_form() -> None:
    table = TEXT.partition("| `text=` |")[2].partition("\n\n")[0]
    assert set(re.findall(r"(?m)^\| `(\w+)`", table)) == set(TextForm)


def test_the_figures_on_the_page_are_those_of_the_program() -> None:
    assert f"at most {LONGEST_WAIT}" in TEXT
    assert f"At most {MOST_WAITING} readers" in TEXT
    assert f"Answers of {SMALLEST_COMPRESSED:,} bytes" in TEXT
    assert f"{USUAL_RATE} requests a minute" in TEXT

"""The pages name only commands, settings, targets, files and measurements that exist."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.deploy.commands import problem
from worker.config.settings import Settings
from worker.config.value_files import is_value_file
from worker.config.web_settings import PREFIX

CHECKOUT = Path(__file__).parents[2]
PAGES = [CHECKOUT / name for name in ("README.md", "CHANGELOG.md")] + sorted((CHECKOUT / "docs").glob("*.md"))
TARGETS = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))


@pytest.fixture(params=PAGES, ids=lambda page: page.name)
def text(request: pytest.FixtureRequest) -> str:
    """One page."""
    return str(request.param.read_text(encoding="utf-8"))


def test_every_command_in_the_readme_exists() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^wiredesk ([^#\n]+)", readme, re.MULTILINE) + re.findall(
        r"`wiredesk ([^`]+)`", readme
    )
    assert named
    assert [pair for pair in named if problem("".join(pair).split()) is not None] == []


def test_every_make_target_on_a_page_is_in_the_makefile(text: str) -> None:
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= TARGETS


def test_every_environment_variable_on_a_page_is_a_setting(text: str) -> None:
    named = {name.lower() for name in re.findall(rf"\b{PREFIX}([A-Z][A-Z_]+)\b", text)}
    named = {name for name in named if not is_value_file(name)}
    assert named - {"config", "corpus", "key", "url"} <= set(Settings.model_fields)


def test_every_link_on_a_page_leads_to_a_file(text: str) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (CHECKOUT / link).exists() or (CHECKOUT / "docs" / link).exists(), link


def test_every_measurement_on_a_page_can_be_run(text: str) -> None:
    for module in re.findall(r"python -m (tests\.[a-z_.]+)", text):
        assert find_spec(module), module


def test_every_module_named_on_a_page_exists(text: str) -> None:
    foreign = {"structlog/stdlib.py", "httpx/_client.py", "reader/core.py"}
    named = set(re.findall(r"`([\w/.]+\.py)(?:::|`)", text)) - foreign
    ours = [path.as_posix() for top in ("worker", "tests") for path in Path(CHECKOUT / top).rglob("*.py")]
    assert [name for name in sorted(named) if not any(path.endswith(f"/{name}") for path in ours)] == []

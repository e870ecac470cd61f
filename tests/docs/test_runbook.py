"""docs/runbook.md has a section for each condition of feeds and each step of doctor, with what is safe."""

import ast
import re
import shlex
from pathlib import Path

import pytest

from tests.deploy.commands import problem
from worker.cli import diagnosis
from worker.model import Condition

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
PARTS = ("means", "look", "do", "safe")


def sections(heading: str) -> dict[str, str]:
    """Return the sections below a heading of the second level, by their own heading."""
    part = re.split(r"(?m)^## ", TEXT.partition(f"\n## {heading}\n")[2])[0]
    pieces = re.split(r"(?m)^### (.+)\n", part)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def steps() -> set[str]:
    """Return the names of all steps that doctor prints."""
    source = Path(diagnosis.__file__).read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [call.args[0] for call in calls if getattr(call.func, "id", "") in ("CheckResult", "_program")]
    found = {step.value for step in named if isinstance(step, ast.Constant)}
    return {str(step) for step in found} | set(diagnosis.STEPS.values()) | {diagnosis.OTHER}


def test_every_condition_of_a_feed_has_a_section() -> None:
    assert set(sections("Conditions of feeds")) == {str(condition) for condition in Condition}


def test_every_step_of_doctor_has_a_section() -> None:
    assert set(sections("Findings of doctor")) == steps()


@pytest.mark.parametrize("heading", ["Conditions of feeds", "Findings of doctor"])
def test_a_section_says_what_it_means_where_to_look_what_to_do_and_what_is_safe(heading: str) -> None:
    for name, text in sections(heading).items():
        assert [part for part in PARTS if f"*{part}*:" not in text] == [], name


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    anchors = {line.lstrip("# ").lower().replace(" ", "-") for line in re.findall(r"(?m)^#+ .+$", TEXT)}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors


def test_every_command_exists() -> None:
    named = set(re.findall(r"`wiredesk ([a-z][^`]+)`", TEXT))
    assert named
    assert {command: said for command in named if (said := problem(shlex.split(command)))} == {}

"""The advisories of docs/security.md name tests that exist and versions that are in the lock."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.faults.hostile.table import CASES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").partition("## Advisories of others")[2]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)(?:\[([\w-]+)\])?`", TEXT)))
VERSIONS = sorted(set(re.findall(r"\b([a-z][\w-]*)>=(\d+(?:\.\d+)*)", TEXT)))
ROWS = [line.split(" | ") for line in TEXT.splitlines() if line.startswith("| ") and "Advisory" not in line]


@cache
def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("path, name, case", NAMED, ids=lambda part: part or "all")
def test_every_test_named_by_an_advisory_exists(path: str, name: str, case: str) -> None:
    assert name in functions(path)
    assert not case or case in {one.name for one in CASES}


def test_every_advisory_has_a_name_a_fault_and_a_reason() -> None:
    assert len(ROWS) > 50
    for row in ROWS:
        assert len(row) == 3, row
        assert all(part.strip(" |") for part in row), row


@pytest.mark.parametrize("name, least", VERSIONS)
def test_the_lock_has_at_least_the_version_that_an_advisory_requires(name: str, least: str) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    versions = re.findall(rf"(?m)^{name}(?:\[[\w,]+\])?==([\d.]+)", lock)
    assert versions
    assert all(parts(version) >= parts(least) for version in versions)


def parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part]

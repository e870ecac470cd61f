"""docs/operations.md names only commands, settings, files and services that exist."""

import re
import shlex

import pytest

from tests.deploy.commands import problem
from tests.deploy.parts import DEPLOY, compose
from worker.config.settings import Settings

TEXT = (DEPLOY.parent / "docs" / "operations.md").read_text()
CODE = re.findall(r"`([^`\n]+)`", TEXT) + [
    line
    for block in re.findall(r"^```\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
COMMANDS = sorted(
    {
        match[1]
        for code in CODE
        if (match := re.search(r"(?:^|(?<!--namespace)(?<!--group)[\s/])wiredesk ([a-z][^#<]*)", code))
    }
)
NOT_OURS = {
    "pg_dump",
    "pg_restore",
    "max_connections",
    "entry_discovered",
    "entry_edited",
    "entry_spread",
    "entry_repeated",
    "change_delivered",
    "dead_letter",
    "rule_missed",
}


@pytest.mark.parametrize("command", [c for c in COMMANDS if not c.startswith(("python", "wiredesk", "/"))])
def test_its_commands_exist(command: str) -> None:
    assert problem(shlex.split(command.split("'")[0])) is None


def test_its_settings_exist() -> None:
    named = {
        code for code in CODE if re.fullmatch(r"[a-z]+(_[a-z]+)+", code) and not code.startswith("wiredesk_")
    }
    assert named - NOT_OURS <= set(Settings.model_fields)
    variables = {name.lower() for name in re.findall(r"\bWIREDESK_([A-Z_]+)", TEXT)}
    assert variables <= set(Settings.model_fields)


def test_its_files_exist() -> None:
    for path in re.findall(r"(?<!tests/)\b(?:deploy|config)/[\w./-]*\w", TEXT):
        assert path == "deploy/.env" or path == "deploy/web" or (DEPLOY.parent / path).exists(), path
    for path in re.findall(r"\]\(([\w./]+)\)", TEXT):
        assert (DEPLOY.parent / "docs" / path).exists(), path


def test_its_services_exist() -> None:
    for code in CODE:
        if match := re.search(r"compose\.yaml (?:exec(?: -T)?|restart|up --detach) ([a-z-]+)", code):
            assert match[1] in compose()["services"]

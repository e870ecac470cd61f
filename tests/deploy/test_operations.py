"""docs/operations.md names only commands, settings, files and services that exist."""

import re
import shlex

import pytest

from tests.deploy.commands import problem
from tests.deploy.parts import DEPLOY, compose
from worker.config.settings import Settings
from worker.config.value_files import is_value_file

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
BLOCKS = re.findall(r"^ *```\n(.*?)^ *```", TEXT, re.MULTILINE | re.DOTALL)
TRIED = re.findall(r"^\| `([^`]+)` \|", TEXT.partition("## How this page is tested")[2], re.MULTILINE)
"""The beginnings of the commands of other programs, for which the page says how they are tried."""

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
    "story_bands",
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
    assert {name for name in variables if not is_value_file(name)} <= set(Settings.model_fields)


def test_its_files_exist() -> None:
    for path in re.findall(r"(?<!tests/)\b(?:deploy|config)/[\w./-]*\w", TEXT):
        assert path == "deploy/.env" or path == "deploy/web" or (DEPLOY.parent / path).exists(), path
    for path in re.findall(r"\]\(([\w./]+)\)", TEXT):
        assert (DEPLOY.parent / "docs" / path).exists(), path


def test_its_services_exist() -> None:
    for code in CODE:
        if match := re.search(r"compose\.yaml (?:exec(?: -T)?|restart|up --detach) ([a-z-]+)", code):
            assert match[1] in compose()["services"]


def test_it_says_of_each_command_of_another_program_whether_it_is_run() -> None:
    lines = [line.strip() for block in BLOCKS for line in block.splitlines()]
    foreign = [line for line in lines if line and not re.match(r"(wiredesk|cd|[A-Z_]+=)", line)]
    assert [line for line in foreign if not line.startswith(tuple(TRIED))] == []
    assert [tried for tried in TRIED if not any(line.startswith(tried) for line in foreign)] == []

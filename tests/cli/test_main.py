"""The list of commands: complete, not cut, and quick."""

import subprocess
import sys

import pytest
import typer

from tests.cli.terminal import environment, wiredesk
from worker.cli.main import COMMANDS, GROUPS, build

SLOW = ("worker.cli.commands.", "worker.config", "worker.store", "pydantic", "rich", "sqlalchemy")
"""What the help needs nothing of."""


PRINT_MODULES = """
import sys
from worker.cli.main import main
main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""


def imported_by(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", PRINT_MODULES, *arguments]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_the_help_names_all_commands_in_whole_lines_and_imports_none() -> None:
    # Lines may end after a hyphen.
    said = " ".join(wiredesk("--help").out.split()).replace("- ", "-")
    assert all(f"{name} {line}" in said for name, (_, line) in COMMANDS.items())
    assert all(f"{name} {line}" in said for name, (line, _) in GROUPS.items())
    assert not {name for name in imported_by("--help") if name.startswith(SLOW)}


def test_the_line_of_a_command_begins_the_help_of_the_command() -> None:
    whole = typer.main.get_command(build()).commands  # type: ignore[attr-defined]
    for name, (_, line) in COMMANDS.items():
        assert " ".join((whole[name].help or "").split()).startswith(line.rstrip(".")), name


def test_a_command_imports_no_other_command() -> None:
    found = {
        name for name in imported_by("feeds", "list", "--help") if name.startswith("worker.cli.commands.")
    }
    assert found == {"worker.cli.commands.feeds"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--data-dir", "feeds", "urls", "--help"),
        ("--set", "web_port=0", "urls", "--help"),
        ("--data-dir=feeds", "urls", "--help"),
    ],
)
def test_the_command_is_found_after_the_options_before_it(arguments: tuple[str, ...]) -> None:
    assert "Usage: wiredesk urls" in wiredesk(*arguments).out


def test_a_misspelt_command_is_corrected() -> None:
    assert "Did you mean 'list'" in wiredesk("feeds", "lst").err
    assert "Did you mean 'status'" in wiredesk("statsu").err

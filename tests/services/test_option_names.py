"""Messages of shared services reach pages, too, so they name no option of the command line."""

import ast
import re
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "worker" / "services"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")

COMMANDS = re.compile(r"wiredesk [a-z]")
"""A whole command is help on a page, too."""

ONLY_COMMANDS = {"backup/programs.py", "backup/restore.py"}
"""Options of other programs, and messages of a command that has no page."""


def messages(path: Path) -> list[str]:
    """Return the texts in a module that are not docstrings."""
    tree = ast.parse(path.read_text())
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents
    ]


@pytest.mark.parametrize("folder", sorted(path.name for path in SERVICES.iterdir() if path.is_dir()))
def test_messages_of_services_name_no_option_of_the_command_line(folder: str) -> None:
    named = {
        f"{path.relative_to(SERVICES)}: {text}"
        for path in (SERVICES / folder).rglob("*.py")
        if str(path.relative_to(SERVICES)) not in ONLY_COMMANDS
        for text in messages(path)
        if OPTION.search(text) and not COMMANDS.search(text)
    }
    assert not named

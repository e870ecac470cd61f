"""Writes the parts of the documentation that say what the program says: `python -m tests.tools.reference`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from worker.cli.main import build
from worker.config.settings import PREFIX, Settings
from worker.config.template import defaults, shown, template

ROOT = Path(__file__).parents[2]
WIDTH = 100


def settings_page() -> str:
    """docs/settings.md: a table of all settings."""
    rows = "".join(
        f"| `{key}` | {'not set' if value is None else f'`{shown(key, value)}`'} "
        f"| {Settings.model_fields[key].description} |\n"
        for key, value in defaults().items()
    )
    return (
        "# Settings\n\n"
        "From `wiredesk.toml`, over it the environment, over that the command line "
        "(`wiredesk --set tick_seconds=2 run`).\n"
        f"The variable of a setting is its name in capitals after `{PREFIX}`: `{PREFIX}TICK_SECONDS`. "
        "`wiredesk config` shows what is in effect and where it came from.\n\n"
        f"| setting | default | meaning |\n|---|---|---|\n{rows}"
    )


def cli_page() -> str:
    """docs/cli.md: the help of all commands."""
    return (
        "# The command line\n\n"
        "Exit codes: 0 when all is well, 1 when something was looked for and found wrong, 2 for an error "
        "that is one line on stderr. Everything that lists or shows takes `--json`.\n"
        "`wiredesk --install-completion` installs completion for your shell.\n" + "".join(_helps())
    )


def pages() -> dict[Path, str]:
    """Every generated file, and what it must hold."""
    return {
        ROOT / "config" / "wiredesk.toml": template(),
        ROOT / "docs" / "settings.md": settings_page(),
        ROOT / "docs" / "cli.md": cli_page(),
    }


def _helps() -> Iterator[str]:
    root = typer.main.get_command(build())
    yield from _help(root, "wiredesk", None)


def _help(command: Any, name: str, parent: Any) -> Iterator[str]:
    context = command.context_class(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH
    )
    yield f"\n## {context.command_path}\n\n```text\n{command.get_help(context).strip()}\n```\n"
    for child_name in getattr(command, "commands", {}):
        yield from _help(command.commands[child_name], child_name, context)


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        print(path.relative_to(ROOT))

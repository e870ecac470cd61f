"""Generate the settings, the commands and the template of settings: `python -m tests.tools.reference`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from worker.cli.main import build
from worker.config.settings import Settings
from worker.config.template import defaults, shown, template
from worker.config.web_settings import PREFIX

ROOT = Path(__file__).parents[2]
WIDTH = 100


def settings_page() -> str:
    """Return docs/settings.md: a table of all settings."""
    rows = "".join(
        f"| `{key}` | {'not set' if value is None else f'`{shown(key, value)}`'} "
        f"| {Settings.model_fields[key].description} |\n"
        for key, value in defaults().items()
    )
    return (
        "# Settings\n\n"
        "Settings come from `wiredesk.toml`, overridden by the environment, overridden by the command line "
        "(`wiredesk --set tick_seconds=2 run`).\n"
        f"The variable of a setting is its name in capitals after `{PREFIX}`: `{PREFIX}TICK_SECONDS`. "
        "`wiredesk config` shows what is in effect and where it came from.\n\n"
        f"| setting | default | meaning |\n|---|---|---|\n{rows}"
    )


def cli_page() -> str:
    """Return docs/cli.md: the help of all commands."""
    return (
        "# The command line\n\n"
        "Exit codes: 0 for success, 1 when a check found a problem, 2 for an error, reported in "
        "one line on stderr. Every command that lists or shows something takes `--json`.\n"
        "`wiredesk --install-completion` installs completion for your shell.\n" + "".join(_helps())
    )


def pages() -> dict[Path, str]:
    """Return the text of every generated file."""
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

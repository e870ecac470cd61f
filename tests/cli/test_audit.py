"""Every command either changes something, and is recorded, or only reads."""

from collections.abc import Iterator
from typing import Any

import typer

from worker.cli.audit import CHANGES
from worker.cli.main import build

RECORDED_BY_THEMSELVES = {
    "init", "queues pause", "queues purge", "queues resume", "workers restart",
}  # fmt: skip
"""Commands that change nothing through `opened`, or several things that need a line each."""

RUNNING = {"run", "demo", "worker", "beat", "web", "flower", "mcp", "backup", "restore", "db upgrade"}
"""The service itself, and commands about the whole store, which may have no audit log at that moment."""

READING = {
    "articles diff", "articles list", "articles search", "articles show", "audit list", "config", "counts",
    "db current", "doctor", "export", "extract", "feeds check", "feeds export", "feeds gaps", "feeds list",
    "feeds show", "filters list", "filters try", "keys list", "notify list", "notify test",
    "publishers list", "queues list",
    "rules check", "rules list", "rules test", "searches list", "searches show", "sinks list", "sinks show",
    "sinks test", "sizing", "status", "support-bundle", "urls", "users list", "workers list",
}  # fmt: skip


def commands(command: Any, path: str = "") -> Iterator[str]:
    if not hasattr(command, "list_commands"):
        yield path
        return
    context = typer.Context(command)
    for name in command.list_commands(context):
        yield from commands(command.get_command(context, name), f"{path} {name}".strip())


def test_every_command_is_recorded_or_only_reads() -> None:
    kinds = [set(CHANGES), RECORDED_BY_THEMSELVES, RUNNING, READING]
    assert sum(map(len, kinds)) == len(set.union(*kinds)), "a command is of two kinds"
    assert set(commands(typer.main.get_command(build()))) == set.union(*kinds)


def test_the_parameter_that_names_the_subject_exists() -> None:
    for path, (_, _, named) in CHANGES.items():
        command: Any = typer.main.get_command(build())
        for name in path.split():
            command = command.get_command(typer.Context(command), name)
        assert not named or named in {one.name for one in command.params}, path

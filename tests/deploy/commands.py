"""Whether a command line is one that `wiredesk` has, found out by its own parser and without running it."""

from collections.abc import Sequence

import typer

from worker.cli.main import build


def problem(arguments: Sequence[str]) -> str | None:
    """What the parser says against `wiredesk ARGUMENTS…`; None when it would run."""
    command, context, rest = typer.main.get_command(build()), None, list(arguments)
    try:
        while True:
            context = command.make_context(command.name or "wiredesk", rest, parent=context)
            resolve = getattr(command, "resolve_command", None)
            if resolve is None:
                return None
            _, command, rest = resolve(context, [*context._protected_args, *context.args])
    except typer.TyperException as error:
        return error.format_message()

"""`wiredesk config`: the effective settings, and where each came from."""

from typing import Annotated, Any

import typer

from worker.cli.options import Json
from worker.cli.session import session
from worker.cli.terminal.output import print_json, print_table

Template = Annotated[bool, typer.Option("--template", help="Print a configuration file with the defaults.")]


def config(ctx: typer.Context, json: Json = False, template: Template = False) -> None:
    """Show the effective settings and where each came from; passwords in addresses are masked."""
    if template:
        from worker.config import template as file

        return print(file.template(), end="")
    from worker.config.masking import mask_setting

    loaded = session(ctx).load()
    values = loaded.settings.model_dump(mode="json")
    rows = [(key, mask_setting(key, value), loaded.origins[key]) for key, value in values.items()]
    if json:
        return print_json({key: {"value": value, "origin": origin} for key, value, origin in rows})
    print_table(
        ("setting", "value", "from"), ((key, _text(value), origin) for key, value, origin in rows), empty=""
    )
    return None


def _text(value: Any) -> str:
    if value is None:
        return "-"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

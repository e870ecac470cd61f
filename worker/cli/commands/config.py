"""`wiredesk config`: the effective settings, and where each came from."""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

import typer

from worker.cli.options import Json
from worker.cli.session import session
from worker.cli.terminal.output import print_json, print_table

_SECRET = re.compile(r"((?:^|&)\w*(?:password|passwd|secret|token)=)[^&]*", re.IGNORECASE)
"""Parameters of an address that hold a secret, as redis://host/0?password=… does (redis-py, libpq)."""

Template = Annotated[bool, typer.Option("--template", help="Print a configuration file with the defaults.")]


def config(ctx: typer.Context, json: Json = False, template: Template = False) -> None:
    """Show the effective settings and where each came from; passwords in addresses are masked."""
    if template:
        from worker.config import template as file

        return print(file.template(), end="")
    loaded = session(ctx).load()
    values = loaded.settings.model_dump(mode="json")
    rows = [(key, masked(value), loaded.origins[key]) for key, value in values.items()]
    if json:
        return print_json({key: {"value": value, "origin": origin} for key, value, origin in rows})
    print_table(
        ("setting", "value", "from"), ((key, _text(value), origin) for key, value, origin in rows), empty=""
    )
    return None


def masked(value: Any) -> Any:
    """Return `value`; in an address, replace the password before the host and secrets in the query."""
    if not isinstance(value, str) or "://" not in value:
        return value
    parts = urlsplit(value)
    login, at, host = parts.netloc.rpartition("@")
    user, colon, _ = login.partition(":")
    netloc = f"{user}{':***' if colon else ''}{at}{host}"
    return urlunsplit(parts._replace(netloc=netloc, query=_SECRET.sub(r"\1***", parts.query)))


def _text(value: Any) -> str:
    if value is None:
        return "-"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

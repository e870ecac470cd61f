"""`wiredesk keys`: who may read the web server when it is reachable from other machines."""

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from worker.cli.options import Json
from worker.cli.session import opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import ago, print_json, print_table
from worker.rows.api_keys import Scope

Name = Annotated[str, typer.Argument(help="What the key is for: letters, digits, dots, dashes, underscores.")]
ScopeOption = Annotated[Scope, typer.Option(help="What the key may do; each includes those before it.")]

KEY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Names that need no quotes in a shell."""


def add(ctx: typer.Context, name: Name, scope: ScopeOption = Scope.READ, json: Json = False) -> None:
    """Make a key and print it, once: only its hash is stored. docs/api.md says how to send it."""
    from worker.services.operator.api_keys import issue

    if not KEY_NAME.fullmatch(name):
        raise UserError(f"{name!r}: a name has letters, digits, dots, dashes and underscores, at most 64")
    with opened(ctx) as at, at.store.begin() as db:
        secret = issue(db, name, scope, now=datetime.now(UTC))
    if secret is None:
        raise UserError(f"there is a key {name}: choose another name, or first `wiredesk keys revoke {name}`")
    if json:
        return print_json({"name": name, "scope": scope, "key": secret})
    print(secret)
    return None


def list_(ctx: typer.Context, json: Json = False) -> None:
    """List the keys with their scopes and when they were last used, revoked ones last."""
    from worker.store import api_keys

    with opened(ctx) as at, at.store.begin() as db:
        found = api_keys.listing(db)
    if json:
        return print_json([asdict(key) for key in found])
    print_table(
        ("name", "scope", "begins with", "added", "last used", "revoked"),
        (
            (key.name, key.scope, key.prefix, ago(key.added_at), ago(key.last_used_at), ago(key.revoked_at))
            for key in found
        ),
        empty="no keys: add one with `wiredesk keys add NAME`",
    )
    return None


def revoke(ctx: typer.Context, name: Name) -> None:
    """Make a key invalid, within five seconds everywhere."""
    from worker.store import api_keys

    with opened(ctx) as at, at.store.begin() as db:
        if not api_keys.revoke(db, name, now=datetime.now(UTC)):
            raise UserError(f"there is no valid key {name}: see `wiredesk keys list`")
    print(f"revoked {name}")

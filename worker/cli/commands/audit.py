"""`wiredesk audit list`: who changed what, and when."""

from dataclasses import asdict
from typing import Annotated

import typer

from worker.cli.options import Json, RowLimit
from worker.cli.session import opened
from worker.cli.terminal.output import ago, print_json, print_table

Who = Annotated[str, typer.Option(help="Only by this actor: an account, key:NAME, cli:USER.")]
What = Annotated[str, typer.Option(help="Only these actions, such as feed.paused, or feed for all of feeds.")]
Of = Annotated[str, typer.Option(metavar="SUBJECT", help="Only of this subject, such as feed:12.")]


def list_(
    ctx: typer.Context, who: Who = "", what: What = "", of: Of = "", limit: RowLimit = 50, json: Json = False
) -> None:
    """List the newest changes by pages, API and commands, the last first."""
    from worker.store import audit

    with opened(ctx) as at, at.store.begin() as db:
        found = audit.listing(db, actor=who, action=what, subject=of, limit=limit)
    if json:
        return print_json([asdict(line) for line in found])
    print_table(
        ("when", "who", "what", "of what", "detail"),
        ((ago(line.at), line.actor, line.action, line.subject, _words(line.detail)) for line in found),
        empty="nothing was changed" + (" that matches" if who or what or of else ""),
    )
    return None


def _words(detail: dict[str, object]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in detail.items())

"""`wiredesk feeds websub`: the hubs that push feeds, and how that goes."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from worker.cli.terminal.errors import Mistake
from worker.cli.terminal.output import ago, print_json, print_table

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


def websub(
    ctx: typer.Context,
    feed: Annotated[str | None, typer.Option(help="Only of this feed, by id or address.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Ask the hubs now, also those that denied.")] = False,
    json: Json = False,
) -> None:
    """Subscriptions at WebSub hubs: state, end of the lease, last push, what it brought, what is wrong."""
    from worker.cli.access import feed_id, opened
    from worker.store import hubs

    with opened(ctx) as at:
        if at.settings.websub_callback_url is None and again:
            raise Mistake("WebSub is off: set websub_callback_url to the public address of the web server")
        number = None if feed is None else feed_id(at.store, feed)
        with at.store.begin() as db:
            asked = hubs.ask_again(db, feed_id=number, now=datetime.now(UTC)) if again else 0
            found = hubs.listing(db, feed_id=number)
    if json:
        return print_json(found)
    print_table(
        ("feed", "hub", "state", "lease ends", "last push", "new", "ignored", "missed", "trouble"),
        (
            (
                row["feed"] or "removed",
                row["hub"],
                row["state"],
                ago(row["lease_until"]) if row["lease_until"] else None,
                ago(row["last_push_at"]),
                row["brought"],
                row["ignored"],
                row["missed"],
                ": ".join(filter(None, (row["reason"], row["detail"]))) or None,
            )
            for row in found
        ),
        empty="no feed names a hub",
    )
    if again:
        print(f"{asked} to be asked now")
    return None

"""`wiredesk status`: how everything is, once or as it changes."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.terminal.output import console, print_json

if TYPE_CHECKING:
    from worker.cli.live.snapshot import Snapshot

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Watch = Annotated[bool, typer.Option("--watch", help="Go on showing it, until Ctrl-C.")]


def status(ctx: typer.Context, watch: Watch = False, json: Json = False) -> None:
    """Feeds, entries, pages, articles, refusals, queues, and whether the counts add up."""
    from worker.cli.access import opened
    from worker.cli.live.screen import Screen, forever, nothing
    from worker.cli.live.snapshot import Observer

    with opened(ctx) as at:
        if watch and not json:
            with suppress(KeyboardInterrupt):
                Screen.on(plain=False).watch(at.settings, until=forever, remarks=nothing)
            return
        observer = Observer(at.settings)
        try:
            snapshot = observer.snapshot()
        finally:
            observer.close()
        if json:
            return print_json(snapshot.as_dict())
        _print(snapshot, at.settings.contact)


def _print(snapshot: "Snapshot", contact: str | None) -> None:
    from worker.cli.live.view import panel
    from worker.cli.live.warnings import advice

    console().print(panel(snapshot, None, address=None, remarks=advice(snapshot, contact=contact), notes=()))

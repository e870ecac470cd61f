"""`wiredesk status`: the state of everything, once or as it changes."""

import sys
from contextlib import suppress
from functools import partial
from typing import Annotated

import typer

from worker.cli.options import Json
from worker.cli.session import opened, settings_of
from worker.cli.terminal.output import console, print_json

Watch = Annotated[
    bool, typer.Option("--watch", help="Keep showing it until Ctrl-C; with --json one line each.")
]


def status(ctx: typer.Context, watch: Watch = False, json: Json = False) -> None:
    """Show feeds, entries, pages, articles, refusals, queues, and whether the counts add up.

    While a run starts its servers, only that is said; `--watch` waits for them.
    """
    settings = settings_of(ctx)
    from worker.cli.running.servers import is_starting

    if is_starting(settings):
        # Other commands wait for the servers, which takes up to 15 seconds.
        where = print if not (json or watch) else partial(print, file=sys.stderr)
        where(f"starting: the run in {settings.data_dir} does not have its servers yet")
        if not watch:
            return print_json({"runs": False, "starting": True}) if json else None
    from worker.cli.live.screen import JsonLines, Screen, panel
    from worker.cli.live.snapshot import Observer
    from worker.cli.live.warnings import warnings

    with opened(ctx) as at:
        if watch:
            with suppress(KeyboardInterrupt):
                (JsonLines(plain=True) if json else Screen.on(plain=False)).watch(at.settings)
            return None
        observer = Observer(at.settings)
        try:
            snapshot = observer.snapshot()
        finally:
            observer.close()
        if json:
            return print_json(snapshot.as_dict())
        remarks = warnings(snapshot, contact=at.settings.contact)
        console().print(panel(snapshot, None, address=None, remarks=remarks, notes=()))
    return None

"""`wiredesk run`: everything on this machine."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.session import session
from worker.cli.terminal.errors import Mistake

if TYPE_CHECKING:
    from worker.config.settings import Settings
    from worker.store import Store

Feeds = Annotated[
    str | None,
    typer.Option(help="An OPML file, a text file of URLs, or the address of one of these or of a feed."),
]
DataDir = Annotated[Path | None, typer.Option(help="Directory of the embedded servers, logs and caches.")]
Plain = Annotated[bool, typer.Option("--plain", help="Plain lines instead of the live view.")]


def run(ctx: typer.Context, feeds: Feeds = None, data_dir: DataDir = None, plain: Plain = False) -> None:
    """Ingest: start the servers, workers and web pages on this machine, and show the work. Ctrl-C stops."""
    loaded = session(ctx).load(data_dir=data_dir)
    from worker.cli.live.screen import Screen
    from worker.cli.running.pipeline import Run

    settings, screen = loaded.settings, Screen.on(plain=plain)

    def prepare(store: "Store") -> None:
        for said in subscribe_to(store, feeds, settings):
            screen.note(said)

    Run(settings=settings, port_is_explicit=loaded.origins["web_port"] != "default", prepare=prepare).go(
        screen
    )


def subscribe_to(store: "Store", source: str | None, settings: "Settings") -> list[str]:
    """Subscribe to `source`, or to the default list where nothing is subscribed yet; what to say about it."""
    from worker.cli.sources import gather
    from worker.config.settings import defaults_dir
    from worker.services.operator.subscribe import subscribe
    from worker.store import health

    if source is None:
        with store.begin() as db:
            if health.any_feed(db):
                return []
        source = str(defaults_dir() / "feeds.opml")
        if not Path(source).is_file():
            raise Mistake("there is no default list of feeds here: name one with --feeds PATH-OR-URL")
    done = subscribe(store, gather(source, settings), now=datetime.now(UTC))
    return [
        f"{len(done.added)} feeds subscribed from {source}"
        + (f", {done.known} known before" if done.known else ""),
        *(f"not subscribed: {bad.why}" for bad in done.bad),
    ]

"""`wiredesk run` and `wiredesk demo`: the whole service on this machine."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import Plain
from worker.cli.session import session
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import quantity

if TYPE_CHECKING:
    from worker.config.settings import Settings
    from worker.store import Store

Feeds = Annotated[
    str | None,
    typer.Option(help="An OPML file, a text file of URLs, or the address of one of these or of a feed."),
]
DataDir = Annotated[Path | None, typer.Option(help="Directory of the embedded servers, logs and caches.")]
Seconds = Annotated[float | None, typer.Option(help="Stop after this many seconds.", min=0)]
FinalJson = Annotated[bool, typer.Option("--json", help="At the end, print the counts as JSON.")]


def run(ctx: typer.Context, feeds: Feeds = None, data_dir: DataDir = None, plain: Plain = False) -> None:
    """Ingest: start the servers, workers and web pages on this machine, and show the work. Ctrl-C stops."""
    loaded = session(ctx).load(data_dir=data_dir)
    from worker.cli.running.programs import begun

    with begun(loaded.settings) as (settings, forks):
        from worker.cli.live.screen import Screen
        from worker.cli.running.pipeline import Run

        screen = Screen.on(plain=plain)

        def prepare(store: "Store") -> None:
            for line in subscribe_to(store, feeds, settings):
                screen.note(line)

        is_explicit = loaded.origins["web_port"] != "default"
        Run(settings=settings, forks=forks, port_is_explicit=is_explicit, prepare=prepare).go(screen)


def demo(ctx: typer.Context, seconds: Seconds = None, json: FinalJson = False, plain: Plain = False) -> int:
    """Try everything without the internet, against a small built-in web of feeds and pages."""
    from worker.cli.running.demo_settings import for_a_demo
    from worker.cli.running.programs import begun

    with begun(for_a_demo(session(ctx).load().settings), emptied=True) as (settings, forks):
        from worker.cli.running.demo import run_demo

        return run_demo(settings, forks, seconds=seconds, as_json=json, plain=plain)


def subscribe_to(store: "Store", source: str | None, settings: "Settings") -> list[str]:
    """Subscribe to the feeds of `source`, or to the default list if no feed is subscribed yet.

    Returns the lines to print. Raises `UserError`.
    """
    from worker.cli.sources import gather
    from worker.config.load import defaults_dir
    from worker.services.operator.subscribe import subscribe
    from worker.store import health

    beginning: list[str] = []
    if source is None:
        with store.begin() as db:
            if health.any_feed(db):
                return []
        source = str(defaults_dir() / "feeds.opml")
        if not Path(source).is_file():
            raise UserError(f"the default list of feeds {source} does not exist: add --feeds PATH-OR-URL")
        beginning.append(f"no --feeds: these are the feeds of {source}; name others with --feeds")
    wishes = gather(source, settings, command="wiredesk run --feeds")
    done = subscribe(store, wishes, now=datetime.now(UTC))
    with store.begin() as db:
        if done.bad and not health.any_feed(db):
            raise UserError(done.bad[0].why)
    if done.added and not settings.contact:
        beginning.append("no contact: publishers cannot reach you; set WIREDESK_CONTACT to an address or URL")
    return [
        *beginning,
        f"{quantity(len(done.added), 'feed')} subscribed from {source}"
        + (f", {done.known} known before" if done.known else ""),
        *(f"not subscribed: {bad.why}" for bad in done.bad),
    ]

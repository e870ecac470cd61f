"""`wiredesk feeds backfill`: the entries that a feed no longer shows."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import FeedName, Json
from worker.cli.session import feed_id, opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.interrupts import stop_request
from worker.cli.terminal.output import ago, clean, console, print_json

if TYPE_CHECKING:
    from worker.services.walk.backfill import Progress

Since = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Go back to this date, as 2026-01-31; default: to the end."),
]
Pages = Annotated[int, typer.Option(help="Read at most this many pages now.", min=1, max=10_000)]
Sitemaps = Annotated[
    bool,
    typer.Option("--sitemaps", help="Read the site's sitemaps instead, for pages like those of the feed."),
]

PATIENCE = timedelta(seconds=60)
"""Longest rest of a host that the command waits for; after a longer one the user runs it again. A guess."""


def backfill(
    ctx: typer.Context,
    feed: FeedName,
    since: Since = None,
    pages: Pages = 100,
    sitemaps: Sitemaps = False,
    json: Json = False,
) -> int:
    """Walk back through a feed's archive, and store the entries that it no longer shows.

    Follows the archive documents or next pages that the feed names (RFC 5005, JSON Feed), or WordPress'
    numbered pages. Ctrl-C stops; the same command continues where it stopped.
    """
    from worker.config.hosts_file import load_hosts
    from worker.monitor import logging
    from worker.services.walk.backfill import continue_walk, open_walk
    from worker.store import feeds

    back_to = _instant(since)
    with opened(ctx) as at, stop_request() as stopping:
        logging.configure(form=at.settings.log_format, level="error")
        number = feed_id(at.store, feed)
        with at.store.begin() as db:
            subscribed = feeds.get(db, number)
        assert subscribed is not None
        walk_id, again = open_walk(
            at.store, number, subscribed.url, since=back_to, pages=pages, sitemaps=sitemaps
        )
        if again and not json:
            print("continuing where it stopped")
        with _progress_bar(json) as watch:
            done = continue_walk(
                at.store,
                walk_id,
                clock=lambda: datetime.now(UTC),
                policy=at.settings.archives,
                book=load_hosts(at.settings),
                patience=PATIENCE,
                stopping=stopping,
                watch=watch,
            )
    return _report(done, stopped=stopping(), json=json)


def _instant(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(f"--since {text!r} is not a date: write it as 2026-01-31") from None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


@contextmanager
def _progress_bar(silent: bool) -> Iterator[Callable[["Progress"], None]]:
    """Yield a function that shows progress as a bar on a terminal, and does nothing elsewhere."""
    if silent or not sys.stdout.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("pages"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Bar(*columns, console=console()) as bar:
        task = bar.add_task("", total=None)
        yield lambda now: bar.update(
            task, total=now.pages_limit, completed=now.pages, description=_description(now)
        )


def _description(now: "Progress") -> str:
    waits = now.until is not None and now.until > datetime.now(UTC)
    back_to = f", back to {now.oldest:%Y-%m-%d}" if now.oldest else ""
    return clean(f"{now.found} new entries{back_to}{f'; {now.waiting}' if waits else ''}").replace("[", r"\[")


def _report(done: "Progress", *, stopped: bool, json: bool) -> int:
    resting = done.state == "open" and not stopped
    code = 130 if stopped and done.state == "open" else 1 if resting or _has_failed(done) else 0
    if json:
        print_json(asdict(done))
        return code
    back_to = f" back to {done.oldest:%Y-%m-%d %H:%M}" if done.oldest else ""
    print(f"{done.pages} pages requested{back_to}: {done.found} new entries, {done.known} known before")
    if done.state == "open":
        why = f"{done.waiting}, {ago(done.until)}" if resting else "interrupted"
        print(clean(f"{why}; the same command continues where it stopped"))
    else:
        more = "; the same command reads on" if done.state == "stopped" else ""
        print(clean(f"{done.detail or done.reason}{more} ({done.reason})"))
    return code


def _has_failed(done: "Progress") -> bool:
    return done.reason == "no-archive" or (done.state == "stopped" and done.reason != "pages")

"""`wiredesk feeds backfill`: the entries that a feed no longer shows."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.terminal.errors import Mistake
from worker.cli.terminal.output import ago, clean, console, print_json

if TYPE_CHECKING:
    from worker.services.walk.backfill import Progress

One = Annotated[str, typer.Argument(metavar="FEED", help="Id or address of the feed.")]
Since = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Go back to this date, as 2026-01-31; without it, to the end."),
]
Pages = Annotated[int, typer.Option(help="Read at most so many pages now.", min=1, max=10_000)]
Sitemaps = Annotated[
    bool, typer.Option("--sitemaps", help="Look into the site's sitemaps: what the feed could have shown.")
]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]

PATIENCE = timedelta(seconds=60)
"""A host that rests for longer is not waited for: the walk goes on when the command is given again."""


def backfill(
    ctx: typer.Context,
    feed: One,
    since: Since = None,
    pages: Pages = 100,
    sitemaps: Sitemaps = False,
    json: Json = False,
) -> int:
    """Walk back through a feed's archive, and store the entries that it no longer shows.

    By the archive documents or further pages that the feed names (RFC 5005, JSON Feed), or by WordPress'
    numbered pages. Ctrl-C stops; the same command goes on where it stopped.
    """
    from worker.cli.access import feed_id, opened
    from worker.config.hosts_file import load_hosts
    from worker.monitor import logging
    from worker.services.walk.backfill import continue_walk, open_walk
    from worker.store import feeds

    back_to = _instant(since)
    with opened(ctx) as at, _stopping() as stopping:
        logging.configure(form=at.settings.log_format, level="error")
        number = feed_id(at.store, feed)
        with at.store.begin() as db:
            subscribed = feeds.get(db, number)
        assert subscribed is not None
        walk_id, again = open_walk(
            at.store, number, subscribed.url, since=back_to, pages=pages, sitemaps=sitemaps
        )
        if again and not json:
            print("going on where it stopped")
        with _watching(json) as watch:
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
    return _tell(done, stopped=stopping(), json=json)


def _instant(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Mistake(f"--since wants a date as 2026-01-31, not {text!r}") from None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


@contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C or SIGTERM came: what has begun is finished and kept. A second one breaks off."""
    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        if len(told) > 1:
            raise KeyboardInterrupt

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(told)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _watching(silent: bool) -> Iterator[Callable[["Progress"], None]]:
    """A progress bar where there is a terminal to draw it on."""
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


def _tell(done: "Progress", *, stopped: bool, json: bool) -> int:
    resting = done.state == "open" and not stopped
    code = 130 if stopped and done.state == "open" else 1 if resting or _is_trouble(done) else 0
    if json:
        print_json(asdict(done))
        return code
    back_to = f" back to {done.oldest:%Y-%m-%d %H:%M}" if done.oldest else ""
    print(f"{done.pages} pages asked for{back_to}: {done.found} new entries, {done.known} known before")
    if done.state == "open":
        why = f"{done.waiting}, {ago(done.until)}" if resting else "interrupted"
        print(clean(f"{why}; the same command goes on where it stopped"))
    else:
        more = "; the same command reads on" if done.state == "stopped" else ""
        print(clean(f"{done.detail or done.reason}{more} ({done.reason})"))
    return code


def _is_trouble(done: "Progress") -> bool:
    return done.reason == "no-archive" or (done.state == "stopped" and done.reason != "pages")

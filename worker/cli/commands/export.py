"""`wiredesk export`: the articles of the store as files."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import Json, OnlyWhere
from worker.cli.session import filter_from, opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.interrupts import stop_request
from worker.cli.terminal.output import console, print_json

if TYPE_CHECKING:
    from worker.filters import Filter
    from worker.services.files.directory import ExportDirectory
    from worker.services.files.export import ExportDone, ExportProgress, Watch
    from worker.services.files.plan import ExportOptions
    from worker.store import Store

LINE_SECONDS = 5.0
"""Time between two lines of progress where there is no terminal. A guess."""

STOP_CHECK_SECONDS = 0.2
"""Time after which a waiting command notices that it was stopped. A guess: it feels immediate."""


class FileFormat(StrEnum):
    """The format of the files."""

    PARQUET = "parquet"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    CSV = "csv"
    WARC = "warc"


Directory = Annotated[Path, typer.Argument(metavar="DIR", help="The directory of the files.")]
Format = Annotated[
    FileFormat,
    typer.Option("--format", help="The format of the files; warc: the kept pages as they were received."),
]
Revisions = Annotated[bool, typer.Option("--revisions", help="Write all versions of the articles, too.")]
Follow = Annotated[bool, typer.Option("--follow", help="Go on with what changes, until Ctrl-C.")]
Every = Annotated[float, typer.Option(metavar="SECONDS", help="With --follow: time between looks.", min=1)]


def export(
    ctx: typer.Context,
    directory: Directory,
    format: Format = FileFormat.PARQUET,
    where: OnlyWhere = "",
    revisions: Revisions = False,
    follow: Follow = False,
    every: Every = 60.0,
    json: Json = False,
) -> int:
    """Write articles into files by their day of storing: Parquet, JSON lines, CSV, Markdown or WARC.

    Run it again to bring the files up to date; a run that was stopped goes on where it was. docs/export.md
    describes the files.
    """
    if revisions and format is FileFormat.WARC:
        raise UserError("--revisions: WARC files have all kept responses anyway; leave it out")
    from worker.services.files.directory import ExportDirectory, ExportProblem
    from worker.services.files.formats import MissingLibrary
    from worker.services.files.plan import ExportOptions

    with opened(ctx) as at, stop_request() as stopping:
        with at.store.begin() as db:
            wanted = filter_from(db, where)
        into = ExportDirectory(directory)
        options = ExportOptions(format.value, str(wanted), revisions)
        try:
            with into.held():
                return _run(at.store, into, options, wanted, every if follow else None, stopping, json=json)
        except (ExportProblem, MissingLibrary) as error:
            raise UserError(str(error)) from None
        except OSError as error:
            where_ = error.filename or directory
            raise UserError(
                f"{where_}: {error.strerror}; the same command goes on once it is put right"
            ) from None


def _run(
    store: "Store",
    into: "ExportDirectory",
    options: "ExportOptions",
    wanted: "Filter",
    every: float | None,
    stopping: Callable[[], bool],
    *,
    json: bool,
) -> int:
    """Export once, or with `every` until the user stops it."""
    from worker.services.files.export import run_export
    from worker.store import filtering

    while True:
        with _progress(silent=json) as watch:
            try:
                done = run_export(
                    store, into, options, filtering.where(wanted), watch=_stoppable(watch, stopping)
                )
            except KeyboardInterrupt:
                print("stopped; the same command goes on where it was", file=sys.stderr)
                return 130
        if done.files or every is None:
            _report(done, into.path, json=json)
        deadline = time.monotonic() + (every or 0)
        while every is not None and not stopping() and time.monotonic() < deadline:
            time.sleep(STOP_CHECK_SECONDS)
        if every is None or stopping():
            return 0


def _stoppable(watch: "Watch", stopping: Callable[[], bool]) -> "Watch":
    """Return `watch`, with `KeyboardInterrupt` between two batches once the user has stopped the command."""

    def look(progress: "ExportProgress") -> None:
        if stopping():
            raise KeyboardInterrupt
        watch(progress)

    return look


@contextmanager
def _progress(*, silent: bool) -> Iterator["Watch"]:
    """Yield a function that shows progress: a bar on a terminal, a line every few seconds elsewhere."""
    if silent:
        yield lambda _: None
        return
    if not sys.stdout.isatty():
        shown = time.monotonic()

        def line(now: "ExportProgress") -> None:
            nonlocal shown
            if time.monotonic() >= shown + LINE_SECONDS:
                shown = time.monotonic()
                print(f"{min(now.rows, now.planned):,} of {now.planned:,} articles, {now.path}", flush=True)

        yield line
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("articles"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console()) as bar:
        task = bar.add_task("", total=None)
        yield lambda now: bar.update(
            task, total=now.planned, completed=min(now.rows, now.planned), description=now.path
        )


def _report(done: "ExportDone", path: Path, *, json: bool) -> None:
    if json:
        return print_json(asdict(done))
    if done.files:
        resumed = "; went on with a run that was stopped" if done.resumed else ""
        print(f"{done.rows:,} rows in {done.files:,} files of {path}, up to change {done.cursor}{resumed}")
    else:
        print(f"nothing has changed in {path} since change {done.cursor}")
    return None

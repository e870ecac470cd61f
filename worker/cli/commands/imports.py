"""`wiredesk import`: pages and articles from files."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from worker.cli.options import Json, Labels
from worker.cli.session import OpenStore, opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.interrupts import stop_request
from worker.cli.terminal.output import clean, console, print_json

if TYPE_CHECKING:
    from worker.services.files.captures import Capture, SkippedRecord
    from worker.services.files.imports import ImportTally
    from worker.store import stats

    Read = Callable[[BinaryIO], Iterator[Capture | SkippedRecord]]

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, gzip or plain; - for stdin.")]
Name = Annotated[
    str, typer.Option("--name", help="Name of the import, by which its entries are found again.")
]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""The name of an import: it is part of the address of its feed, which people type."""


def warc(
    ctx: typer.Context, files: Files, name: Name = "warc", label: Labels = None, json: Json = False
) -> int:
    """Import the HTML responses of WARC files, such as Common Crawl's news crawl.

    Each becomes an entry of the feed import:NAME and is extracted as if it had been fetched at its WARC-Date.
    Repeat the command after a stop: nothing is stored twice.
    """
    from worker.services.files.captures import read_warc

    def read(at: OpenStore) -> "Read":
        return lambda stream: read_warc(stream, most=at.settings.extraction.max_bytes)

    return _import(ctx, files, name, label or (), read, json=json)


def jsonl(
    ctx: typer.Context, files: Files, name: Name = "jsonl", label: Labels = None, json: Json = False
) -> int:
    """Import JSON lines: our own export, pages as {"url", "html"}, or texts as {"url", "title", "text"}.

    docs/export.md describes the forms. Repeat the command after a stop: nothing is stored twice.
    """
    from worker.services.files.captures import read_jsonl

    return _import(ctx, files, name, label or (), lambda _: read_jsonl, json=json)


def _import(
    ctx: typer.Context,
    files: Sequence[str],
    name: str,
    labels: Sequence[str],
    reader: Callable[[OpenStore], "Read"],
    *,
    json: bool,
) -> int:
    if not NAME.fullmatch(name):
        raise UserError(f"--name {name!r}: write letters, digits, dots, - and _, at most 100")
    from worker.config.rule_files import load_rules
    from worker.monitor import logging
    from worker.services.files.captures import DamagedFile
    from worker.services.files.imports import ImportSource, ImportTally, import_captures
    from worker.store import imports, stats

    for file in files:
        if file != "-" and not Path(file).is_file():
            raise UserError(f"{file} cannot be read: it is not a file")
    tally, damaged = ImportTally(), 0
    with opened(ctx, create=True) as at, stop_request() as stopping:
        logging.configure(form=at.settings.log_format, level="error")
        rules = load_rules(at.settings)
        with at.store.begin() as db:
            number = imports.source(db, name, labels=labels, now=datetime.now(UTC))
        source = ImportSource(number, at.settings.fetching.page_retention)
        for file in files:
            with _stream(file) as stream, _progress(file, stream, silent=json) as watch:
                try:
                    import_captures(
                        at.store,
                        source,
                        reader(at)(stream),
                        tally,
                        clock=lambda: datetime.now(UTC),
                        policy=at.settings.extraction,
                        rules=rules,
                        stopping=stopping,
                        watch=watch,
                    )
                except DamagedFile as error:
                    damaged += 1
                    print(clean(f"wiredesk: {file}: {error}; what came before is imported"), file=sys.stderr)
            if stopping():
                break
        with at.store.begin() as db:
            identity, refusals = stats.identity(db, feed_id=number), stats.refusals(db, feed_id=number)
    _report(name, tally, identity, refusals, json=json)
    if stopping():
        print("stopped; the same command goes on where it was", file=sys.stderr)
        return 130
    return 1 if damaged else 0


@contextmanager
def _stream(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(Path(file).open("rb"))
        except OSError as error:
            raise UserError(f"{file} cannot be read: {error.strerror}") from None
        yield stream


@contextmanager
def _progress(file: str, stream: BinaryIO, *, silent: bool) -> Iterator[Callable[["ImportTally"], None]]:
    """Yield a function that shows progress as a bar on a terminal, and does nothing elsewhere."""
    if silent or not sys.stdout.isatty():
        yield lambda _: None
        return
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    total = Path(file).stat().st_size if file != "-" else None
    with Progress(*columns, console=console()) as bar:
        task = bar.add_task(escape(clean(Path(file).name)), total=total)

        def show(tally: "ImportTally") -> None:
            place = stream.tell() if isinstance(stream, BufferedReader) and total is not None else 0
            bar.update(task, completed=place, description=f"{tally.new:,} new, {tally.known:,} known")

        yield show


def _report(
    name: str, tally: "ImportTally", identity: "stats.Identity", refusals: dict[str, int], *, json: bool
) -> None:
    whole = {**asdict(identity), "holds": identity.holds}
    if json:
        said = asdict(tally)
        del said["examples"]
        return print_json({**said, "name": name, "identity": whole, "refusals": refusals})
    print(
        f"{tally.read:,} records read: {tally.new:,} new addresses, "
        f"{tally.later:,} later captures of known ones, {tally.known:,} known before, "
        f"{sum(tally.skipped.values()):,} skipped"
    )
    for reason, count in tally.skipped.most_common():
        example = tally.examples.get(reason)
        print(clean(f"skipped {count:,}: {reason}{f', such as {example}' if example else ''}"))
    print(
        f"import:{name} has {whole['discovered']:,} entries: {whole['stored']:,} stored, "
        f"{whole['duplicate']:,} duplicates, {whole['refused']:,} refused, {whole['waiting']:,} waiting"
    )
    for reason, count in refusals.items():
        print(f"refused {count:,}: {reason}")
    return None

"""The progress of bytes that are copied: a bar on a terminal, a line every few seconds elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from worker.cli.terminal.output import console

LINE_SECONDS = 5.0
"""Time between two lines of progress where there is no terminal. A guess."""

MEBIBYTE = 1 << 20
"""The unit of the lines."""


@contextmanager
def copying(words: str, *, total: int | None, silent: bool) -> Iterator[Callable[[int], None]]:
    """Yield a function that shows the bytes copied so far, of `total` where it is known."""
    if silent:
        yield lambda _: None
        return
    if not sys.stdout.isatty():
        shown = time.monotonic()
        of = "" if total is None else f" of {total / MEBIBYTE:,.0f}"

        def line(size: int) -> None:
            nonlocal shown
            if time.monotonic() >= shown + LINE_SECONDS:
                shown = time.monotonic()
                print(f"{words}: {size / MEBIBYTE:,.0f}{of} MiB", flush=True)

        yield line
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn(words), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console(), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda size: bar.update(task, completed=size)

"""What commands print: tables for people, JSON and CSV for programs.

Texts from feeds and pages are cleaned of control characters, so that they cannot drive the terminal.
"""

import csv
import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from worker.monitor.terminal import CONTROL, clean, clean_lines

__all__ = [
    "ago",
    "clean",
    "clean_lines",
    "console",
    "print_csv",
    "print_fields",
    "print_json",
    "print_table",
    "quantity",
    "span",
]

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 240
"""Width of a table in a pipe: titles and addresses are seldom cut. A guess."""

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")
"""First characters by which spreadsheets take a cell for a formula (OWASP, CSV injection)."""


def print_json(value: Any) -> None:
    """Print `value` as JSON: indented, instants in ISO 8601, control characters escaped."""
    from pydantic_core import to_json

    text = to_json(value, indent=2, fallback=str).decode()
    print("\n".join(CONTROL.sub(_escaped, line) for line in text.split("\n")))


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], out: TextIO | None = None) -> None:
    """Print rows under their headings as CSV (RFC 4180); instants in ISO 8601, None as an empty cell.

    A text that a spreadsheet would compute gets an apostrophe in front: a formula can read other cells, send
    them to an address, and in some programs start others.
    """
    writer = csv.writer(out or sys.stdout, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print rows under their headings, cut to the width of the terminal; without rows print `empty`."""
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(clean(cell), no_wrap=True, overflow="ellipsis") for cell in row))
    if not table.row_count:
        print(empty)
        return
    console().print(table)


def console() -> "Console":
    """Return a rich console on stdout: as wide as the terminal, and `PIPE_WIDTH` in a pipe."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)


def print_fields(fields: Iterable[tuple[str, object]]) -> None:
    """Print one name and value to a line; fields without a value are left out."""
    shown = [(name, clean(value)) for name, value in fields if value not in (None, "", [], {})]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        print(f"{name:<{width}}  {value}")


def print_diff(pieces: Iterable[tuple[str, str]]) -> None:
    """Print the pieces of a word diff: in colour in a terminal, with marks in a pipe."""
    shown = [(op, _clean_piece(text)) for op, text in pieces]
    if not sys.stdout.isatty():
        marks = {"delete": ("[-", "-]"), "insert": ("{+", "+}")}
        print("".join(text.join(marks.get(op, ("", ""))) for op, text in shown))
        return
    from rich.text import Text

    styles = {"delete": "red strike", "insert": "green"}
    console().print(Text.assemble(*((text, styles.get(op, "")) for op, text in shown)), soft_wrap=True)


def quantity(count: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: '1 feed', '2 feeds', '3 entries'."""
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"


def ago(instant: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago or how soon an instant is: '5 s ago', 'in 3 min', 'never' for None."""
    if instant is None:
        return "never"
    seconds = ((now or datetime.now(UTC)) - instant).total_seconds()
    return f"{span(seconds)} ago" if seconds >= 0 else f"in {span(-seconds)}"


def span(seconds: float) -> str:
    """Return a length of time in the largest unit that fits: '3 min'."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _clean_piece(text: str) -> str:
    """Clean a part of a text, keeping the space at its edges."""
    inner = text.strip(" \n")
    before, _, after = text.partition(inner) if inner else (text, "", "")
    return before + clean_lines(inner) + after


def _escaped(found: re.Match[str]) -> str:
    """Spell the characters as JSON does; those beyond the first plane become two escapes."""
    return json.dumps(found[0])[1:-1]


def _cell(value: object) -> object:
    if isinstance(value, int | float):
        return value
    text = value.isoformat() if isinstance(value, datetime) else clean(value)
    return f"'{text}" if text.startswith(_FORMULA) else text

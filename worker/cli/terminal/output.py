"""What commands print: tables for people, JSON for programs; foreign text in it cannot drive the terminal."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from worker.monitor.terminal import CONTROL, clean, clean_lines

__all__ = [
    "ago",
    "clean",
    "clean_lines",
    "console",
    "print_fields",
    "print_json",
    "print_table",
    "span",
]

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 240


def print_json(value: Any) -> None:
    """`value` as JSON on stdout: indented, instants in ISO 8601, controls escaped."""
    from pydantic_core import to_json

    text = to_json(value, indent=2, fallback=str).decode()
    print("\n".join(CONTROL.sub(_escaped, line) for line in text.split("\n")))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """The rows under their headings, cut to the width of the terminal; `empty` says that there are none."""
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
    """Stdout for rich: as wide as the terminal, and wide where it is read by a program."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)


def print_fields(fields: Iterable[tuple[str, object]]) -> None:
    """Names and values, one to a line; those without a value are left out."""
    shown = [(name, clean(value)) for name, value in fields if value not in (None, "", [], {})]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        print(f"{name:<{width}}  {value}")


def ago(instant: datetime | None, now: datetime | None = None) -> str:
    """How long ago, or how soon: '5 s ago', 'in 3 min', 'never' for None."""
    if instant is None:
        return "never"
    seconds = ((now or datetime.now(UTC)) - instant).total_seconds()
    return f"{span(seconds)} ago" if seconds >= 0 else f"in {span(-seconds)}"


def span(seconds: float) -> str:
    """A length of time in the largest unit that fits."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _escaped(found: re.Match[str]) -> str:
    """The characters as JSON spells them, those beyond the first plane as two."""
    return json.dumps(found[0])[1:-1]

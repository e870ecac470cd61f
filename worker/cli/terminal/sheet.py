"""Rows as CSV (RFC 4180) that a spreadsheet shows and does not compute.

A cell that begins as a formula does would be one: it can read other cells, send them to an address, and in
some programs start others. An apostrophe in front of it says to spreadsheets that it is text.
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TextIO

from worker.monitor.terminal import clean

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], out: TextIO | None = None) -> None:
    """The rows under their headings, to stdout; instants in ISO 8601, nothing for None."""
    writer = csv.writer(out or sys.stdout, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> object:
    if isinstance(value, int | float):
        return value
    text = value.isoformat() if isinstance(value, datetime) else clean(value)
    return f"'{text}" if text.startswith(_FORMULA) else text

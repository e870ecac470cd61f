"""Tables that a narrow window shows as one block a row, each cell under the heading of its column.

A table as wide as its longest words does not fit on a phone, and its last columns would be cut. The style
stacks the cells there; this module writes the headings into them, as `data-label`. It reads what templates
wrote, in which foreign text is escaped, so every tag is one of ours.
"""

import re

# Parts of a table as our templates write them: a table with headings and at most a class, and its cells.
_TABLE = re.compile(r"<table( class=\"[^\"]*\")?>(\s*<thead>.*?</thead>)(.*?)</table>", re.DOTALL)
_HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_CELL = re.compile(r"<(tr|td|th)\b([^>]*)>")

MATRIX = "alike"
"""The class of a table in which a row means nothing without its columns: it scrolls."""


def stack_tables(html: str) -> str:
    """Return the page with the heading of its column in every cell of a table that has headings."""
    return _TABLE.sub(_stacked, html)


def _stacked(table: re.Match[str]) -> str:
    classes, head, body = table[1] or "", table[2], table[3]
    if MATRIX in classes:
        return table[0]
    headings = [_TAG.sub("", heading).replace('"', "&quot;").strip() for heading in _HEADING.findall(head)]
    column = 0

    def labelled(cell: re.Match[str]) -> str:
        nonlocal column
        if cell[1] == "tr":
            column = 0
            return cell[0]
        heading = headings[column] if column < len(headings) and "colspan" not in cell[2] else ""
        column += 1
        return f'<{cell[1]} data-label="{heading}"{cell[2]}>' if heading else cell[0]

    return f'<table{classes} data-stacks="">{head}{_CELL.sub(labelled, body)}</table>'

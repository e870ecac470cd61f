"""Tables that a narrow window shows as one block a row, each cell under the heading of its column.

A table as wide as its longest words does not fit on a phone, and its last columns would be cut. The style
stacks the cells there; this module writes the headings into them, as `data-label`. It reads what templates
wrote, in which foreign text is escaped, so every tag is one of ours.
"""

import re

# Parts of a table as our templates write them: tags without ">" or "<" in their attributes.
_CLASSES = re.compile(r"(?: class=\"[^\"]*\")?")
_HEADING = re.compile(r"<th\b[^<>]*>")
_TAG = re.compile(r"<[^<>]+>")
_CELL = re.compile(r"<(tr|td|th)\b([^<>]*)>")

MATRIX = "alike"
"""The class of a table in which a row means nothing without its columns: it scrolls."""


def stack_tables(html: str) -> str:
    """Return the page with the heading of its column in every cell of a table that has headings.

    A table with other attributes than a class stays the same.
    """
    before, *tables = html.split("<table")
    return before + "".join(_stacked(table) for table in tables)


def _stacked(table: str) -> str:
    """Return what follows `<table`, up to the next table, with the tag in front and its cells labelled."""
    classes, _, content = table.partition(">")
    inside, end, after = content.partition("</table>")
    head, head_end, body = inside.partition("</thead>")
    has_headings = end and head_end and head.lstrip().startswith("<thead>")
    if not has_headings or not _CLASSES.fullmatch(classes) or MATRIX in classes:
        return f"<table{table}"
    headings = [
        _TAG.sub("", heading.partition("</th>")[0]).replace('"', "&quot;").strip()
        for heading in _HEADING.split(head)[1:]
    ]
    column = 0

    def labelled(cell: re.Match[str]) -> str:
        nonlocal column
        if cell[1] == "tr":
            column = 0
            return cell[0]
        heading = headings[column] if column < len(headings) and "colspan" not in cell[2] else ""
        column += 1
        return f'<{cell[1]} data-label="{heading}"{cell[2]}>' if heading else cell[0]

    return f'<table{classes} data-stacks="">{head}</thead>{_CELL.sub(labelled, body)}</table>{after}'

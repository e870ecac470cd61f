"""The small markup in which the demo's articles are written, turned into HTML.

Blocks stand apart by a blank line. `## ` begins a subhead, `> ` a quote, `- ` list items, `|` table rows
(the first row is the head); anything else is a paragraph.
"""

from collections.abc import Iterable, Sequence
from html import escape


def blocks(text: str) -> list[str]:
    """The HTML of each block of `text`, in order; everything in it is escaped."""
    return [_block(part.splitlines()) for part in _parts(text)]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def _block(lines: Sequence[str]) -> str:
    first = lines[0]
    if first.startswith("## "):
        return f"<h2>{escape(first[3:])}</h2>"
    if first.startswith("> "):
        return f"<blockquote><p>{_joined(line.lstrip('> ') for line in lines)}</p></blockquote>"
    if first.startswith("- "):
        return "<ul>" + "".join(f"<li>{escape(line[2:])}</li>" for line in lines) + "</ul>"
    if first.startswith("|"):
        return _table(lines)
    return f"<p>{_joined(lines)}</p>"


def _joined(lines: Iterable[str]) -> str:
    return escape(" ".join(lines))


def _table(lines: Sequence[str]) -> str:
    head, *rows = ([cell.strip() for cell in line.strip("| ").split("|")] for line in lines)
    body = "".join(_row(row, "td") for row in rows)
    return f"<table><thead>{_row(head, 'th')}</thead><tbody>{body}</tbody></table>"


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

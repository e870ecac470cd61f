"""Blocks as HTML for feed readers: the elements that all of them show, and nothing that acts.

The text cannot add elements: everything is escaped, and only links to http and https are kept.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from worker.extract.render import list_places
from worker.extract.types import Block
from worker.urls import is_http


def html(blocks: Sequence[Block]) -> str:
    """Return the blocks as a fragment of HTML, with links. A heading of the body is at least an h2."""
    return "\n".join(_pieces(blocks))


def _pieces(blocks: Sequence[Block]) -> Iterator[str]:
    for is_list, run in groupby(blocks, key=lambda block: block.kind == "list_item"):
        if is_list:
            yield _list(list(run))
        else:
            yield from map(_block, run)


def _block(block: Block) -> str:
    if block.kind == "heading":
        level = min(max(block.level or 2, 2), 6)
        return f"<h{level}>{_inline(block)}</h{level}>"
    if block.kind == "quote":
        said = f"<p>— {escape(block.attribution)}</p>" if block.attribution else ""
        return f"<blockquote><p>{_inline(block)}</p>{said}</blockquote>"
    if block.kind == "table":
        rows = (f"<tr>{''.join(map(_cell, line.split(chr(9))))}</tr>" for line in block.text.split("\n"))
        return f"<table>{''.join(rows)}</table>"
    if block.kind == "preformatted":
        return f"<pre>{escape(block.text)}</pre>"
    return f"<p>{_inline(block)}</p>"


def _cell(text: str) -> str:
    return f"<td>{escape(text)}</td>"


def _list(items: Sequence[Block]) -> str:
    """Return nested lists; a list inside a list is inside its last item."""
    pieces: list[str] = []
    opened: list[str] = []
    for item, (depth, _) in zip(items, list_places(items), strict=True):
        tag = "ol" if item.ordered else "ul"
        while len(opened) > depth or (len(opened) == depth and opened[-1] != tag):
            pieces.append(f"</li></{opened.pop()}>")
        if len(opened) == depth:
            pieces.append("</li>")
        else:
            pieces.append(f"<{tag}>")
            opened.append(tag)
        pieces.append(f"<li>{_inline(item)}")
    pieces += [f"</li></{tag}>" for tag in reversed(opened)]
    return "".join(pieces)


def _inline(block: Block) -> str:
    pieces, at = [], 0
    for link in sorted(block.links, key=lambda link: link.start):
        if not at <= link.start < link.end <= len(block.text) or not is_http(link.url):
            continue
        label = escape(block.text[link.start : link.end])
        pieces += [_text(block.text[at : link.start]), f'<a href="{escape(link.url)}">{label}</a>']
        at = link.end
    return "".join([*pieces, _text(block.text[at:])])


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")

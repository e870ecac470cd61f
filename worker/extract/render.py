"""Blocks as text to read: plain, and Markdown (CommonMark, tables as GitHub writes them)."""

import re
from collections.abc import Sequence

from worker.extract.types import Block

_SPECIAL = re.compile(r"([\\`*_\[\]<>])")


def plain(blocks: Sequence[Block]) -> str:
    """The texts of the blocks, an empty line between them."""
    return "\n\n".join(block.text for block in blocks)


def markdown(blocks: Sequence[Block]) -> str:
    """The blocks in Markdown, links included."""
    pieces: list[str] = []
    for number, block in enumerate(blocks):
        tight = number > 0 and block.kind == "list_item" == blocks[number - 1].kind
        pieces += ["\n" if tight else "\n\n" if number else "", _block(block)]
    return "".join(pieces)


def _block(block: Block) -> str:
    if block.kind == "heading":
        return f"{'#' * (block.level or 2)} {_inline(block)}"
    if block.kind == "list_item":
        return f"{'  ' * ((block.level or 1) - 1)}- {_inline(block)}"
    if block.kind == "quote":
        said = f"> {_inline(block)}"
        return f"{said}\n>\n> — {_escaped(block.attribution)}" if block.attribution else said
    if block.kind == "preformatted":
        return f"```\n{block.text}\n```"
    return _table(block.text) if block.kind == "table" else _inline(block)


def _inline(block: Block) -> str:
    pieces, at = [], 0
    for link in sorted(block.links, key=lambda link: link.start):
        if link.start < at:
            continue
        pieces += [
            _escaped(block.text[at : link.start]),
            f"[{_escaped(block.text[link.start : link.end])}]({_target(link.url)})",
        ]
        at = link.end
    return "".join([*pieces, _escaped(block.text[at:])])


def _table(text: str) -> str:
    rows = [[_escaped(cell).replace("|", "\\|") for cell in line.split("\t")] for line in text.split("\n")]
    width = max(map(len, rows))
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _target(url: str) -> str:
    return url.replace(" ", "%20").replace("(", "%28").replace(")", "%29")

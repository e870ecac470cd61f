"""Blocks as readable text: plain, and Markdown (CommonMark with GitHub's tables).

The text cannot add HTML or structure to the Markdown: everything with a meaning is escaped, and only links to
http and https are kept.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from worker.extract.types import Block
from worker.urls import is_http


class Item(Protocol):
    """What the place of an item in its list follows from."""

    @property
    def kind(self) -> str: ...
    @property
    def level(self) -> int | None: ...
    @property
    def ordered(self) -> bool: ...


# Signs with a meaning anywhere in CommonMark.
_SPECIAL = re.compile(r"[\\`*_\[\]]")
# Escaped as entities, since some renderers do not know a backslash before these.
_HTML = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_MARKUP = re.compile(r"[<>]|&(?=#?\w+;)")
# Beginnings of lines with a meaning in Markdown.
_MEANINGS = r"#{1,6}(?:\s|$)|[-+](?:\s|$)|[-=]+[ \t]*$|~{3}|[|:-][ \t]*[|:-]"
_LINE = re.compile(rf"^[ \t]*((?={_MEANINGS})|\d{{1,9}}(?=[.)](?:\s|$)))?", re.MULTILINE)
_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\x9f\"'()<>\[\\\]`{|}]")
_TICKS = re.compile("`+")


def plain(blocks: Sequence[Block]) -> str:
    """Return the texts of the blocks, with an empty line between them."""
    return "\n\n".join(block.text for block in blocks)


def blocks_of_summary(summary: str | None, texts: Iterable[str]) -> int:
    """Return how many of the first blocks say together what the summary says; 0 if they say anything else."""
    wanted = " ".join((summary or "").split())
    said = ""
    for number, text in enumerate(texts, start=1):
        said = " ".join([*said.split(), *text.split()])
        if said == wanted:
            return number
        if not wanted.startswith(said):
            break
    return 0


def markdown(blocks: Sequence[Block]) -> str:
    """Return the blocks in Markdown, with links."""
    pieces: list[str] = []
    inside: list[int] = []
    for number, (block, place) in enumerate(zip(blocks, list_places(blocks), strict=True)):
        tight = number > 0 and block.kind == "list_item" == blocks[number - 1].kind
        pieces += ["\n" if tight else "\n\n" if number else "", _block(block, place, inside)]
    return "".join(pieces)


def list_places(blocks: Iterable[Item]) -> Iterator[tuple[int, int]]:
    """Yield the depth of each list item, from 1 on, and its number, 0 for a bullet; (0, 0) for others."""
    counts: dict[int, int] = {}
    for block in blocks:
        if block.kind != "list_item":
            counts = {}
            yield 0, 0
            continue
        level = block.level or 1
        counts = {outer: count for outer, count in counts.items() if outer <= level}
        counts[level] = counts.get(level, 0) + 1 if block.ordered else 0
        yield len(counts), counts[level]


def _block(block: Block, place: tuple[int, int], inside: list[int]) -> str:
    """Return a block in Markdown; `inside` has the width of the sign of each item that it may lie in."""
    if block.kind == "heading":
        return f"{'#' * (block.level or 2)} {_inline(block, ' ')}"
    if block.kind == "list_item":
        depth, number = place
        indent = " " * sum(inside[: depth - 1])
        sign = f"{number}. " if number else "- "
        inside[depth - 1 :] = [len(sign)]
        return indent + sign + _inline(block, f"\n{indent}{' ' * len(sign)}")
    if block.kind == "quote":
        said = "> " + _inline(block, "\n> ")
        return f"{said}\n>\n> — {_escaped(block.attribution)}" if block.attribution else said
    if block.kind == "preformatted":
        fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(block.text)), default=0))
        return f"{fence}\n{block.text}\n{fence}"
    return _table(block.text) if block.kind == "table" else _inline(block, "\n")


def _inline(block: Block, line_break: str) -> str:
    pieces, at = [], 0
    for link in sorted(block.links, key=lambda link: link.start):
        if link.start < at or not is_http(link.url):
            continue
        before = _escaped(block.text[at : link.start])
        pieces += [
            # An exclamation mark before a link would make it an image.
            f"{before[:-1]}\\!" if before.endswith("!") else before,
            f"[{_escaped(block.text[link.start : link.end])}]({_target(link.url)})",
        ]
        at = link.end
    return _LINE.sub(_line, "".join([*pieces, _escaped(block.text[at:])])).replace("\n", line_break)


def _table(text: str) -> str:
    rows = [[_escaped(cell).replace("|", "\\|") for cell in line.split("\t")] for line in text.split("\n")]
    width = max(map(len, rows))
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: _HTML[found[0]], _SPECIAL.sub(r"\\\g<0>", text))


def _line(found: re.Match[str]) -> str:
    r"""Return the beginning of a line without its meaning: no indent, `\# no heading`, `1\. no list`."""
    return "" if found[1] is None else found[1] + "\\"


def _target(url: str) -> str:
    whole = _IN_ADDRESS.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)
    return _MARKUP.sub("&amp;", whole)

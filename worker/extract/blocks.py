"""trafilatura's simple XML to blocks: one per paragraph, heading, item, quote or table, with its links.

Text between blocks becomes paragraphs of its own; a line break alone does not end a paragraph, two do.
"""

import re
import unicodedata
from collections.abc import Callable

from lxml import etree

from worker.extract.types import Block, BlockKind, Link

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f]")
_KINDS: dict[str, BlockKind] = {
    "p": "paragraph",
    "div": "paragraph",
    "head": "heading",
    "item": "list_item",
    "quote": "quote",
    "code": "preformatted",
}
_ATTRIBUTED = re.compile(r"^(?P<said>.{20,}[.!?…»”\"'’])\s*[—–―]\s*(?P<who>[^.!?…]{3,80})$", re.DOTALL)
_MAX_BLOCKS = 5000


def to_blocks(body: etree._Element, absolute: Callable[[str], str | None]) -> tuple[Block, ...]:
    """The blocks of a body in reading order; `absolute` resolves a link, None drops it."""
    builder = _Builder(absolute)
    builder.inside(body)
    builder.end()
    return tuple(builder.blocks[:_MAX_BLOCKS])


class _Builder:
    """Collects running text into `blocks`; a block ends where another begins."""

    def __init__(self, absolute: Callable[[str], str | None]) -> None:
        self.blocks: list[Block] = []
        self._absolute = absolute
        self._text = ""
        self._links: list[Link] = []
        self._kind: BlockKind = "paragraph"
        self._level: int | None = None

    def inside(self, element: etree._Element) -> None:
        """The text and children of an element, without its tail."""
        self._add(element.text)
        for child in element:
            self._element(child)
            self._add(child.tail)

    def end(self) -> None:
        """Close the block that is being written."""
        text = self._text.rstrip()
        if text:
            links = tuple(Link(link.start, min(link.end, len(text)), link.url) for link in self._links)
            self.blocks.append(_attributed(Block(self._kind, text, self._level, None, links)))
        self._text, self._links = "", []

    def _element(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "table":
            self.end()
            self._table(element)
        elif tag == "code":
            self.end()
            self._preformatted(element)
        elif tag == "list":
            self._nested(element, self._kind, (self._level or 0) if self._kind == "list_item" else 0)
        elif tag in _KINDS and not (tag in ("p", "div") and self._kind in ("list_item", "heading")):
            self._block(element, _KINDS[tag])
        elif tag == "ref":
            self._link(element)
        elif tag == "lb":
            self._line_break(element)
        else:
            self.inside(element)

    def _block(self, element: etree._Element, kind: BlockKind) -> None:
        level = None
        if kind == "heading":
            level = int("".join(filter(str.isdigit, element.get("rend", "")))[:1] or 2)
        elif kind == "list_item":
            level = (self._level or 0) + 1
        self._nested(element, "quote" if self._kind == "quote" and kind == "paragraph" else kind, level)

    def _nested(self, element: etree._Element, kind: BlockKind, level: int | None) -> None:
        """A block of its own inside the present one, which goes on after it."""
        self.end()
        outer = self._kind, self._level
        self._kind, self._level = kind, level
        self.inside(element)
        self.end()
        self._kind, self._level = outer

    def _line_break(self, element: etree._Element) -> None:
        following = element.getnext()
        if following is not None and following.tag == "lb" and not (element.tail or "").strip():
            self.end()
        else:
            self._add(" ")

    def _link(self, element: etree._Element) -> None:
        start = len(self._text)
        self.inside(element)
        url = self._absolute(element.get("target") or "")
        start += self._text[start : start + 1] == " "
        if url and start < len(self._text.rstrip()):
            self._links.append(Link(start, len(self._text.rstrip()), url))

    def _add(self, piece: str | None) -> None:
        if not piece:
            return
        if not piece.isascii():
            piece = unicodedata.normalize("NFC", _INVISIBLE.sub("", piece))
        piece = _SPACE.sub(" ", piece)
        if not self._text or self._text.endswith(" "):
            piece = piece.lstrip()
        self._text += piece

    def _preformatted(self, element: etree._Element) -> None:
        text = "".join(map(str, element.itertext())).strip("\n")
        if text.strip():
            self.blocks.append(Block("preformatted", text))

    def _table(self, table: etree._Element) -> None:
        rows = (
            ["" if cell is None else _flat(cell) for cell in row.iter("cell")] for row in table.iter("row")
        )
        lines = ["\t".join(cells) for cells in rows if any(cells)]
        if lines:
            self.blocks.append(Block("table", "\n".join(lines)))


def _flat(element: etree._Element) -> str:
    return _SPACE.sub(" ", _INVISIBLE.sub("", " ".join(map(str, element.itertext())))).strip()


def _attributed(block: Block) -> Block:
    """A quote that ends in a dash and a name says who is quoted."""
    match = _ATTRIBUTED.match(block.text) if block.kind == "quote" else None
    if not match:
        return block
    said = match["said"]
    links = tuple(link for link in block.links if link.end <= len(said))
    return Block("quote", said, block.level, match["who"].strip(), links)

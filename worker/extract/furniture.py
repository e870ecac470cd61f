"""Blocks that are not of the article: its title over again, what was said already, headings of nothing."""

from worker.extract.types import Block
from worker.extract.words import key

_AT_THE_TOP = 4
_REPEATS_FROM = 40


def without_furniture(blocks: tuple[Block, ...], title: str | None) -> tuple[Block, ...]:
    """The blocks that say something new, in order."""
    kept: list[Block] = []
    seen: set[str] = set()
    title_key = key(title)
    for number, block in enumerate(blocks):
        spelled = key(block.text)
        if not spelled or (number < _AT_THE_TOP and spelled == title_key):
            continue
        if spelled in seen and (len(spelled) >= _REPEATS_FROM or kept[-1].text == block.text):
            continue
        seen.add(spelled)
        kept.append(block)
    while kept and kept[-1].kind == "heading":
        kept.pop()
    return tuple(kept)

"""Text that a page prints twice: for the eye and for a machine, short and whole, in pieces and at one go."""

import re
from collections.abc import Sequence

from worker.extract.types import Block
from worker.extract.words import key

_LONG_ENOUGH = 40
_A_PIECE = 20
_AT_ONE_GO = 400
_PIECES = 3
_MOST = 0.8
_MAX_QUOTES = 200
"""More make no article; each is looked for in all of the text."""
_SENTENCES = re.compile(r"(?<=[.!?。！？।؟])\s|[。！？।]|\.\.\.|…")


def without_repeats(blocks: Sequence[Block]) -> list[Block]:
    """The blocks whose words do not stand in one before, or in pieces in the others."""
    spelled = [key(block.text) for block in blocks]
    kept: list[Block] = []
    said = ""
    for number, (block, letters) in enumerate(zip(blocks, spelled, strict=True)):
        if len(letters) >= _LONG_ENOUGH and letters in said:
            continue
        if len(letters) >= _AT_ONE_GO and _is_in_pieces(letters, [*spelled[:number], *spelled[number + 1 :]]):
            continue
        kept.append(block)
        said += f"\n{letters}"
    return kept


def _is_in_pieces(letters: str, others: Sequence[str]) -> bool:
    """Whether several of the others make up most of it."""
    pieces = {other for other in others if _A_PIECE <= len(other) < len(letters) and other in letters}
    return len(pieces) >= _PIECES and sum(map(len, pieces)) >= _MOST * len(letters)


def without_pull_quotes(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the quotes that only repeat, sentence by sentence, what a paragraph says."""
    quotes = [block for block in blocks if block.kind == "quote"]
    if not quotes or len(quotes) > _MAX_QUOTES:
        return list(blocks)
    text = "\n".join(key(block.text) for block in blocks if block.kind == "paragraph")
    return [block for block in blocks if block.kind != "quote" or not _is_pulled(block.text, text)]


def _is_pulled(quote: str, text: str) -> bool:
    pieces = [spelled for piece in _SENTENCES.split(quote) if (spelled := key(piece))]
    return sum(map(len, pieces)) >= _A_PIECE and all(piece in text for piece in pieces)

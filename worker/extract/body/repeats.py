"""Text that a page prints twice: for the eye and for a machine, short and whole, in pieces and at one go."""

import re
from collections.abc import Sequence

from worker.extract import lexicon
from worker.extract.types import Block
from worker.extract.words import key

_LONG_ENOUGH = 40
_A_PIECE = 20
_AT_ONE_GO = 400
_PIECES = 3
_MOST = 0.8
_TAIL = 40
_TEASER_END = re.compile(rf"(?:…|\.\.\.|\s|\[)[^\w\s]{{0,3}}\s?{lexicon.POINTER}\W{{0,4}}$", re.IGNORECASE)
_MAX_QUOTES = 200
"""More make no article; each is looked for in all of the text."""
_SENTENCES = re.compile(r"(?<=[.!?。！？।؟])\s|[。！？।]|\.\.\.|…")


def without_repeats(blocks: Sequence[Block]) -> list[Block]:
    """The blocks whose words do not stand in one before, in a longer paragraph behind, or in pieces in the
    others."""
    pairs = _without_whole([(block, key(_without_pointer(block))) for block in blocks])
    page = "\n".join(letters for _, letters in pairs)
    kept: list[Block] = []
    at = 0
    for block, letters in pairs:
        end = at + len(letters)
        if len(letters) < _LONG_ENOUGH or not _is_elsewhere(letters, page, at, end, block):
            kept.append(block)
        at = end + 1
    return kept


def _without_whole(pairs: list[tuple[Block, str]]) -> list[tuple[Block, str]]:
    """Without what stands in pieces in the others."""
    spelled = [letters for _, letters in pairs]
    return [
        pair
        for number, pair in enumerate(pairs)
        if len(pair[1]) < _AT_ONE_GO
        or not _is_in_pieces(pair[1], [*spelled[:number], *spelled[number + 1 :]])
    ]


def _is_elsewhere(letters: str, page: str, at: int, end: int, block: Block) -> bool:
    """Whether the letters of the block from `at` to `end` are also those of another, or part of them."""
    if page.find(letters, 0, at) >= 0:
        return True
    again = page.find(letters, end) if block.kind == "paragraph" else -1
    return again >= 0 and not _is_whole(page, again, again + len(letters))


def _is_whole(page: str, start: int, end: int) -> bool:
    return page[start - 1] == "\n" and page[end : end + 1] in ("\n", "")


def _without_pointer(block: Block) -> str:
    """The text of a paragraph without the 'read more' that a teaser ends in."""
    text = block.text
    tail = _TEASER_END.search(text, max(0, len(text) - _TAIL)) if block.kind == "paragraph" else None
    return text[: tail.start()] if tail else text


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

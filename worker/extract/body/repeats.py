"""Text that a page prints twice: for the eye and for a machine, short and whole, in pieces and at one go."""

from collections.abc import Sequence

from worker.extract.types import Block
from worker.extract.words import key

_LONG_ENOUGH = 40
_A_PIECE = 20
_AT_ONE_GO = 400
_PIECES = 3
_MOST = 0.8


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

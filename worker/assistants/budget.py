"""The length of answers, in tokens.

A token is taken for four characters, which is about right for English and the usual estimate. Other scripts
need more tokens for the same characters: set a lower limit there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

CHARACTERS_PER_TOKEN = 4
"""The estimate that vendors of models give for English."""

BREAK = "\n\n"
"""Between the pieces of an answer."""


def tokens_of(text: str) -> int:
    """Estimate how many tokens a text has."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Fitting:
    """The pieces that fit: `text`, and the number of the first piece that does not (None: all do)."""

    text: str
    next: int | None


def fit(pieces: Sequence[str], tokens: int, *, start: int = 0) -> Fitting:
    """Return as many whole pieces from `start` on as `tokens` allow.

    The first piece is shortened if it alone is too long, so that each answer gets further.
    """
    left = tokens * CHARACTERS_PER_TOKEN
    kept: list[str] = []
    for number in range(start, len(pieces)):
        piece = pieces[number]
        if len(piece) > left and not kept:
            kept.append(piece[: max(1, left - 1)] + "…")
            left = 0
        elif len(piece) > left:
            return Fitting(BREAK.join(kept), number)
        else:
            kept.append(piece)
            left -= len(piece) + len(BREAK)
    return Fitting(BREAK.join(kept), None)

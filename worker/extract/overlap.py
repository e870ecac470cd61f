"""How much of one version of a text is still in another: the measures by which a second look is judged.

Texts are compared token by token: a token is *kept* if it is in a run of tokens that both texts have. So a
changed word costs about one token, a removed paragraph its own tokens, and a moved one nothing. Texts without
spaces are compared by their characters. The time is linear in the length of the texts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from worker.extract.words import TOKEN, shingles

LONGEST_RUN = 8
SHORTEST_RUN = 3
"""Tokens in a row that both texts must have: fewer in short texts, so that a changed word leaves runs on both
sides. Of texts in which each twentieth word was replaced, 0.90 is kept (median; 0.76 in the worst hundredth),
of another article of the same host 0.00 (median; 0.09 in the worst twentieth): tests/services/extract."""
TOKENS_A_RUN = 12
"""Tokens of the shorter text for each token of the run. A guess."""
LEAD = 40
"""Tokens that count as the beginning of a text, which navigation and lists of other articles follow. A guess:
one or two sentences."""

# Marks that end a sentence, of Latin, Chinese, Indian, Arabic, Armenian and Ethiopian scripts. An ellipsis or
# the end of a paragraph can also be the place of a cut.
_MARKS = ".!?:;\u3002\uff01\uff1f\u0964\u061f\u06d4\u0589\u1362"
_FULL_STOP = re.compile(rf"(?<!\.)[{_MARKS}](?!\.)")
_SENTENCE_END = re.compile(rf"[{_MARKS}…\n]")
_LONG_WORD = 5  # letters from which a word seldom is an article or a pronoun; a guess
_STRAY = 0.25  # share of what is gone that both texts may have by chance; a guess


@dataclass(frozen=True, slots=True)
class Overlap:
    """What became of a stored text in a new one.

    `kept` is the share of the stored text that is still there, `lead` that of its beginning. `added` is what
    is new, `size` the whole new text, both in lengths of the stored one. `is_beginning`: the beginning was
    kept and the rest is gone; `breaks_off`: that beginning ends within a sentence of both texts. `related` is
    the share of the long words of what is new that the stored text has, too.
    """

    kept: float
    lead: float
    added: float
    size: float
    is_beginning: bool
    breaks_off: bool
    related: float

    @property
    def lost(self) -> float:
        """The share of the stored text that is gone."""
        return 1 - self.kept


def compare_texts(stored: str, new: str) -> Overlap:
    """Compare a new text with the stored one."""
    old, after_old = _tokens(stored)
    now, after_now = _tokens(new)
    old_kept, now_kept = _kept(old, now)
    end = _end_of_beginning(old_kept)
    is_beginning = 0 < end < len(old) and sum(old_kept[end:]) <= _STRAY * (len(old) - end)
    fresh = [token for token, kept in zip(now, now_kept, strict=True) if not kept]
    words = _long(fresh)
    return Overlap(
        kept=_share(old_kept),
        lead=_share(old_kept[:LEAD]),
        added=len(fresh) / max(len(old), 1),
        size=len(now) / max(len(old), 1),
        is_beginning=is_beginning,
        breaks_off=is_beginning
        and _SENTENCE_END.search(after_old[end - 1]) is None
        and _FULL_STOP.search(after_now[_last(now_kept)]) is None,
        related=len(words & _long(old)) / max(len(words), 1),
    )


def _tokens(text: str) -> tuple[list[str], list[str]]:
    """Return the tokens of a text, and what comes after each of them."""
    folded = text.casefold()
    spans = [match.span() for match in TOKEN.finditer(folded)]
    nexts = [start for start, _ in spans[1:]] + [len(folded)]
    after = [folded[end:start] for (_, end), start in zip(spans, nexts, strict=False)]
    return [folded[start:end] for start, end in spans], after


def _last(kept: Sequence[bool]) -> int:
    return max(number for number, one in enumerate(kept) if one)


def _kept(old: Sequence[str], now: Sequence[str]) -> tuple[list[bool], list[bool]]:
    """Return for each token of both texts whether it is in a run that both have."""
    shorter = min(len(old), len(now))
    run = max(1, min(shorter, max(SHORTEST_RUN, min(LONGEST_RUN, shorter // TOKENS_A_RUN))))
    old_runs, now_runs = shingles(old, run), shingles(now, run)
    common = set(old_runs).intersection(now_runs)
    return _covered(old_runs, len(old), run, common), _covered(now_runs, len(now), run, common)


def _covered(
    runs: Sequence[tuple[str, ...]], length: int, run: int, common: set[tuple[str, ...]]
) -> list[bool]:
    covered = [False] * length
    for at, shingle in enumerate(runs):
        if shingle in common:
            covered[at : at + run] = [True] * run
    return covered


def _end_of_beginning(kept: Sequence[bool]) -> int:
    """Return the end of the part that begins with the text and is kept most clearly: the largest sum."""
    sums = list(accumulate((1 if one else -1 for one in kept), initial=0))
    return max(range(len(sums)), key=lambda at: (sums[at], at))


def _share(kept: Sequence[bool]) -> float:
    return sum(kept) / len(kept) if kept else 0.0


def long_words(text: str) -> set[str]:
    """Return the words that say what a text is about; of Chinese and Japanese, pairs of characters."""
    return _long(TOKEN.findall(text.casefold()))


def _long(tokens: Sequence[str]) -> set[str]:
    pairs = {a + b for a, b in pairwise(tokens) if len(a) == len(b) == 1}
    return {token for token in tokens if len(token) >= _LONG_WORD} | pairs

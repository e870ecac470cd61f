"""The difference between two texts, word by word.

A word is a run of letters and digits; in scripts without spaces between words (Chinese, Japanese, Thai, Lao,
Burmese, Khmer) each character is one. Signs are compared, and not counted as words.

The work is bounded by a multiple of the texts' length, so that hostile texts cost no more than others. What
is the same at both ends is set aside first. The middle gets the shortest edit script (Myers 1986) if that is
found within the bound; most edits are that small. Otherwise it is cut at the longest runs of words that
occur once in both texts (patience diff, Bram Cohen), and each part is treated alike.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

# Marks that `\w` leaves out: accents, Hebrew and Arabic vowels, the scripts of India, joiners.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff\u200c\u200d\u00ad"
)
# Thai to Lao, Burmese, Khmer; kana, Chinese characters.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Vowels and tones that belong to the character before them.
_UNSPACED_MARKS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b6-\u17d3\u3099\u309a"
)
_LETTER = rf"(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])"
_TOKEN = re.compile(
    rf"[{_UNSPACED}][{_UNSPACED_MARKS}]*"
    r"|\d+(?:[.,:]\d+)+"
    rf"|{_LETTER}+(?:['’\-‐]{_LETTER}+)*"
    r"|\S"
)
"""A word, or a sign. A number with its separators and a word with an apostrophe or hyphen are one word."""

_STEPS_PER_TOKEN = 40
_FEWEST_STEPS = 4000
_ALL_STEPS = 4_000_000
"""How many words a part may compare in search of the shortest script: enough for some 600 edits in 5,000, and
for any in a part of 60. Chosen so that two unrelated texts of 5,000 words take some tenths of a second. All
parts of a text together have `_ALL_STEPS`, about two seconds, so that a book does not hold up the others."""

_RUNS = (8, 4, 2, 1)
"""Lengths of the runs of words at which a part is cut, the most trustworthy first. A guess."""

_MAX_CUTS = 16
"""How often a part is cut again; then what is left counts as replaced. Edited news needs two or three."""


class Op(StrEnum):
    """What becomes of a piece of text: it is in both texts, only in the old one, or only in the new one."""

    EQUAL = "equal"
    DELETE = "delete"
    INSERT = "insert"


Block = tuple[int, int, int]
"""A run of tokens in both texts: where it begins in the old one, in the new one, and its length."""


def word_diff(old: str, new: str) -> list[tuple[Op, str]]:
    """Return the pieces of text that lead from `old` to `new`, in order.

    The pieces that are not inserted give `old` when joined, those that are not deleted give `new`.
    Neighbouring pieces differ in their op. Where something is replaced, the deleted piece comes first.
    """
    a, b = _tokens(old), _tokens(new)
    pieces: list[tuple[Op, str]] = []
    i, j = 0, 0
    for start, other, length in [*_blocks(_words(a), _words(b)), (len(a), len(b), 0)]:
        deleted = "".join(word + space for word, space in a[i:start])
        inserted = "".join(word + space for word, space in b[j:other])
        _add(pieces, Op.DELETE, deleted)
        _add(pieces, Op.INSERT, inserted)
        for (word, space), (_, other_space) in zip(
            a[start : start + length], b[other : other + length], strict=True
        ):
            _add(pieces, Op.EQUAL, word)
            if space == other_space:
                _add(pieces, Op.EQUAL, space)
            else:
                _add(pieces, Op.DELETE, space)
                _add(pieces, Op.INSERT, other_space)
        i, j = start + length, other + length
    return list(_joined(pieces))


def count(old: str, new: str) -> tuple[int, int]:
    """Return how many words `new` adds to `old` and how many it removes; a replaced word counts as both."""
    a, b = _words(_tokens(old)), _words(_tokens(new))
    removed, added = sum(map(_is_word, a)), sum(map(_is_word, b))
    for start, _, length in _blocks(a, b):
        same = sum(map(_is_word, a[start : start + length]))
        removed, added = removed - same, added - same
    return added, removed


def _tokens(text: str) -> list[tuple[str, str]]:
    """Return words and signs, each with the space after it; the first is the space at the beginning."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    spans = [(0, 0), *spans, (len(text), len(text))]
    return [(text[start:end], text[end:following]) for (start, end), (following, _) in pairwise(spans)]


def _words(tokens: Sequence[tuple[str, str]]) -> list[str]:
    return [word for word, _ in tokens]


def _is_word(token: str) -> bool:
    return any(map(str.isalnum, token))


def _add(pieces: list[tuple[Op, str]], op: Op, text: str) -> None:
    if text:
        pieces.append((op, text))


def _joined(pieces: Sequence[tuple[Op, str]]) -> Iterator[tuple[Op, str]]:
    """Join neighbouring pieces of the same op; between two equal ones all that is deleted comes first."""
    gathered: dict[Op, list[str]] = {op: [] for op in (Op.EQUAL, Op.DELETE, Op.INSERT)}
    for op, text in [*pieces, (Op.EQUAL, "")]:
        changing = gathered[Op.DELETE] or gathered[Op.INSERT]
        if op is Op.EQUAL and changing:
            for other in (Op.DELETE, Op.INSERT):
                if gathered[other]:
                    yield other, "".join(gathered[other])
                    gathered[other] = []
        elif op is not Op.EQUAL and gathered[Op.EQUAL]:
            yield Op.EQUAL, "".join(gathered[Op.EQUAL])
            gathered[Op.EQUAL] = []
        if text:
            gathered[op].append(text)
    if gathered[Op.EQUAL]:
        yield Op.EQUAL, "".join(gathered[Op.EQUAL])


def _blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return the runs of tokens that both texts have, in order and without overlaps."""
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(token, len(numbers)) for token in old]
    b = [numbers.setdefault(token, len(numbers)) for token in new]
    blocks: list[Block] = []
    steps = _ALL_STEPS
    parts = [(0, len(a), 0, len(b), _MAX_CUTS)]
    while parts:
        a_from, a_to, b_from, b_to, cuts = parts.pop()
        start, other = a_from, b_from
        while a_from < a_to and b_from < b_to and a[a_from] == b[b_from]:
            a_from, b_from = a_from + 1, b_from + 1
        end = a_to
        while a_from < a_to and b_from < b_to and a[a_to - 1] == b[b_to - 1]:
            a_to, b_to = a_to - 1, b_to - 1
        blocks += [(start, other, a_from - start), (a_to, b_to, end - a_to)]
        if a_from == a_to or b_from == b_to:
            continue
        part, other_part = a[a_from:a_to], b[b_from:b_to]
        found, taken = _shortest_script(part, other_part, steps)
        steps -= taken
        if found is not None:
            blocks += [(a_from + i, b_from + j, length) for i, j, length in found]
        elif cuts and (found := _anchors(part, other_part)):
            found = [(a_from + i, b_from + j, length) for i, j, length in found]
            blocks += found
            ends = [(a_from, b_from, 0), *found, (a_to, b_to, 0)]
            parts += [
                (i + length, next_i, j + length, next_j, cuts - 1)
                for (i, j, length), (next_i, next_j, _) in pairwise(ends)
            ]
    return sorted(block for block in blocks if block[2])


def _shortest_script(a: Sequence[int], b: Sequence[int], most: int) -> tuple[list[Block] | None, int]:
    """Return what two sequences have in common by the shortest edit script, and the steps that this took.

    None instead of the script if it takes too long, or more than `most` steps.

    Myers, "An O(ND) Difference Algorithm and Its Variations", 1986: `reach[k]` is how far in `a` the best
    path of the present number of edits has come on the diagonal `k`.
    """
    n, m = len(a), len(b)
    most = min(most, _FEWEST_STEPS + _STEPS_PER_TOKEN * (n + m))
    steps = 0
    reach: dict[int, int] = {1: 0}
    trace: list[dict[int, int]] = []
    for edits in range(n + m + 1):
        trace.append(reach)
        reach = dict(reach)
        for k in range(-edits, edits + 1, 2):
            began = x = reach[k + 1] if _inserts(reach, k, edits) else reach[k - 1] + 1
            y = x - k
            while x < n and y < m and a[x] == b[y]:
                x, y = x + 1, y + 1
            reach[k] = x
            steps += x - began + 1
            if x >= n and y >= m:
                return _backtrack(trace, n, m), steps
        if steps > most:
            break
    return None, steps


def _inserts(reach: Mapping[int, int], k: int, edits: int) -> bool:
    """Return whether the best path to the diagonal `k` ends with an insertion; otherwise with a deletion."""
    return k == -edits or (k != edits and reach[k - 1] < reach[k + 1])


def _backtrack(trace: Sequence[Mapping[int, int]], x: int, y: int) -> list[Block]:
    """Return the runs on the path that ends at (x, y), in order."""
    blocks = []
    for edits in range(len(trace) - 1, -1, -1):
        reach, k = trace[edits], x - y
        inserts = _inserts(reach, k, edits)
        before = reach[k + 1] if inserts else reach[k - 1]
        start = before if inserts else before + 1
        blocks.append((start, start - k, x - start))
        x, y = before, before - (k + 1 if inserts else k - 1)
    return [block for block in reversed(blocks) if block[2]]


def _anchors(a: Sequence[int], b: Sequence[int]) -> list[Block]:
    """Return runs that occur once in each sequence, as many as can be had in one order, without overlaps."""
    for length in _RUNS:
        ours, others = _once(a, length), _once(b, length)
        pairs = [(i, others[run]) for run, i in ours.items() if run in others]
        blocks: list[Block] = []
        i_end = j_end = 0
        for i, j in _longest_rising(pairs):
            # The run before this one may end within it.
            if i >= i_end and j >= j_end:
                blocks.append((i, j, length))
                i_end, j_end = i + length, j + length
        if blocks:
            return blocks
    return []


def _once(tokens: Sequence[int], length: int) -> dict[tuple[int, ...], int]:
    """Return the runs of `length` tokens that occur once, each with its place, in order."""
    runs = list(zip(*(tokens[offset:] for offset in range(length)), strict=False))
    times = Counter(runs)
    return {run: place for place, run in enumerate(runs) if times[run] == 1}


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of `pairs`, which rise in the first value, that rises in the second as well."""
    tops: list[int] = []
    chosen: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        before.append(chosen[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [j]
        chosen[pile : pile + 1] = [index]
    rising = []
    index = chosen[-1] if chosen else -1
    while index >= 0:
        rising.append(pairs[index])
        index = before[index]
    return rising[::-1]

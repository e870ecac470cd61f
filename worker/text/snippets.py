"""Snippets: the part of a text in which a query matches, and where its words are.

A term is looked for by a pattern of its first letters in all their spellings, which is fast; the words found
are then compared as the search compares them. Stems come from PostgreSQL, so the caller looks them up between
the two steps: `candidates`, then `snippet`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from worker.text.search_query import QueryTerm, Wanted
from worker.text.search_words import fold

WIDTH = 240
"""Characters of a snippet: about three lines, as much as other search engines show."""
LEAD = 60
"""Characters shown before the first match: about half a sentence. A guess."""
READ = 100_000
"""Characters of a text in which matches are looked for: as many as most texts have in all."""
MOST_MARKS = 200
"""Occurrences of a term in a text that are looked at. A guess: the best window is among the first."""
COMPARED_LETTERS = 2
"""Letters by which words are found. Most forms of a word begin alike, apart from those of Arabic."""

# Latin, Greek and Cyrillic letters with accents, and the variants of Arabic ones.
_ACCENTED = ((0xC0, 0x250), (0x370, 0x530), (0x620, 0x6D4), (0x1E00, 0x2000))
_ARABIC = re.compile("[\u0600-\u06ff]")
# The rest of a word with its marks, and what is between two words; bounded, since their characters overlap.
_REST = r"(?:\.?[\w\u0300-\u036f\u0591-\u05c7\u0610-\u065f\u0900-\u0dff\u00ad\u200c\u200d]){0,80}"
_BETWEEN = r"\W{0,12}"
_CACHED_PATTERNS = 256  # a guess at the terms of the queries of a minute
_END_OF_WORD = re.compile(r"\s\S*$")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a text on one line, and the words that match: from the first to before the second
    character."""

    text: str
    marks: tuple[tuple[int, int], ...]


Compared = Callable[[str, Wanted], bool]
"""Says whether a word of the text is an inflected form of a word of the query."""


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    term: int


def candidates(terms: Iterable[QueryTerm], text: str) -> Iterator[tuple[Wanted, str]]:
    """Yield each word of a text that may be an inflected form of a word of the query, with that word."""
    for term in terms:
        if not term.exact and not term.words[0].open and not term.words[0].pairs:
            for found in _pattern(term).finditer(text, 0, READ):
                yield term.words[0], found[1]


def marks(terms: Sequence[QueryTerm], text: str, is_form: Compared) -> tuple[tuple[int, int], ...]:
    """Return where the terms match in a text, in its order and without overlaps."""
    return _merged((found.start, found.end) for found in _find(terms, text, is_form))


def snippet(terms: Sequence[QueryTerm], text: str, is_form: Compared) -> Snippet:
    """Return the part of a text with the most terms of the query; its beginning if there are none."""
    found = sorted(_find(terms, text, is_form), key=lambda one: one.start)
    first = max(found, key=lambda one: (_terms_from(found, one.start), -one.start), default=None)
    start = max(0, first.start - LEAD) if first else 0
    if start:
        # Not in the middle of a word, where there is a space.
        space = text.find(" ", start, first.start if first else start)
        start = space + 1 if space >= 0 else start
    end = min(len(text), max(start + WIDTH, first.end if first else 0))
    if end < len(text) and not text[end].isspace():
        cut = _END_OF_WORD.search(text, max(start, end - LEAD, first.end if first else start), end)
        end = cut.start() if cut else end
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    shift = len(before) - start
    inside = _merged((one.start, one.end) for one in found if start <= one.start and one.end <= end)
    shown = re.sub(r"\s", " ", text[start:end])
    return Snippet(f"{before}{shown}{after}", tuple((begin + shift, stop + shift) for begin, stop in inside))


def _find(terms: Sequence[QueryTerm], text: str, is_form: Compared) -> Iterator[_Found]:
    for number, term in enumerate(terms):
        count = 0
        for found in _pattern(term).finditer(text, 0, READ):
            if _is_match(term, found.groups(), is_form):
                yield _Found(found.start(), found.end(), number)
                count += 1
                if count == MOST_MARKS:
                    break


def _is_match(term: QueryTerm, words: Sequence[str], is_form: Compared) -> bool:
    wanted = [word for word in term.words if not word.pairs]
    for said, word in zip(words, wanted, strict=True):
        folded = fold(said)[0]
        if folded == word.folded or (word.open and folded.startswith(word.folded)):
            continue
        if term.exact or not is_form(said, word):
            return False
    return True


@lru_cache(maxsize=_CACHED_PATTERNS)
def _pattern(term: QueryTerm) -> re.Pattern[str]:
    """Return the pattern of what may match: a group for each word of a script with spaces."""
    parts: list[str] = []
    before: Wanted | None = None
    for word in term.words:
        shared = _shared(before, word) if before is not None else 0
        parts.append(_BETWEEN if parts and not shared else "")
        if word.pairs:
            parts.append(re.escape(word.folded[shared:]))
        elif _ARABIC.match(word.folded):
            parts.append(rf"(?<!\w)(\w{_REST})")
        else:
            letters = r"\.?".join(map(_spellings, word.folded[:COMPARED_LETTERS]))
            parts.append(rf"(?<!\w)({letters}{_REST})")
        before = word
    return re.compile("".join(parts), re.IGNORECASE)


def _shared(before: Wanted, word: Wanted) -> int:
    """Return how many characters a pair shares with the pair before it."""
    if not before.pairs or word.place != before.place + 1:
        return 0
    lengths = range(min(len(before.folded), len(word.folded)), 0, -1)
    return next((length for length in lengths if before.folded.endswith(word.folded[:length])), 0)


def _spellings(letter: str) -> str:
    """Return the pattern of a folded letter in all its spellings."""
    return f"[{re.escape(letter)}{_accented().get(letter, '')}]"


@cache
def _accented() -> dict[str, str]:
    """Return the letters that are folded, by the first letter of what they become."""
    found: dict[str, str] = {}
    for first, last in _ACCENTED:
        for letter in map(chr, range(first, last)):
            folded = fold(letter)[0]
            if folded and folded != letter and letter.isalpha():
                found[folded[0]] = found.get(folded[0], "") + letter
    return found


def _terms_from(found: Sequence[_Found], start: int) -> int:
    """Return how many terms match in the snippet that begins with this match."""
    return len({one.term for one in found if start <= one.start and one.end <= start + WIDTH - LEAD})


def _merged(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)

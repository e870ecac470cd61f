"""Words as the search compares them: case, accents and variants of letters folded.

Text is cut into words at everything except letters, marks and digits. In scripts that are written without
spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese), and in Korean, whose particles are
written as part of the word, each pair of neighbouring characters is a word, and so is the last character
alone. So any part of such a text is found, of whatever length: two characters and more as a phrase of
pairs, one character as the beginning of a pair.

Accents of Latin and Greek letters are folded, and so are the points of Hebrew and the vowel signs of Arabic,
since readers leave them out. Not folded are Cyrillic й, ў, ї, ѓ and ќ, which have keys on the keyboards of
their languages, and the marks of Indian and South-East Asian scripts, most of which are vowels.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

WORD_LENGTH = 64
"""Characters of a word that are compared: more than the longest words of German law have (63). PostgreSQL
stores words of up to 2,046 bytes."""

_CACHED_WORDS = 50_000
"""Folded words that a process keeps: a guess at the vocabulary of a few days of news, about 10 MB."""

# Marks that belong to their word, though Python's \w excludes them: combining marks of Latin, Cyrillic,
# Hebrew, Arabic, Syriac and the scripts of India, and joiners and soft hyphens.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u0900-\u0963\u0966-\u0d7f\u0d80-\u0df3"
    "\u00ad\u200c\u200d"
)
# Characters of scripts whose words are pairs of characters, and the marks that belong to the character
# before.
_THAI_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_LAO_MARKS = "\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
_BURMESE_MARKS = "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d"
_KHMER_MARKS = "\u17b4-\u17d3\u17dd"
_PAIR_MARKS = _THAI_MARKS + _LAO_MARKS + _BURMESE_MARKS + _KHMER_MARKS + "\u3099\u309a"
_PAIRED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109f\u1780-\u17d3\u17d7\u17dc"
    "\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U000323af"
)

# A word, or letters with points such as U.S., which are one word.
_RUN = re.compile(rf"[^\W\d_](?:\.[^\W\d_])+\b\.?|[\w{_MARKS}{_PAIR_MARKS}]+")
_PART = re.compile(rf"[{_PAIRED}]+|[^{_PAIRED}]+")
_PAIRED_CHARACTER = re.compile(f"[{_PAIRED}]")
# The marks of halfwidth kana are separate characters.
_CHARACTER = re.compile(rf".[{_PAIR_MARKS}\uff9e\uff9f]*")
_INVISIBLE = re.compile("[\u00ad\u200c\u200d_.]")

# Decomposed letters whose mark makes another letter, then the marks that are folded: of Latin, Greek and
# Cyrillic, Hebrew points, Arabic vowel signs and the tatweel, Syriac, the nukta of Devanagari; joiners.
_FOLDED = re.compile(
    "([\u0438\u0443]\u0306|\u0456\u0308|[\u0433\u043a]\u0301)"
    "|[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u0711\u0730-\u074a"
    "\u093c\u00ad\u200c\u200d_]"
)
# Letters that Unicode does not decompose, with what is typed for them; variants of Arabic letters.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ŋ": "n"}
    | {"ى": "ي", "ی": "ي", "ے": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه", "ٱ": "ا"}
    # Digits of Arabic, Persian, the scripts of India, Thai, Lao, Burmese and Khmer.
    | {
        chr(zero + digit): str(digit)
        for zero in (
            0x660,
            0x6F0,
            0x966,
            0x9E6,
            0xA66,
            0xAE6,
            0xBE6,
            0xC66,
            0xCE6,
            0xE50,
            0xED0,
            0x1040,
            0x17E0,
        )
        for digit in range(10)
    }
)


class Word(NamedTuple):
    """A word of a text at `text[start:end]`.

    `folded` is what is compared; `lower` is the word with its accents, for stemmers. `place` counts words,
    and characters in scripts without spaces. `pairs` is the number of such characters: 2, or 1 at the end of
    a run, and 0 in scripts with spaces.
    """

    folded: str
    lower: str
    start: int
    end: int
    place: int
    pairs: int = 0


@lru_cache(maxsize=_CACHED_WORDS)
def fold(word: str) -> tuple[str, str]:
    """Return the word as it is compared, and in lower case with its accents; both may be empty."""
    if word.isascii():
        small = _INVISIBLE.sub("", word.lower())[:WORD_LENGTH]
        return small, small
    small = _INVISIBLE.sub("", normalize("NFKC", normalize("NFKC", word).casefold()))
    bare = _FOLDED.sub(lambda found: found[1] or "", normalize("NFD", small))
    return normalize("NFC", bare.translate(_LETTERS))[:WORD_LENGTH], small[:WORD_LENGTH]


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in their order."""
    place = 0
    for start, end in _pieces(text):
        piece = text[start:end]
        if piece.isascii() and piece.isalnum():
            folded = piece.lower()[:WORD_LENGTH]
            yield Word(folded, folded, start, end, place)
            place += 1
        elif _PAIRED_CHARACTER.match(piece):
            characters = list(_characters(piece, start))
            for number, (folded, begin, stop) in enumerate(characters):
                after = characters[number + 1] if number + 1 < len(characters) else ("", stop, stop)
                both = folded + after[0]
                yield Word(both, both, begin, after[2], place, 2 if after[0] else 1)
                place += 1
        else:
            folded, small = fold(piece)
            if folded:
                yield Word(folded, small, start, end, place)
                place += 1


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of scripts with spaces, and the runs of those without, begin and end."""
    for found in _RUN.finditer(text):
        start, end = found.span()
        if found[0].isascii() or not _PAIRED_CHARACTER.search(found[0]):
            yield start, end
        else:
            yield from ((start + part.start(), start + part.end()) for part in _PART.finditer(found[0]))


def _characters(run: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Yield the characters of a run with their marks, folded, and where each begins and ends."""
    for found in _CHARACTER.finditer(run):
        yield normalize("NFKC", found[0]).translate(_LETTERS), start + found.start(), start + found.end()

"""The words of an article with their places, as the search index keeps them.

The index keeps each word folded, at each of its places, and the stem of each word once for each part of the
article: phrases are looked for among the words, inflected forms among the stems.

It is bounded, so that no article is refused for its length: a tsvector of PostgreSQL has at most 1 MiB,
places up to 16,383, and 255 places of a word. Of a longer text the beginning is indexed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from worker.text.search_words import Word, words

MAX_PLACE = 16_000
"""Places of an article that are indexed, below PostgreSQL's 16,383: about 60 pages of print."""
MAX_CHARACTERS = 200_000
"""Characters of a text that are read: twice as many as 16,000 words have."""
MAX_BYTES = 150_000
"""Bytes of the different words of an article. With two stems for each word, which are up to 3 bytes longer,
and the places of all, the tsvector stays below 1 MiB."""
PLACES_OF_WORD = 255
"""Places of a word that PostgreSQL keeps."""
GAP = 20
"""Places between the parts of an article, so that no phrase reaches from one into the next."""
MIN_STEMMED = 3
"""Letters of a word that is stemmed: shorter words are not inflected by their ending."""

TITLE, AUTHORS, SUMMARY, TEXT = "A", "B", "C", ""
"""Weights of places in a tsvector, by part of the article; D is the weight of a place without a letter."""


@dataclass(slots=True)
class IndexedWords:
    """The words of an article, folded, and its words to stem, each with its places in the form of a
    tsvector."""

    words: dict[str, list[str]] = field(default_factory=dict)
    stemmed: dict[str, list[str]] = field(default_factory=dict)


def index_words(*, title: str, authors: Iterable[str], summary: str, text: str) -> IndexedWords:
    """Return the words of an article, as far as they are indexed."""
    found = IndexedWords()
    base, room = 1, MAX_BYTES
    for weight, part in (
        (TITLE, title),
        *((AUTHORS, author) for author in authors),
        (SUMMARY, summary),
        (TEXT, text),
    ):
        stemmed: set[str] = set()
        place = base
        for word in _bounded(part, MAX_PLACE - base):
            place = base + word.place
            known = found.words.get(word.folded)
            if known is None:
                room -= len(word.folded.encode())
                if room < 0:
                    return found
                known = found.words[word.folded] = []
            if len(known) < PLACES_OF_WORD:
                known.append(f"{place}{weight}")
            if weight != AUTHORS and word.lower not in stemmed and is_stemmed(word.lower, word.pairs):
                stemmed.add(word.lower)
                found.stemmed.setdefault(word.lower, []).append(f"{place}{weight}")
        base = place + GAP
    return found


def is_stemmed(word: str, pairs: int = 0) -> bool:
    """Say whether a word in lower case can have an ending."""
    return not pairs and len(word) >= MIN_STEMMED and not word.isnumeric()


def _bounded(part: str, places: int) -> Iterator[Word]:
    return islice(words(part[:MAX_CHARACTERS]), max(places, 0))

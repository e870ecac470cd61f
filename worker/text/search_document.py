"""The words of an article with their places, as the search index keeps them.

The index keeps each word folded, at each of its places, and the stem of each word once for each part of the
article: phrases are looked for among the words, inflected forms among the stems.

It is bounded, so that no article is refused for its length: a tsvector of PostgreSQL has at most 1 MiB,
places up to 16,383, and 255 places of a word. Of a longer text the beginning is indexed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from worker.text.search_words import words

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
FIELD_SIGNS = {TITLE: "^", AUTHORS: "@"}
"""Signs before the words of titles and authors that are indexed a second time, so that the index alone
answers `title:` and `author:`. No word begins with one."""


@dataclass(frozen=True, slots=True)
class IndexedWords:
    """The words of an article, folded, and its words to stem, each with its places in the form of a
    tsvector."""

    words: dict[str, str]
    stemmed: dict[str, str]
    stemmed_title: dict[str, str]


def index_words(*, title: str, authors: Iterable[str], summary: str, text: str) -> IndexedWords:
    """Return the words of an article, as far as they are indexed."""
    base, room = 1, MAX_BYTES
    places: dict[str, list[str]] = {}
    stemmed: dict[str, list[str]] = {}
    stemmed_title: dict[str, list[str]] = {}
    parts = ((TITLE, title), *((AUTHORS, author) for author in authors), (SUMMARY, summary), (TEXT, text))
    for weight, part in parts:
        fresh: set[str] = set()
        place = base
        for word in islice(words(part[:MAX_CHARACTERS]), max(MAX_PLACE - base, 0)):
            place = base + word.place
            known = places.get(word.folded)
            if known is None:
                room -= len(word.folded.encode())
                if room < 0:
                    break
                known = places[word.folded] = []
            if len(known) < PLACES_OF_WORD:
                known.append(f"{place}{weight}")
            if weight in FIELD_SIGNS:
                places.setdefault(f"{FIELD_SIGNS[weight]}{word.folded}", []).append(f"{place}")
            if word.lower not in fresh:
                fresh.add(word.lower)
                if weight != AUTHORS and is_stemmed(word.lower, word.pairs):
                    stemmed.setdefault(word.lower, []).append(f"{place}{weight}")
                    if weight == TITLE:
                        stemmed_title.setdefault(word.lower, []).append(f"{place}")
        base = place + GAP
    return IndexedWords(_joined(places), _joined(stemmed), _joined(stemmed_title))


def is_stemmed(word: str, pairs: int = 0) -> bool:
    """Say whether a word in lower case can have an ending."""
    return not pairs and len(word) >= MIN_STEMMED and not word.isnumeric()


def _joined(places: Mapping[str, list[str]]) -> dict[str, str]:
    return {word: ",".join(found) for word, found in places.items()}

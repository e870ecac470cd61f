"""Articles for the bench of the search: made-up words as frequent as those of a language.

The word of rank r is drawn with a probability of about 1 / (r + 2.7), as Zipf and Mandelbrot found for texts.
A word of rank 100 is then in about 30 % of the articles, one of rank 1,000 in 3 %, one of rank 10,000 in 0.3
%.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, islice
from typing import Any

VOCABULARY = 200_000
WORDS = 350
"""Words of a text: the median of the corpus's news."""
TITLE_WORDS = 9
VOWELS = ("a", "e", "i", "o", "u", "or", "an", "el")
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in VOWELS]
ENDINGS = ("", "", "", "", "s", "ing", "ed")
"""Of a word; a quarter of the words of English text are inflected."""
AUTHORS = 5000
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


def word(rank: int) -> str:
    """The word of a rank, without an ending; the same in each run."""
    found = ""
    number = rank + len(SYLLABLES)
    while number:
        number, place = divmod(number, len(SYLLABLES))
        found += SYLLABLES[place]
    return found


def phrase(rank: int) -> str:
    """Two words that are often neighbours, as in *climate change*; about one article in `rank` has them."""
    return f"{word(100 + rank)} {word(150 + rank * 2)}"


@cache
def _frequencies() -> tuple[list[str], list[float]]:
    return [word(rank) for rank in range(1, VOCABULARY + 1)], list(
        accumulate(1 / (rank + 2.7) for rank in range(1, VOCABULARY + 1))
    )


def contents(count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield the content of `count` articles, as extraction hands it to the store."""
    chance = random.Random(seed)
    vocabulary, weights = _frequencies()
    for number in range(count):
        said = chance.choices(vocabulary, cum_weights=weights, k=WORDS + TITLE_WORDS)
        said = [one + chance.choice(ENDINGS) for one in said]
        for _ in range(4):
            at = chance.randrange(TITLE_WORDS, len(said) - 1)
            said[at : at + 2] = phrase(int(10 ** chance.uniform(1, 4))).split()
        # The phrase of rank r is in about one of r articles, from one in ten on.
        for _ in range(4):
            rank = int(10 ** chance.uniform(1, 4))
            at = chance.randrange(TITLE_WORDS, len(said) - 1)
            said[at : at + 2] = phrase(rank).split()
        stream = iter(said)
        title = " ".join(islice(stream, TITLE_WORDS)).capitalize()
        text = ". ".join(" ".join(islice(stream, 14)).capitalize() for _ in range(WORDS // 14))
        author = chance.randrange(AUTHORS)
        yield {
            "title": title,
            "authors": [f"{word(author).capitalize()} {word(author * 7).capitalize()}"],
            "agencies": [],
            "published": (BEGIN + timedelta(minutes=number)).isoformat(),
            "published_precision": "instant",
            "language": "en",
            "tags": [],
            "summary": text[:160],
            "text": text,
            "word_count": WORDS,
            "kind": "article",
            "blocks": [{"kind": "paragraph", "text": text}],
            "images": [],
            "rights": {"robots": []},
            "provenance": dict.fromkeys(("title", "authors", "published", "text", "language"), "json-ld"),
            "extractor": "1",
        }

"""Fingerprints of an article: one that shows a revision, and some that find the same text elsewhere.

Near-duplicates are found by MinHash (Broder 1997) over shingles of `SHINGLE` tokens: two texts that share a
band probably share much of their text, and the estimate of `similarity` decides. With 16 bands of 8 rows a
pair of Jaccard similarity 0.9 shares a band with probability 0.9999, of 0.8 with 0.95, of 0.5 with 0.06.

All values are the same in every process and on every machine, and are stored: changing a constant here means
that stored fingerprints no longer compare.
"""

import hashlib
import struct
from dataclasses import dataclass

from rensa import RMinHash

from worker.extract.article import Article
from worker.extract.words import TOKEN, shingles, squeeze

PERMUTATIONS = 128  # gives estimates a standard error of at most 0.044
BANDS = 16  # for the probabilities above
SHINGLE = 4  # tokens; shorter ones are common to unrelated news; a guess
MIN_TOKENS = 30
"""Shorter texts get no bands: a few common words make them similar by chance. A guess."""

SAME_TEXT = 0.5
"""Share of shingles below which two pages are different articles. A guess: an edited text keeps more of them,
two stories of one site share hardly any."""

_SEED = 42  # any number; it must never change
_ROWS = PERMUTATIONS // BANDS


def content_hash(article: Article) -> bytes:
    """Return 32 bytes of title and text without spacing: equal if and only if the reader reads the same."""
    return hashlib.blake2b(
        f"{squeeze(article.title)}\n{squeeze(article.text)}".encode(), digest_size=32
    ).digest()


def minhash(text: str) -> bytes:
    """Return the MinHash of a text, 512 bytes; b'' for a text of less than `MIN_TOKENS` tokens."""
    tokens = TOKEN.findall(text.casefold())
    if len(tokens) < MIN_TOKENS:
        return b""
    sketch = RMinHash(PERMUTATIONS, _SEED)
    sketch.update([" ".join(shingle) for shingle in shingles(tokens, SHINGLE)])
    return struct.pack(f"<{PERMUTATIONS}I", *sketch.digest())


def bands(text: str) -> tuple[int, ...]:
    """Return `BANDS` numbers for an int8[]: texts that share one are candidates; () if too short."""
    return bands_of(minhash(text))


def bands_of(sketch: bytes) -> tuple[int, ...]:
    """Return the bands of a signature; () of an empty one."""
    if not sketch:
        return ()
    width = _ROWS * 4
    return tuple(_band(number, sketch[number * width : (number + 1) * width]) for number in range(BANDS))


def similarity(sig_a: bytes, sig_b: bytes) -> float:
    """Return the estimated share of common shingles of two texts, 0 to 1; 0 if either signature is empty."""
    if not sig_a or len(sig_a) != len(sig_b):
        return 0.0
    layout = f"<{PERMUTATIONS}I"
    pairs = zip(struct.unpack(layout, sig_a), struct.unpack(layout, sig_b), strict=True)
    equal = sum(1 for a, b in pairs if a == b)
    return equal / PERMUTATIONS


@dataclass(frozen=True, slots=True)
class TextSample:
    """Enough of a text to compare it with another: its signature, and the beginning of title and text."""

    signature: bytes
    opening: str


def is_same_text(one: TextSample, other: TextSample) -> bool:
    """Whether two texts agree, as those of two pages of one article do.

    Where one is too short for a signature, titles and texts are compared by the pairs of their words.
    """
    if one.signature and other.signature:
        return similarity(one.signature, other.signature) >= SAME_TEXT
    mine, theirs = _pairs(one.opening), _pairs(other.opening)
    return len(mine & theirs) >= SAME_TEXT * len(mine | theirs)


def _pairs(text: str) -> set[tuple[str, str]]:
    tokens = TOKEN.findall(text.casefold())
    return set(zip(tokens, [*tokens[1:], ""], strict=True))


def _band(number: int, rows: bytes) -> int:
    """Return the hash of a band with its number, so that one flat array serves all bands."""
    digest = hashlib.blake2b(bytes([number]) + rows, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)

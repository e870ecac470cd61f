"""Operations on strings that all of extraction shares: spacing, comparison, counting, addresses."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from urllib.parse import urlsplit

from worker.extract.types import Block

_INVISIBLE = "\u00ad\u200b\u2060\ufeff\u200e\u200f"
"""Soft hyphens, zero-width spaces and direction marks."""
# What a key leaves out.
_NOT_SPELLED = re.compile(r"[\W_]+")
# ASCII is handled as bytes: dropping signs and counting words is ten times as fast.
_LETTERS = bytes(code for code in range(128) if chr(code).isalnum())
_SIGNS = bytes(code for code in range(128) if code not in _LETTERS)
_SMALL = bytes(range(256)).lower()
_SPACED = bytes(code if code in _LETTERS or code in b"_" or code > 127 else ord(" ") for code in range(256))
_MAX_KEPT = 2000  # characters of a text whose key is kept; bounds the memory
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
"""A word, or one Chinese or Japanese character: those scripts have no spaces between words."""


def squeeze(text: str | None) -> str:
    """Return `text` in NFC on one line, with single spaces and without soft hyphens and the like."""
    if not text:
        return ""
    text = " ".join(text.split())
    return text if text.isascii() else composed(text).strip()


def composed(text: str) -> str:
    """Return `text` in NFC, without soft hyphens and the like."""
    for sign in _INVISIBLE:
        text = text.replace(sign, "")
    return unicodedata.normalize("NFC", text)


def key(text: str | None) -> str:
    """Return what two spellings of the same words share: their letters and digits, case-folded."""
    if not text:
        return ""
    return _kept_key(text) if len(text) <= _MAX_KEPT else _key(text)


def _key(text: str) -> str:
    if text.isascii():
        return text.encode().translate(_SMALL, _SIGNS).decode()
    plain = text.casefold().encode("utf-8", "surrogatepass").translate(None, _SIGNS)
    letters = plain.decode("utf-8", "surrogatepass")
    return letters if letters.isalnum() else _NOT_SPELLED.sub("", letters)


_kept_key = lru_cache(maxsize=512)(_key)
"""Keys of the last texts: two thirds of the texts of a page are compared several times."""


def word_count(text: str) -> int:
    """Return the number of words in `text`; each Chinese or Japanese character is one."""
    words = text.encode("utf-8", "surrogatepass").translate(_SPACED).split()
    if text.isascii():
        return len(words)
    others = [word for word in words if not word.isascii()]
    return len(words) - len(others) + len(TOKEN.findall(b" ".join(others).decode("utf-8", "surrogatepass")))


def words_in(blocks: Iterable[Block]) -> int:
    """Return the number of words in blocks."""
    return sum(word_count(block.text) for block in blocks)


def has_words(blocks: Iterable[Block], least: int) -> bool:
    """Whether blocks have at least `least` words; stops counting there."""
    return any(count >= least for count in accumulate(word_count(block.text) for block in blocks))


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Return the non-empty items in order, each in its first spelling."""
    seen: dict[str, str] = {}
    for item in items:
        if item:
            seen.setdefault(key(item) or item, item)
    return tuple(seen.values())


@lru_cache(maxsize=256)
def host_and_path(address: str) -> tuple[str, str]:
    """Return the host without 'www.' and the path without its last slash; each may be empty."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:  # "http://[": taken for an IPv6 address
        return "", ""
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/")


def shingles(tokens: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """Return all runs of `size` tokens, in their order."""
    return list(zip(*(tokens[at:] for at in range(size)), strict=False))

"""Small operations on strings that all of extraction shares: spacing, comparison, counting."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import accumulate

from worker.extract.types import Block

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f]")
_NOT_SPELLED = re.compile(r"[\W_]+")
_LETTERS = bytes(code for code in range(128) if chr(code).isalnum())
_SIGNS = bytes(code for code in range(128) if code not in _LETTERS)
_SMALL = bytes(range(256)).lower()
_SPACED = bytes(code if code in _LETTERS or code == ord("_") else ord(" ") for code in range(256))
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
"""A word, or one Chinese or Japanese character: those scripts put no spaces between words."""
# Signs of ASCII are dropped as bytes, and words of ASCII counted so: ten times as fast.


def squeeze(text: str | None) -> str:
    """`text` in NFC on one line: a run of whitespace is one space, soft hyphens and the like are gone."""
    if not text:
        return ""
    text = " ".join(text.split())
    return text if text.isascii() else unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()


def key(text: str | None) -> str:
    """What two spellings of the same words share: letters and digits only, case folded."""
    if not text:
        return ""
    if text.isascii():
        return text.encode().translate(_SMALL, _SIGNS).decode()
    plain = text.casefold().encode("utf-8", "surrogatepass").translate(None, _SIGNS)
    return _NOT_SPELLED.sub("", plain.decode("utf-8", "surrogatepass"))


def word_count(text: str) -> int:
    """Words in `text`; each Chinese or Japanese character is one."""
    if text.isascii():
        return len(text.encode().translate(_SPACED).split())
    return len(TOKEN.findall(text))


def words_in(blocks: Iterable[Block]) -> int:
    """Words in the texts of blocks."""
    return sum(word_count(block.text) for block in blocks)


def has_words(blocks: Iterable[Block], least: int) -> bool:
    """Whether blocks have at least `least` words; those of a long text are not counted to the end."""
    return any(count >= least for count in accumulate(word_count(block.text) for block in blocks))


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """The items that say something, in order, the first spelling of each."""
    seen: dict[str, str] = {}
    for item in items:
        if item:
            seen.setdefault(key(item) or item, item)
    return tuple(seen.values())

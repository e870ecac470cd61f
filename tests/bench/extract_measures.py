"""Comparisons of one field of one page with the gold: plain functions, the same for every extractor."""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import unquote

_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_NAMES = re.compile(r"\s*[,;|/、，]\s*|\s+(?:and|und|et|y|&|и)\s+", re.IGNORECASE)
_ALIKE = 0.8
SHINGLE = 4


def overlap(gold: str, got: str) -> tuple[float, float]:
    """Return precision and recall of the 4-gram shingles of `got`."""
    wanted, found = _shingles(gold), _shingles(got)
    common = sum((wanted & found).values())
    return common / (sum(found.values()) or 1), common / (sum(wanted.values()) or 1)


def set_f1(gold: Iterable[str], got: Iterable[str]) -> float:
    wanted, found = ({line(name).casefold() for name in names} for names in (gold, got))
    return 2 * len(wanted & found) / (len(wanted) + len(found)) if wanted or found else 1.0


def authors_f1(gold: str | list[str], got: Iterable[str]) -> float:
    """Return F1 of the names; a single byline counts as one name or several, whichever fits better."""
    if isinstance(gold, list) and len(gold) == 1:
        gold = gold[0]
    if isinstance(gold, list):
        return set_f1(gold, got)
    names = [name for name in _NAMES.split(gold) if name]
    return max(set_f1([gold], got), set_f1(names, got))


def line(text: str | None) -> str:
    """Return the text in NFC on one line with entities decoded: the form in which texts are 'exact'."""
    return " ".join(unicodedata.normalize("NFC", html.unescape(text or "")).split())


def bare(text: str | None) -> str:
    """Return the tokens in lower case with a blank before and after each, without punctuation."""
    return " ".join(["", *_TOKEN.findall(line(text).casefold()), ""])


def same_caption(one: str, other: str) -> bool:
    """Whether two captions have the same words, or an F1 of 0.8 by shingles."""
    one, other = bare(one), bare(other)
    precision, recall = overlap(one, other)
    both = precision + recall
    return one == other or (both > 0 and 2 * precision * recall / both >= _ALIKE)


def address(url: str) -> str:
    """Return an address without scheme, query and fragment."""
    return re.sub(r"^[a-z]*:?//", "", re.split(r"[?#]", url.strip(), maxsplit=1)[0], flags=re.IGNORECASE)


def file_name(url: str) -> str:
    """Return the last segment of the path as written: equal for other sizes and hosts of a picture."""
    return unquote(address(unquote(url)).rstrip("/").rsplit("/", 1)[-1]).casefold()


def same_day(gold: datetime, got: datetime | None, *, instant: bool) -> bool:
    """Whether both are on one day, in their own zones or in that of the gold."""
    if got is None:
        return False
    zoned = instant and gold.tzinfo and got.tzinfo
    return gold.date() in (got.date(), got.astimezone(gold.tzinfo).date() if zoned else got.date())


def same_instant(gold: datetime, got: datetime | None, *, instant: bool) -> bool:
    """Whether both are equal to the second; if the gold has no zone, their clocks must be equal."""
    if got is None or not instant or got.tzinfo is None:
        return False
    return abs(((got if gold.tzinfo else got.replace(tzinfo=None)) - gold).total_seconds()) < 1


def moment(text: str | None) -> datetime | None:
    """Return a date of the gold; None if it is malformed."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    return (
        Counter(tuple(tokens[at : at + SHINGLE]) for at in range(max(1, len(tokens) - SHINGLE + 1)))
        if tokens
        else Counter()
    )

"""JSON as publishers write it: with comments, stray commas and quotes, line breaks, entities.

json-repair 0.64 was tried instead: of the 21 blocks in need of repair among 717 of the corpus it reads one
better and loses text of one, and `"a": "b", “"a": "b", ` repeated to 56 kB keeps it busy for more than 5 s
(here 30 ms).
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

# Comments and CDATA around the document, for browsers of the last century.
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$", re.DOTALL
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_COMMENT = re.compile(r"/\*.{0,500}?\*/|//[^\n]*", re.DOTALL)
_CLOSES = re.compile(r"\s*(?:[:}\]]|,\s*(?:[\"'{\[}\]/]|-?\d|true\b|false\b|null\b)|$)")
"""The text after a quote that ends a string; a quote before anything else is part of the string."""
# A value without quotes.
_BARE_WORD = re.compile(r"(?<=:)\s*(?!true\b|false\b|null\b)[^\W\d][^\n{}\[\]\",]{0,100}(?=\s*[,}])")
_NO_CHARACTER = re.compile(
    r"\\u(?:00(?:0[0-8bcef]|1[0-9a-f]|7f)|fff[ef]|d[89ab][0-9a-f]{2}(?!\\ud[c-f])"
    r"|(?<!\\ud[89ab][0-9a-f]{2}\\u)d[c-f][0-9a-f]{2})",
    re.IGNORECASE,
)
"""Escapes of control characters and of halves of surrogate pairs, which PostgreSQL cannot store."""
_MAX_REPAIRED = 200_000  # characters; bounds the work on a hostile page


def read_lenient_json(text: str) -> Any:
    """Return the value of a JSON text, repaired if necessary; a list of several; None without any."""
    text = _NO_CHARACTER.sub(" ", text)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    for attempt in _repaired(text):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _in_a_row(_without_wrapping(text)) or None


def _repaired(text: str) -> Iterator[str]:
    bare = _without_wrapping(text)
    yield bare
    yield html.unescape(bare)
    if len(bare) <= _MAX_REPAIRED:
        requoted = _requoted(bare)
        yield requoted
        yield _BARE_WORD.sub("null", requoted)


def _without_wrapping(text: str) -> str:
    return _TRAILING_COMMA.sub("", _WRAPPING.sub("", _WRAPPING.sub("", text.strip())))


def _requoted(text: str) -> str:
    """Return `text` with quotes in strings escaped, single quotes made double, and comments removed."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        start = _next_string(text, at)
        pieces.append(_COMMENT.sub("", text[at:start]))
        if start == len(text):
            break
        end = _end_of_string(text, start)
        inside = re.sub(r'(?<!\\)"', r"\"", text[start + 1 : end])
        pieces.append(f'"{inside}"')
        at = end + 1
    return _TRAILING_COMMA.sub("", "".join(pieces))


def _next_string(text: str, at: int) -> int:
    """Return the start of the next string after any comments; the text's end if there is none."""
    while at < len(text):
        if text[at] in "\"'":
            return at
        comment = _COMMENT.match(text, at) if text[at] == "/" else None
        at = comment.end() if comment else at + 1
    return at


def _end_of_string(text: str, start: int) -> int:
    """Return the index of the quote that closes the string which begins at `start`."""
    at = start + 1
    while (at := text.find(text[start], at)) >= 0:
        if text[at - 1] != "\\" and _CLOSES.match(text, at + 1):
            return at
        at += 1
    return len(text)


def _in_a_row(text: str) -> list[Any]:
    """Return the documents one after the other, up to the first unreadable one."""
    decoder, found, at = json.JSONDecoder(strict=False), [], 0
    while (start := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        found.append(value)
    return found

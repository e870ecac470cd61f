"""JSON as publishers write it: with comments, stray commas and quotes, line breaks, entities, in a row."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$", re.DOTALL
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_COMMENT = re.compile(r"/\*.{0,500}?\*/|//[^\n]*", re.DOTALL)
_CLOSES = re.compile(r"\s*(?:[:}\]]|,\s*(?:[\"'{\[}\]/]|-?\d|true\b|false\b|null\b)|$)")
"""What follows a quote that ends a string: a quote before anything else was meant to be in it."""
_BARE_WORD = re.compile(r"(?<=:)\s*(?!true\b|false\b|null\b)[^\W\d][^\n{}\[\]\",]{0,100}(?=\s*[,}])")
_NO_CHARACTER = re.compile(
    r"\\u(?:00(?:0[0-8bcef]|1[0-9a-f]|7f)|fff[ef]|d[89ab][0-9a-f]{2}(?!\\ud[c-f])"
    r"|(?<!\\ud[89ab][0-9a-f]{2}\\u)d[c-f][0-9a-f]{2})",
    re.IGNORECASE,
)
"""Escapes of what is no text: control characters and halves of surrogate pairs; no database takes them."""
_MAX_REPAIRED = 200_000


def read_json(text: str) -> Any:
    """The value of a JSON text, repaired where need be; a list of those that can be read if it has several.

    None where there are none.
    """
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
    """`text` with quotes inside of strings escaped, single-quoted strings made double, comments left out."""
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
    """Where the next string begins, comments passed over; the text's end where there is none."""
    while at < len(text):
        if text[at] in "\"'":
            return at
        comment = _COMMENT.match(text, at) if text[at] == "/" else None
        at = comment.end() if comment else at + 1
    return at


def _end_of_string(text: str, start: int) -> int:
    """Where the quote is that closes the string which begins at `start`."""
    at = start + 1
    while (at := text.find(text[start], at)) >= 0:
        if text[at - 1] != "\\" and _CLOSES.match(text, at + 1):
            return at
        at += 1
    return len(text)


def _in_a_row(text: str) -> list[Any]:
    """Documents one after the other, up to the first that cannot be read."""
    decoder, found, at = json.JSONDecoder(strict=False), [], 0
    while (start := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        found.append(value)
    return found

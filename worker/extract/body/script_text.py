"""The article of a page that is drawn by script: its HTML or paragraphs as they wait in the page's data.

Frameworks put what they draw into a script as JSON (Next.js, Nuxt, Apollo, Fusion), some as JSON inside of a
string of JSON. Asked only where the page itself shows no text.
"""

import html
import json
import re
from collections.abc import Iterator

from worker.extract.words import word_count
from worker.text.html import Tree

_STRING = re.compile(r'"((?:[^"\\]|\\.){40,})"')
_NAMED = re.compile(r'"(\w{2,40})"\s*:\s*"((?:[^"\\]|\\.){40,})"')
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_SENTENCE = re.compile(r"[.!?…。！？।؟][\"'”’»)\]」』]*\s*$")
_PROSE_NAMES = re.compile(r"^(?:content|text|body|html|paragraph|value|raw|copy)\w*$", re.IGNORECASE)
_MIN_WORDS = 80
_MIN_PIECES = 3
_MAX_SCRIPT = 3_000_000
_DEEPEST = 2


def article_in_scripts(tree: Tree) -> str:
    """HTML of the longest article in the data of the page's scripts, '' where there is none."""
    best, most = "", _MIN_WORDS - 1
    for source in _data(tree):
        for found in _candidates(source, 0):
            words = word_count(_TAG.sub(" ", found))
            if words > most:
                best, most = found, words
    return best


def _data(tree: Tree) -> Iterator[str]:
    for script in tree.iter("script"):
        if script.text and "ld+json" not in (script.get("type") or ""):
            yield script.text[:_MAX_SCRIPT]


def _candidates(source: str, depth: int) -> Iterator[str]:
    """Strings of HTML with paragraphs, and the pieces of prose under one name taken together."""
    by_name: dict[str, list[str]] = {}
    for name, written in _NAMED.findall(source):
        if _PROSE_NAMES.match(name) and _SENTENCE.search(piece := _TAG.sub(" ", _read(written))):
            by_name.setdefault(name, []).append(piece)
    for pieces in by_name.values():
        if len(pieces) >= _MIN_PIECES:
            yield "".join(f"<p>{html.escape(piece)}</p>" for piece in dict.fromkeys(pieces))
    for written in _STRING.findall(source):
        text = _read(written)
        if len(_PARAGRAPH.findall(text)) >= _MIN_PIECES:
            yield text
        if depth < _DEEPEST and '":' in text:
            yield from _candidates(text, depth + 1)


def _read(written: str) -> str:
    """A JSON string without its quotes, as text; '' where it is none."""
    try:
        return str(json.loads(f'"{written}"', strict=False))
    except ValueError:
        return ""

"""The article's text in the page's data: `articleBody` of JSON-LD, and the JSON in its scripts.

Frameworks put what they draw into a script as JSON (Next.js, Nuxt, Apollo, Fusion), some as JSON inside a
JSON string. Only used where the page itself shows too little text.
"""

import html
import json
import re
from collections.abc import Iterator
from itertools import chain

from worker.extract.body.script_data import articles_in
from worker.extract.head import Head
from worker.extract.types import Block
from worker.extract.words import squeeze, word_count, words_in
from worker.text.html import Tree

# JSON strings of 40 characters or more, since shorter ones are not paragraphs, and the HTML in them.
_TAG = re.compile(r"<[^<>]*>")
_BLOCK_TAG = re.compile(r"<(/?)(p|br|div|h\d|li|blockquote)\b[^<>]*>|<[^<>]*>", re.IGNORECASE)
_STRING = re.compile(r'"((?:[^"\\]|\\[\s\S]){40,}+)(?:"|\\?\Z)')
_NAMED = re.compile(r'"(\w{2,40})"\s*:\s*"((?:[^"\\]|\\[\s\S]){40,}+)(?:"|\\?\Z)')
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?…。！？।؟][\"'”’»)\]」』]*\s*$")
_PROSE_NAMES = re.compile(r"^(?:content|text|body|html|paragraph|value|raw|copy)\w*$", re.IGNORECASE)
_MUCH_MORE = 2  # times the words of the page: `articleBody` is then the fuller text; a guess
_MIN_WORDS = 80  # of an article; below it is a teaser; a guess
_MIN_PIECES = 3  # paragraphs of an article; a guess
_MAX_SCRIPT = 3_000_000  # characters of a script that are read; bounds the work
_DEEPEST = 2  # JSON strings inside JSON strings; a guess


def fuller_body(head: Head, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the paragraphs of `articleBody` if it has at least twice the words of `blocks`; otherwise ()."""
    stated = head.json_ld.get("articleBody")
    if not isinstance(stated, str) or not stated:
        return ()
    text = _BLOCK_TAG.sub(lambda tag: "\n" if tag[2] else "", html.unescape(stated))
    if word_count(text) < max(_MIN_WORDS, _MUCH_MORE * words_in(blocks)):
        return ()
    return tuple(Block("paragraph", line) for part in text.split("\n") if (line := squeeze(part)))


def article_in_scripts(tree: Tree) -> str:
    """Return the HTML of the longest article in the data of the page's scripts; '' if there is none."""
    scripts = list(_data(tree))
    written = chain(articles_in(scripts), *(_candidates(source, 0) for source in scripts))
    best, most = "", _MIN_WORDS - 1
    for found in written:
        words = word_count(_TAG.sub(" ", found))
        if words > most:
            best, most = found, words
    return best


def _data(tree: Tree) -> Iterator[str]:
    for script in tree.iter("script"):
        if script.text and "ld+json" not in (script.get("type") or ""):
            yield script.text[:_MAX_SCRIPT]


def _candidates(source: str, depth: int) -> Iterator[str]:
    """Yield strings of HTML with paragraphs, and the pieces of prose under one name joined together."""
    by_name: dict[str, list[str]] = {}
    for name, written in _NAMED.findall(source):
        if _PROSE_NAMES.match(name) and _SENTENCE.search(piece := _TAG.sub(" ", _unquoted(written))):
            by_name.setdefault(name, []).append(piece)
    for pieces in by_name.values():
        if len(pieces) >= _MIN_PIECES:
            yield "".join(f"<p>{html.escape(piece)}</p>" for piece in dict.fromkeys(pieces))
    for written in _STRING.findall(source):
        text = _unquoted(written)
        if len(_PARAGRAPH.findall(text)) >= _MIN_PIECES:
            yield text
        if depth < _DEEPEST and '":' in text:
            yield from _candidates(text, depth + 1)


def _unquoted(written: str) -> str:
    """Return a JSON string without its quotes as text; '' for anything else."""
    try:
        return str(json.loads(f'"{written}"', strict=False))
    except ValueError:
        return ""

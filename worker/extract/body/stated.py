"""The body as JSON-LD states it, for pages that show less than they say."""

import html
import re

from worker.extract.head import Head
from worker.extract.types import Block
from worker.extract.words import squeeze, word_count, words_in

_TAG = re.compile(r"<(/?)(p|br|div|h\d|li|blockquote)\b[^<>]*>|<[^<>]*>", re.IGNORECASE)
_MUCH_MORE = 2
_MIN_WORDS = 80


def fuller_body(head: Head, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The paragraphs of `articleBody` where it has at least twice the words that were found; else ()."""
    stated = head.json_ld.get("articleBody")
    if not isinstance(stated, str) or not stated:
        return ()
    text = _TAG.sub(lambda tag: "\n" if tag[2] else "", html.unescape(stated))
    if word_count(text) < max(_MIN_WORDS, _MUCH_MORE * words_in(blocks)):
        return ()
    return tuple(Block("paragraph", line) for part in text.split("\n") if (line := squeeze(part)))

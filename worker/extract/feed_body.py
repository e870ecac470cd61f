"""The body as the feed carried it, for pages that show less of the article than their feed."""

import re

from worker.extract.types import Block
from worker.extract.words import TOKEN, words_in

MUCH_MORE = 1.5
_BEGINNING = 40
_AGREE = 0.7
_SIGNATURE = re.compile(
    r"the post .{1,200} (?:first )?appeared first on .{1,80}|der beitrag .{1,200} erschien zuerst auf .{1,80}"
    r"|l.article .{1,200} est apparu en premier sur .{1,80}"
    r"|l.articolo .{1,200} (?:proviene da|sembra essere) .{1,80}"
    r"|la entrada .{1,200} (?:se publicó primero|aparece primero|apareció primero) en .{1,80}"
    r"|(?:o post|o conteúdo) .{1,200} apareceu primeiro em .{1,80}"
    r"|het bericht .{1,200} verscheen eerst op .{1,80}"
    r"|(?:сообщение|запись) .{1,200} (?:появились?|впервые появил\w+) (?:сначала )?на .{1,80}"
    r"|artykuł .{1,200} pochodzi z serwisu .{1,80}|投稿 ?.{1,200} は .{1,80} に最初に表示されました",
    re.IGNORECASE,
)
"""What WordPress adds to each item of a feed, by language."""


def is_fuller(feed: tuple[Block, ...], page: tuple[Block, ...]) -> bool:
    """Whether the feed has much more of the same text: it begins as the page does and goes on after it.

    A page may begin with a standfirst that the feed leaves out, or the other way round, so the words of the
    page's beginning are looked for in a somewhat longer beginning of the feed's text.
    """
    if words_in(feed) < MUCH_MORE * words_in(page):
        return False
    shown = _beginning(page, _BEGINNING)
    carried = set(_beginning(feed, 2 * _BEGINNING))
    return bool(shown) and sum(word in carried for word in shown) >= _AGREE * len(shown)


def without_signature(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks without the line about where the post appeared first."""
    last = blocks[-1] if blocks else None
    return blocks[:-1] if last and _SIGNATURE.fullmatch(last.text.rstrip(". 。")) else blocks


def _beginning(blocks: tuple[Block, ...], count: int) -> list[str]:
    """The first words of the text, headings left out."""
    text = " ".join(block.text for block in blocks[: count // 2] if block.kind != "heading")
    return TOKEN.findall(text.casefold())[:count]

"""The body of an article, arranged for a page."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from worker.web.api.models import ArticleBlock


def segments(block: ArticleBlock) -> Iterator[tuple[str, str | None]]:
    """The text of a block in pieces, each with where it leads; links that overlap are left out."""
    end = 0
    for link in sorted(block.links, key=lambda link: link.start):
        if not end <= link.start < link.end <= len(block.text):
            continue
        if end < link.start:
            yield block.text[end : link.start], None
        yield block.text[link.start : link.end], link.url
        end = link.end
    if end < len(block.text):
        yield block.text[end:], None


def groups(blocks: Sequence[ArticleBlock]) -> Iterator[tuple[str, list[ArticleBlock]]]:
    """Blocks by kind: neighbouring list items come together, everything else alone."""
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        if kind == "list_item":
            yield kind, list(run)
        else:
            yield from ((kind, [block]) for block in run)

"""A page in, an Article or a Refusal out: the order of the steps.

bytes ─ refuse what is no HTML ─ decode ─ parse ─┬─ head, JSON-LD ─ metadata, images
                                                 └─ refuse walls ─ body ─ blocks ─ refuse stubs ─ Article
on any refusal: the feed's own content, if it is long enough to stand for the article
"""

from collections.abc import Callable
from functools import partial

from worker.extract.article import Article
from worker.extract.blocks import to_blocks
from worker.extract.body import find_body
from worker.extract.furniture import without_furniture
from worker.extract.head import read_head
from worker.extract.images import read_images
from worker.extract.metadata import Found, read_metadata
from worker.extract.page import Tree, parse, parse_text
from worker.extract.refuse import refuse_body, refuse_page
from worker.extract.stated_body import fuller_body
from worker.extract.types import Block, FeedItem, Image
from worker.extract.words import word_count
from worker.outcome import Refusal
from worker.urls import join

MIN_FEED_WORDS = 80
"""The feed's content stands for the article from this length on; below it is a teaser."""

_Parse = Callable[[], Tree | Refusal]


def extract(
    body: bytes, *, url: str, content_type: str | None = None, entry: FeedItem | None = None
) -> Article | Refusal:
    """The article of a page as fetched from `url`, or why there is none. Any bytes give one or the other.

    Where the page is refused or empty, the content that the feed carried makes the article if it has
    `MIN_FEED_WORDS`; its body then has the provenance 'feed'.
    """
    answer = _from_tree(partial(parse, body, content_type), url, entry)
    if isinstance(answer, Refusal) and entry is not None:
        return _from_feed(entry, url) or answer
    return answer


def _from_tree(parsed: _Parse, url: str, entry: FeedItem | None) -> Article | Refusal:
    tree = parsed()
    if isinstance(tree, Refusal):
        return tree
    absolute = partial(_absolute, _base(tree, url))
    head = read_head(tree)
    if refusal := refuse_page(tree, head, url):
        return refusal
    found = read_metadata(tree, head, url, entry)
    images = read_images(tree, head, absolute)
    blocks = _blocks(tree, parsed, absolute, found.fields.get("title"))
    if rival := fuller_body(head, blocks):
        blocks = without_furniture(rival, found.fields.get("title"))
        found.provenance["blocks"] = "json-ld"
    return refuse_body(blocks, found, head) or _article(found, blocks, images)


def _from_feed(entry: FeedItem, url: str) -> Article | None:
    """The article as far as the feed's own content gives it, None if that is too short."""
    content = entry.content or entry.summary or ""
    parsed = partial(parse_text, f"<html><body><article>{content}</article></body></html>")
    tree = parsed()
    if isinstance(tree, Refusal):
        return None
    absolute = partial(_absolute, url)
    head = read_head(tree)
    found = read_metadata(tree, head, url, entry)
    images = read_images(tree, head, absolute)
    blocks = _blocks(tree, parsed, absolute, found.fields.get("title"))
    if sum(word_count(block.text) for block in blocks) < MIN_FEED_WORDS:
        return None
    found.provenance["blocks"] = "feed"
    return _article(found, blocks, images)


def _blocks(
    tree: Tree, parsed: _Parse, absolute: Callable[[str], str | None], title: str | None
) -> tuple[Block, ...]:
    """The body's blocks; `tree` is used up."""

    def again() -> Tree:
        fresh = parsed()
        assert not isinstance(fresh, Refusal), "what was parsed once parses again"
        return fresh

    body = find_body(tree, again)
    return () if body is None else without_furniture(to_blocks(body, absolute), title)


def _article(found: Found, blocks: tuple[Block, ...], images: tuple[Image, ...]) -> Article:
    if blocks:
        found.provenance.setdefault("blocks", "html")
    if images:
        found.provenance.setdefault("images", "html")
    return Article(
        **{"title": None, **found.fields},
        blocks=blocks,
        images=images,
        word_count=sum(word_count(block.text) for block in blocks),
        provenance=tuple(sorted(found.provenance.items())),
    )


def _base(tree: Tree, url: str) -> str:
    element = tree.find(".//base")
    href = element.get("href") if element is not None else None
    return (join(url, href) if href else None) or url


def _absolute(base: str, link: str) -> str | None:
    return join(base, link.strip()) if link.strip() and not link.startswith("#") else None

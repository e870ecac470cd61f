"""A page in, an Article or a Refusal out: the order of the steps.

bytes ─ refuse what is no HTML ─ decode ─ parse ─┬─ head, JSON-LD ─ metadata, images
                                                 └─ refuse walls ─ body ─ blocks ─ refuse stubs ─ Article
where the page shows too little: articleBody of JSON-LD, the data of its scripts
on any refusal: the feed's own content, if it is long enough to stand for the article
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from worker.extract.article import Article
from worker.extract.authors import agencies_in, agencies_of_text
from worker.extract.body import find_blocks, named_blocks
from worker.extract.body.blocks import without_furniture
from worker.extract.body.page_data import article_in_scripts, fuller_body
from worker.extract.feed_body import MUCH_MORE, is_fuller, without_signature
from worker.extract.found import Found
from worker.extract.head import Head, read_head
from worker.extract.images import caption_elements, find_pictures, read_images
from worker.extract.metadata import read_metadata, settle_by_text
from worker.extract.page_index import Index, index_of
from worker.extract.refusals import refuse_body, refuse_page
from worker.extract.rules import Rule, Rules
from worker.extract.rules.apply import RuleRefusal, apply_rule
from worker.extract.types import Absolute, Block, FeedItem, Headers, Image
from worker.extract.words import has_words, words_in
from worker.outcome import Refusal
from worker.text.html import Tree, parse_html, parse_page
from worker.urls import join

MIN_FEED_WORDS = 80
"""The feed's content stands for the article from this length on; below it is a teaser."""

MIN_WORDS_SHOWN = 80
"""A page that shows less is looked through for an article in the data of its scripts."""

_BEGINNING = 20
"""Blocks that are enough to tell a text's language."""

_Parse = Callable[[], Tree | Refusal]


def extract(
    body: bytes,
    *,
    url: str,
    content_type: str | None = None,
    entry: FeedItem | None = None,
    rules: Rules | None = None,
    headers: Headers = (),
) -> Article | Refusal:
    """The article of a page as fetched from `url`, or why there is none. Any bytes give one or the other.

    Where the page is refused or empty, the content that the feed carried makes the article if it has
    `MIN_FEED_WORDS`, and also where the page shows only its beginning; the body then has the provenance
    'feed'. Of `rules` the one for `url` goes before everything else; what it should have found and did not is
    in `rule_misses`, of a `RuleRefusal` if nothing came of it.
    `headers` are the response's; those about rights count.
    """
    rule = rules.for_url(url) if rules else None
    answer = _from_tree(partial(parse_page, body, content_type), url, entry, rule, headers)
    if isinstance(answer, Refusal) and entry is not None:
        misses = answer.rule_misses if isinstance(answer, RuleRefusal) else ()
        return _from_feed(entry, url, misses) or answer
    if isinstance(answer, Article) and entry is not None and dict(answer.provenance).get("blocks") != "rule":
        return _fuller_of_feed(answer, entry, url)
    return answer


def _from_tree(
    parsed: _Parse, url: str, entry: FeedItem | None, rule: Rule | None, headers: Headers
) -> Article | Refusal:
    tree = parsed()
    if isinstance(tree, Refusal):
        return tree
    index = index_of(tree)
    absolute = partial(_absolute, _base(tree, url))
    head = read_head(tree)
    ruled = apply_rule(rule, tree)
    if ruled.body is None and (refusal := refuse_page(tree, head, url)):
        return refusal
    found = read_metadata(index, head, url, entry, headers)
    ruled.settle(found.fields, found.provenance)
    title = found.fields.get("title")
    if ruled.body is not None:
        images = read_images(tree, head, absolute)
        blocks = named_blocks(ruled.body, title, absolute, caption_elements(index_of(ruled.body)))
    else:
        images, blocks = _shown(index, head, title, absolute)
        if rival := fuller_body(head, blocks):
            blocks = without_furniture(rival, title)
            found.provenance["blocks"] = "json-ld"
        elif not has_words(blocks, MIN_WORDS_SHOWN) and (drawn := _drawn(tree, head, title, absolute)):
            images, blocks = drawn
            found.provenance["blocks"] = "script"
    words = words_in(blocks)
    _settle(found, head, url, entry, blocks, words)
    refused = refuse_body(blocks, words, found, head, parsed)
    return ruled.refusal(refused) if refused else _article(found, blocks, words, images, ruled.misses)


def _shown(
    index: Index, head: Head, title: str | None, absolute: Absolute
) -> tuple[tuple[Image, ...], tuple[Block, ...]]:
    """The pictures and blocks of a page as its markup has them."""
    pictures = find_pictures(index.tree)
    images = read_images(index.tree, head, absolute, pictures)
    return images, find_blocks(index.tree, head, title, absolute, caption_elements(index, pictures))


def _drawn(
    tree: Tree, head: Head, title: str | None, absolute: Absolute
) -> tuple[tuple[Image, ...], tuple[Block, ...]] | None:
    """The pictures and blocks that the page's scripts would draw, None if they hold no article."""
    source = article_in_scripts(tree)
    drawn = _parse_piece(source) if source else None
    if drawn is None or isinstance(drawn, Refusal):
        return None
    images, blocks = _shown(index_of(drawn), head, title, absolute)
    return (images, blocks) if has_words(blocks, MIN_WORDS_SHOWN) else None


def _from_feed(entry: FeedItem, url: str, rule_misses: tuple[str, ...]) -> Article | None:
    """The article as far as the feed's own content gives it, None if that is too short."""
    tree = _parse_piece(entry.content or entry.summary or "")
    if isinstance(tree, Refusal):
        return None
    absolute = partial(_absolute, url)
    head = read_head(tree)
    index = index_of(tree)
    found = read_metadata(index, head, url, entry)
    images, blocks = _shown(index, head, found.fields.get("title"), absolute)
    blocks = without_signature(blocks)
    words = words_in(blocks)
    if words < MIN_FEED_WORDS:
        return None
    _settle(found, head, url, entry, blocks, words)
    found.provenance["blocks"] = "feed"
    return _article(found, blocks, words, images, rule_misses)


def _fuller_of_feed(article: Article, entry: FeedItem, url: str) -> Article:
    """The article, with the feed's body where the page shows only the beginning of it."""
    if len(entry.content or "") < len(article.text) * MUCH_MORE:
        return article
    carried = _from_feed(entry, url, ())
    if carried is None or not is_fuller(carried.blocks, article.blocks):
        return article
    sources = {**dict(article.provenance), "blocks": "feed"}
    return replace(
        article,
        blocks=carried.blocks,
        word_count=carried.word_count,
        provenance=tuple(sorted(sources.items())),
    )


def _settle(
    found: Found, head: Head, url: str, entry: FeedItem | None, blocks: tuple[Block, ...], words: int
) -> None:
    beginning = "\n".join(block.text for block in blocks[:_BEGINNING])
    settle_by_text(found, head, url, entry, beginning, words)


def _article(
    found: Found,
    blocks: tuple[Block, ...],
    words: int,
    images: tuple[Image, ...],
    rule_misses: tuple[str, ...],
) -> Article:
    if blocks:
        found.provenance.setdefault("blocks", "html")
        _add_agencies(found, blocks)
    if images:
        found.provenance.setdefault("images", "html")
    return Article(
        **{"title": None, **found.fields},
        blocks=blocks,
        images=images,
        word_count=words,
        rule_misses=rule_misses,
        provenance=tuple(sorted(found.provenance.items())),
    )


def _add_agencies(found: Found, blocks: tuple[Block, ...]) -> None:
    """Those of the dateline and of the sources at the end, beside those that are stated."""
    stated = found.fields.get("agencies", ())
    printed = agencies_of_text([block.text for block in blocks])
    found.put("agencies", agencies_in((*stated, *printed)), found.provenance.get("agencies", "text"))


def _parse_piece(source: str) -> Tree | Refusal:
    """The tree of a page whose article is this HTML."""
    return parse_html(f"<html><body><article>{source}</article></body></html>")


def _base(tree: Tree, url: str) -> str:
    element = next(tree.iter("base"), None)
    href = element.get("href") if element is not None else None
    return (join(url, href) if href else None) or url


def _absolute(base: str, link: str) -> str | None:
    return join(base, link.strip()) if link.strip() and not link.startswith("#") else None

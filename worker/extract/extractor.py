"""Extraction: a page in, an Article or a Refusal out, in this order of steps.

bytes ─ refuse non-HTML ─ decode ─ parse ─┬─ head, JSON-LD ─ metadata, images
                                          └─ refuse walls ─ body ─ blocks ─ refuse stubs ─ Article
if the page shows too little text: articleBody of JSON-LD, the data of its scripts
after a refusal: the content of the feed, if it is long enough to be the article
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from worker.extract.article import Article, Draft
from worker.extract.authors import agencies_in, agencies_of_text
from worker.extract.body import Body, find_body, named_blocks
from worker.extract.body.blocks import without_furniture
from worker.extract.body.page_data import article_in_scripts, fuller_body
from worker.extract.head import Head, read_head
from worker.extract.images import caption_elements, find_pictures, read_images
from worker.extract.metadata import read_metadata, settle_by_text
from worker.extract.page_index import Index, index_of
from worker.extract.refusals import refuse_body, refuse_page
from worker.extract.rules import Rule, Rules
from worker.extract.rules.apply import RuleRefusal, apply_rule
from worker.extract.types import Absolute, Block, FeedItem, Headers, Image
from worker.extract.words import TOKEN, has_words, words_in
from worker.outcome import Refusal
from worker.text.html import Tree, parse_html, parse_page
from worker.urls import join

MIN_FEED_WORDS = 80
"""Words from which the feed's content is an article; below it is a teaser. A guess."""

MIN_WORDS_SHOWN = 80
"""Words of a page below which the data of its scripts is searched for an article. A guess."""

# Guesses that the corpus did not contradict.
_LANGUAGE_BLOCKS = 20  # blocks that show a text's language
_MUCH_MORE = 1.5  # times the words of the page: the feed's text is then the fuller one
_BEGINNING = 40  # words in which page and feed are compared
_AGREE = 0.7  # share of these that both must have
_SIGNATURE = re.compile(
    r"the post .{1,200} (?:first )?appeared first on .{1,80}"
    r"|der beitrag .{1,200} erschien zuerst auf .{1,80}|l.article .{1,200} est apparu en premier sur .{1,80}"
    r"|l.articolo .{1,200} (?:proviene da|sembra essere) .{1,80}|la entrada .{1,200} (?:se publicó primero"
    r"|aparece primero|apareció primero) en .{1,80}|(?:o post"
    r"|o conteúdo) .{1,200} apareceu primeiro em .{1,80}|het bericht .{1,200} verscheen eerst op .{1,80}"
    r"|(?:сообщение|запись) .{1,200} (?:появились?|впервые появил\w+) (?:сначала )?на .{1,80}"
    r"|artykuł .{1,200} pochodzi z serwisu .{1,80}|投稿 ?.{1,200} は .{1,80} に最初に表示されました",
    re.IGNORECASE,
)
"""The line that WordPress adds to each item of a feed, by language."""
_Parse = Callable[[], Tree | Refusal]
_Content = tuple[tuple[Image, ...], Body]


def extract(
    body: bytes,
    *,
    url: str,
    content_type: str | None = None,
    entry: FeedItem | None = None,
    rules: Rules | None = None,
    headers: Headers = (),
    now: datetime | None = None,
) -> Article | Refusal:
    """Return the article of a page fetched from `url`, or why there is none; never fails, whatever the bytes.

    If the page is refused, the content of its feed `entry` makes the article from `MIN_FEED_WORDS` words on;
    so it does if the page shows only its beginning. The provenance of the body is then 'feed'. The rule for
    `url` among `rules` goes before everything else; its misses are in `rule_misses`, also of a `RuleRefusal`.
    `headers` are those of the response, where rights may be reserved. `now` is when the page was fetched:
    dates after it are not believed while anything else is stated. None: all dates are."""
    rule = rules.for_url(url) if rules else None
    answer = _from_page(partial(parse_page, body, content_type), url, entry, rule, headers, now)
    if isinstance(answer, Refusal) and entry is not None:
        misses = answer.rule_misses if isinstance(answer, RuleRefusal) else ()
        return _from_feed(entry, url, misses, now) or answer
    if isinstance(answer, Article) and entry is not None and dict(answer.provenance).get("blocks") != "rule":
        return _completed_by_feed(answer, entry, url)
    return answer


def _from_page(
    parsed: _Parse,
    url: str,
    entry: FeedItem | None,
    rule: Rule | None,
    headers: Headers,
    now: datetime | None,
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
    draft = read_metadata(index, head, url, entry, headers, now)
    ruled.settle(draft.fields, draft.provenance)
    title = draft.fields.get("title")
    if ruled.body is not None:
        images = read_images(tree, head, absolute)
        body = Body(named_blocks(ruled.body, title, absolute, caption_elements(index_of(ruled.body))))
    else:
        images, body = _visible_content(index, head, title, absolute)
        if rival := fuller_body(head, body.blocks):
            body = body._replace(blocks=without_furniture(rival, title))
            draft.provenance["blocks"] = "json-ld"
        elif not has_words(body.blocks, MIN_WORDS_SHOWN) and (
            drawn := _script_content(tree, head, title, absolute)
        ):
            images, body = drawn
            draft.provenance["blocks"] = "script"
    words = words_in(body.blocks)
    _settle(draft, head, url, entry, body.blocks, words)
    refused = refuse_body(body.blocks, words, draft, head, parsed)
    return ruled.refusal(refused) if refused else _finished(draft, body, words, images, ruled.misses)


def _visible_content(index: Index, head: Head, title: str | None, absolute: Absolute) -> _Content:
    pictures = find_pictures(index.tree)
    images = read_images(index.tree, head, absolute, pictures)
    return images, find_body(index.tree, head, title, absolute, caption_elements(index, pictures))


def _script_content(tree: Tree, head: Head, title: str | None, absolute: Absolute) -> _Content | None:
    """Return the images and body that the page's scripts would draw; None if they hold no article."""
    source = article_in_scripts(tree)
    drawn = _parse_piece(source) if source else None
    if drawn is None or isinstance(drawn, Refusal):
        return None
    images, body = _visible_content(index_of(drawn), head, title, absolute)
    return (images, body) if has_words(body.blocks, MIN_WORDS_SHOWN) else None


def _from_feed(
    entry: FeedItem, url: str, rule_misses: tuple[str, ...], now: datetime | None = None
) -> Article | None:
    """Return the article that the feed's own content makes; None if it is too short."""
    tree = _parse_piece(entry.content or entry.summary or "")
    if isinstance(tree, Refusal):
        return None
    absolute = partial(_absolute, url)
    head = read_head(tree)
    index = index_of(tree)
    draft = read_metadata(index, head, url, entry, now=now)
    images, body = _visible_content(index, head, draft.fields.get("title"), absolute)
    blocks = _without_signature(body.blocks)
    words = words_in(blocks)
    if words < MIN_FEED_WORDS:
        return None
    _settle(draft, head, url, entry, blocks, words)
    draft.provenance["blocks"] = "feed"
    return _finished(draft, body._replace(blocks=blocks), words, images, rule_misses)


def _completed_by_feed(article: Article, entry: FeedItem, url: str) -> Article:
    """Return the article, with the feed's body if the page shows only the beginning of it."""
    if len(entry.content or "") < len(article.text) * _MUCH_MORE:
        return article
    carried = _from_feed(entry, url, ())
    if carried is None or not _is_fuller(carried.blocks, article.blocks):
        return article
    sources = {**dict(article.provenance), "blocks": "feed"}
    return replace(
        article,
        blocks=carried.blocks,
        word_count=carried.word_count,
        provenance=tuple(sorted(sources.items())),
    )


def _settle(
    draft: Draft, head: Head, url: str, entry: FeedItem | None, blocks: tuple[Block, ...], words: int
) -> None:
    beginning = "\n".join(block.text for block in blocks[:_LANGUAGE_BLOCKS])
    settle_by_text(draft, head, url, entry, beginning, words)


def _finished(
    draft: Draft, body: Body, words: int, images: tuple[Image, ...], rule_misses: tuple[str, ...]
) -> Article:
    if body.blocks:
        draft.provenance.setdefault("blocks", "html")
        _add_agencies(draft, body)
    if images:
        draft.provenance.setdefault("images", "html")
    return Article(
        **{"title": None, **draft.fields},
        blocks=body.blocks,
        images=images,
        word_count=words,
        rule_misses=rule_misses,
        provenance=tuple(sorted(draft.provenance.items())),
    )


def _add_agencies(draft: Draft, body: Body) -> None:
    """Add the agencies of the dateline and of the lines of sources to those that are stated."""
    stated = draft.fields.get("agencies", ())
    printed = agencies_of_text([block.text for block in body.blocks], body.above, body.below)
    draft.put("agencies", agencies_in((*stated, *printed)), draft.provenance.get("agencies", "text"))


def _parse_piece(source: str) -> Tree | Refusal:
    return parse_html(f"<html><body><article>{source}</article></body></html>")


def _base(tree: Tree, url: str) -> str:
    element = next(tree.iter("base"), None)
    href = element.get("href") if element is not None else None
    return (join(url, href) if href else None) or url


def _absolute(base: str, link: str) -> str | None:
    return join(base, link.strip()) if link.strip() and not link.startswith("#") else None


def _is_fuller(feed: tuple[Block, ...], page: tuple[Block, ...]) -> bool:
    """Whether the feed has much more of the same text: it begins as the page does and goes on.

    Either may have a standfirst that the other lacks, so the words of the page's beginning are looked up in a
    somewhat longer beginning of the feed's text.
    """
    if words_in(feed) < _MUCH_MORE * words_in(page):
        return False
    shown = _beginning(page, _BEGINNING)
    carried = set(_beginning(feed, 2 * _BEGINNING))
    return bool(shown) and sum(word in carried for word in shown) >= _AGREE * len(shown)


def _without_signature(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks without the line that says where the post appeared first."""
    last = blocks[-1] if blocks else None
    return blocks[:-1] if last and _SIGNATURE.fullmatch(last.text.rstrip(". 。")) else blocks


def _beginning(blocks: tuple[Block, ...], count: int) -> list[str]:
    text = " ".join(block.text for block in blocks[: count // 2] if block.kind != "heading")
    return TOKEN.findall(text.casefold())[:count]

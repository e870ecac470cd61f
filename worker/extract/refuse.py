"""When a page is no article: told by the page as a whole before its body is looked for, or by its body.

Each rule needs two signs, since a refused article is lost and a stored non-article is only noise.
"""

import re
from typing import cast
from urllib.parse import urlsplit

from lxml import etree

from worker.extract import lexicon
from worker.extract.head import Head
from worker.extract.jsonld import types
from worker.extract.metadata import Found
from worker.extract.page import Tree
from worker.extract.types import Block
from worker.extract.words import squeeze, word_count
from worker.outcome import Reason, Refusal

_CHALLENGE = re.compile(f"^{lexicon.CHALLENGE}", re.IGNORECASE)
_CHALLENGE_MARKS = re.compile(
    r"challenge-platform|cf-chl|captcha|_Incapsula_|px-captcha|datadome|ddos-guard|perimeterx|awswaf", re.I
)
_CONSENT = re.compile(lexicon.CONSENT, re.IGNORECASE)
_ERROR = re.compile(lexicon.ERROR, re.IGNORECASE)
_LISTINGS = {"CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"}
_QUERIES = re.compile(r"(?:^|&)(?:q|s|query|search)=")
_VISIBLE = etree.XPath(
    ".//text()[not(parent::script or parent::style or ancestor::noscript or ancestor::template)]",
    smart_strings=False,
)
_UNLINKED = etree.XPath(
    ".//text()[not(parent::script or parent::style or ancestor::noscript"
    " or ancestor::template or ancestor::a)]",
    smart_strings=False,
)
_PROSE_BYTES = 200
_MANY_LINKS = 15
_FEW_PARAGRAPHS = 3
_LOOKED_AT = 5000
_BEGINNING = 400
_FEW_WORDS = 150
_STUB_WORDS = 40
_MIN_WORDS = 25


def refuse_page(tree: Tree, head: Head, url: str) -> Refusal | None:
    """Why the page as served shows no article: frames, a challenge, a wall, an error or an index."""
    body = tree.find(".//body")
    shown = tree if body is None else body
    if tree.find(".//frameset") is not None and word_count(_visible(shown)) < _MIN_WORDS:
        return Refusal(Reason.FRAMES_ONLY)
    if _states_article(head):
        return None
    if (_is_front(url) or _LISTINGS.intersection(types(head.json_ld))) and _is_index(shown):
        return Refusal(Reason.NOT_AN_ARTICLE, "an index: links and no running text")
    return _refuse_wall(tree, shown, head)


def refuse_body(blocks: tuple[Block, ...], found: Found, head: Head) -> Refusal | None:
    """Why what was found is no article: a stub before a paywall, or too little."""
    words = sum(word_count(block.text) for block in blocks)
    if found.fields.get("paywalled") and words < _STUB_WORDS:
        return Refusal(Reason.PAYWALL, f"only {words} words are shown")
    if words < (_MIN_WORDS // 2 if _states_article(head) else _MIN_WORDS):
        return Refusal(Reason.TOO_SHORT, f"{words} words")
    return None


def _states_article(head: Head) -> bool:
    node = head.json_ld
    return bool(node.get("headline") or node.get("datePublished")) or head.first("og:type") == "article"


def _refuse_wall(tree: Tree, body: Tree, head: Head) -> Refusal | None:
    """A title or script that is of a challenge, a consent wall or an error, and hardly any text with it."""
    title = head.titles[0] if head.titles else ""
    named = any(pattern.search(title) for pattern in (_CHALLENGE, _CONSENT, _ERROR))
    if not named and tree.find(".//form") is None and len(tree.findall(".//p")) >= _FEW_PARAGRAPHS:
        return None
    visible = _visible(body)
    if word_count(visible[:_LOOKED_AT]) >= _FEW_WORDS:
        return None
    detail = f"the title is {title[:100]!r}"
    if _CHALLENGE.search(title) or _has_challenge_script(tree):
        return Refusal(Reason.BOT_CHALLENGE, detail)
    if _CONSENT.search(f"{title} {visible[:_BEGINNING]}") and not head.first("og:type"):
        return Refusal(Reason.CONSENT_WALL, detail)
    return Refusal(Reason.NOT_AN_ARTICLE, f"an error page; {detail}") if _ERROR.search(title) else None


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.path.strip("/") or _QUERIES.search(parts.query) is not None


def _is_index(body: Tree) -> bool:
    """Many links, more text inside of them than outside, and nowhere a sentence of running text."""
    outside = cast(list[str], _UNLINKED(body))
    if any(len(text.encode()) >= _PROSE_BYTES for text in map(squeeze, outside)):
        return False
    links = [squeeze("".join(map(str, link.itertext()))) for link in body.iter("a")]
    return len(links) >= _MANY_LINKS and sum(map(len, links)) > sum(len(squeeze(text)) for text in outside)


def _visible(body: Tree) -> str:
    """The text a reader may see, in order."""
    return squeeze(" ".join(cast(list[str], _VISIBLE(body))))


def _has_challenge_script(tree: Tree) -> bool:
    return any(
        _CHALLENGE_MARKS.search(f"{script.get('src', '')} {(script.text or '')[:2000]}")
        for script in tree.iter("script")
    )

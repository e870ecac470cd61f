"""When a page is no article: told by the page as a whole before its body is looked for, or by its body.

Each rule needs two signs, since a refused article is lost and a stored non-article is only noise.
"""

import re
from urllib.parse import urlsplit

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
_FEW_WORDS = 150
_STUB_WORDS = 40
_MIN_WORDS = 25


def refuse_page(tree: Tree, head: Head) -> Refusal | None:
    """Why the page as served shows no article: frames, a challenge, a wall or an error."""
    title = head.titles[0] if head.titles else ""
    body = tree.find(".//body")
    if tree.find(".//frameset") is not None and (body is None or word_count(_visible(body)) < _MIN_WORDS):
        return Refusal(Reason.FRAMES_ONLY)
    if types(head.json_ld) and head.json_ld.get("headline"):
        return None
    challenged, errs, asks = _CHALLENGE.search(title), _ERROR.search(title), _CONSENT.search(title)
    if not (challenged or errs or asks or len(tree.findall(".//form")) or len(tree.findall(".//p")) < 3):
        return None
    visible = _visible(tree if body is None else body)
    few = word_count(visible[:5000]) < _FEW_WORDS
    if few and (challenged or _has_challenge_script(tree)):
        return Refusal(Reason.BOT_CHALLENGE, f"the title is {title!r}")
    if few and (asks or _CONSENT.search(visible[:400])) and not head.first("og:type"):
        return Refusal(Reason.CONSENT_WALL, f"the title is {title!r}")
    if few and errs:
        return Refusal(Reason.NOT_AN_ARTICLE, f"an error page; the title is {title!r}")
    return None


def refuse_body(blocks: tuple[Block, ...], found: Found, head: Head, url: str) -> Refusal | None:
    """Why what was found is no article: a listing, a stub before a paywall, or too little."""
    words = sum(word_count(block.text) for block in blocks)
    if found.fields.get("paywalled") and words < _STUB_WORDS:
        return Refusal(Reason.PAYWALL, f"only {words} words are shown")
    stated = (
        head.first("og:type") == "article"
        or bool(head.json_ld.get("headline"))
        or bool(head.json_ld.get("datePublished"))
    )
    if (
        not stated
        and (_is_front(url) or _LISTINGS.intersection(types(head.json_ld)))
        and _linked_share(blocks) > 0.5
    ):
        return Refusal(Reason.NOT_AN_ARTICLE, "an index: most of the text are links")
    if words < (_MIN_WORDS // 2 if stated else _MIN_WORDS):
        return Refusal(Reason.TOO_SHORT, f"{words} words")
    return None


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.path.strip("/") or bool(re.search(r"(?:^|&)(?:q|s|query|search)=", parts.query))


def _linked_share(blocks: tuple[Block, ...]) -> float:
    linked = sum(link.end - link.start for block in blocks for link in block.links)
    return linked / (sum(len(block.text) for block in blocks) or 1)


def _visible(element: Tree) -> str:
    """The text a reader may see: scripts and styles left out."""
    skipped = {"script", "style", "noscript", "template"}
    pieces = (part for node in element.iter() if node.tag not in skipped for part in (node.text,) if part)
    tails = (node.tail for node in element.iter() if node.tail)
    return squeeze(" ".join([*pieces, *tails]))


def _has_challenge_script(tree: Tree) -> bool:
    return any(
        _CHALLENGE_MARKS.search(f"{script.get('src', '')} {(script.text or '')[:2000]}")
        for script in tree.iter("script")
    )

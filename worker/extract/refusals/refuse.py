"""When a page is no article: told by the page as a whole before its body is looked for, or by its body.

Each rule needs two signs, since a refused article is lost and a stored non-article is only noise.
"""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from worker.extract.found import Found
from worker.extract.head import Head
from worker.extract.head.jsonld import types
from worker.extract.refusals import wall_words
from worker.extract.refusals.emptiness import explain
from worker.extract.refusals.listing import is_listing, only_links
from worker.extract.types import Block
from worker.extract.words import squeeze, word_count
from worker.outcome import Reason, Refusal
from worker.text.html import Tree

_CHALLENGE = re.compile(rf"^\W*(?:{wall_words.CHALLENGE})", re.IGNORECASE)
_CHALLENGE_MARKS = re.compile(
    r"challenge-platform|cf[-_]chl|captcha|_Incapsula_|incap_ses|px-captcha|datadome|ddos-guard|perimeterx|awswaf"
    r"|akam/\d|sec-cpt|bm-verify|turnstile|kpsdk|anubis_challenge|/_sec/verify",
    re.IGNORECASE,
)
_CONSENT = re.compile(wall_words.CONSENT, re.IGNORECASE)
_ERROR = re.compile(wall_words.ERROR, re.IGNORECASE)
_SILENT = frozenset({"script", "style"})
_CLOSED = frozenset({"noscript", "template"})
_FEW_PARAGRAPHS = 3
_LOOKED_AT = 5000
_BEGINNING = 400
_FEW_WORDS = 150
_STUB_WORDS = 40
_MOST_KEPT = 300
_MIN_WORDS = 25


def refuse_page(tree: Tree, head: Head, url: str) -> Refusal | None:
    """Why the page as served shows no article: frames, a challenge, a wall, an error or an index."""
    body = tree.find(".//body")
    shown = tree if body is None else body
    if tree.find(".//frameset") is not None and word_count(_visible(shown)) < _MIN_WORDS:
        return Refusal(Reason.FRAMES_ONLY)
    if _states_article(head):
        return None
    if is_listing(shown, url, types(head.json_ld)):
        return Refusal(Reason.NOT_AN_ARTICLE, "an index: links and no running text")
    return _refuse_wall(tree, shown, head)


def refuse_body(
    blocks: tuple[Block, ...], words: int, found: Found, head: Head, served: Callable[[], Tree | Refusal]
) -> Refusal | None:
    """Why what was found is no article: a stub before a paywall, links alone, or too little.

    `words` counts those of `blocks`. `served` gives the page as it was, to tell why there is too little.
    """
    if found.fields.get("paywalled") and words < _STUB_WORDS:
        return Refusal(Reason.PAYWALL, _stub(words, found))
    if words < (_MIN_WORDS // 2 if _states_article(head) else _MIN_WORDS):
        tree = served()
        return tree if isinstance(tree, Refusal) else explain(tree, head, words)
    if not _states_article(head) and only_links(blocks):
        return Refusal(Reason.NOT_AN_ARTICLE, "an index: nearly all of its text is links")
    return None


def _stub(words: int, found: Found) -> str:
    """What could be had of an article behind a paywall."""
    published = found.fields.get("published")
    known = (found.fields.get("title"), published and published.isoformat(), found.fields.get("summary"))
    return "; ".join((f"only {words} words are shown", *(str(one)[:_MOST_KEPT] for one in known if one)))


def _states_article(head: Head) -> bool:
    node = head.json_ld
    return bool(node.get("headline") or node.get("datePublished")) or head.first("og:type") == "article"


def _refuse_wall(tree: Tree, body: Tree, head: Head) -> Refusal | None:
    """A title or script that is of a challenge, a consent wall or an error, and hardly any text with it."""
    title = head.titles[0] if head.titles else ""
    named = any(pattern.search(title) for pattern in (_CHALLENGE, _CONSENT, _ERROR))
    named = named or any(_ERROR.search(heading) for heading in head.h1[:1])
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
    headings = (title, *head.h1[:1])
    if any(_ERROR.search(heading) for heading in headings):
        return Refusal(Reason.NOT_AN_ARTICLE, f"an error page; {detail}")
    return None


def _visible(body: Tree) -> str:
    """The text a reader may see, in order, as far as it is looked at."""
    pieces: list[str] = []
    read = 0
    for piece in _pieces(body):
        if line := squeeze(piece):
            pieces.append(line)
            read += len(line) + 1
            if read > _LOOKED_AT:
                break
    return " ".join(pieces)


def _pieces(body: Tree) -> Iterator[str]:
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            text = element.tail if element is not body else None
        elif element.tag in _CLOSED:
            walk.skip_subtree()
            continue
        else:
            text = None if element.tag in _SILENT else element.text
        if text:
            yield text


def _has_challenge_script(tree: Tree) -> bool:
    return any(
        _CHALLENGE_MARKS.search(f"{script.get('src', '')} {(script.text or '')[:2000]}")
        for script in tree.iter("script")
    )

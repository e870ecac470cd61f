"""Refusals of pages that are not articles, before the search for a body or because of the body.

Pages that only list articles are fronts, sections, tags, authors and searches. Each rule needs two signs,
since a refused article is lost while a stored page that is not one is only noise.
"""

import re
from collections.abc import Callable, Iterator
from typing import cast
from urllib.parse import urlsplit

from lxml import etree

from worker.extract import wall_words
from worker.extract.article import Draft
from worker.extract.head import Head
from worker.extract.head.jsonld import schema_types
from worker.extract.types import Block
from worker.extract.words import squeeze, word_count
from worker.outcome import Reason, Refusal
from worker.text.html import Tree

# Titles and texts of pages that are not articles.
_CHALLENGE = re.compile(rf"^\W*(?:{wall_words.CHALLENGE})", re.IGNORECASE)
# Addresses and names in the scripts of services that block robots.
_CHALLENGE_MARKS = re.compile(
    r"challenge-platform|cf[-_]chl|captcha|_Incapsula_|incap_ses|px-captcha|datadome|ddos-guard|perimeterx|awswaf"
    r"|akam/\d|sec-cpt|bm-verify|turnstile|kpsdk|anubis_challenge|/_sec/verify",
    re.IGNORECASE,
)
_CONSENT = re.compile(wall_words.CONSENT, re.IGNORECASE)
_ERROR = re.compile(wall_words.ERROR, re.IGNORECASE)
_NEEDS_SCRIPT = re.compile(wall_words.NEEDS_SCRIPT, re.IGNORECASE)
_PARKED = re.compile(wall_words.PARKED, re.IGNORECASE)
_MOVED = re.compile(wall_words.MOVED, re.IGNORECASE)
# The target of a <meta> refresh.
_REFRESH = re.compile(r"^\s*\d+(?:\.\d*)?\s*[;,]\s*(?:url\s*=)?\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)
# Scripts that load another page.
_SENT_ON = re.compile(
    r"(?:window\.|document\.|top\.|self\.){0,3}location(?:\.href)?\s*=\s*[\"']|location\.(?:replace|assign)\s*\(\s*[\"']"
)
_ROOTS = {  # ids of the element that a framework fills
    *(
        "root",
        "app",
        "__next",
        "__nuxt",
        "___gatsby",
        "react-root",
        "app-root",
        "main-app",
        "svelte",
        "ember-app",
    )
}
_SILENT = frozenset({"script", "style"})
_CLOSED = frozenset({"noscript", "template"})
# Types of schema.org for lists.
_LISTINGS = {"CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"}
# Queries of a search.
_QUERIES = re.compile(r"(?:^|&)(?:q|s|query|search|suche|buscar)=")
# Folders of lists.
_SECTION_WORD = re.compile(
    r"(?:tags?|categor\w{1,4}|kategor\w{1,4}|topics?|them[ae]n?|tem[ai]s?|sections?|seccion|rubri\w{1,4}|authors?|autor\w{0,3}"
    r"|archiv\w{0,3}|search|suche|buscar|recherche|etiqueta|etikett?|dossiers?|label|page|latest|ultim\w{1,3}|news)",
    re.IGNORECASE,
)
# Last parts of an article's address: a number, several words, a file.
_NAMED = re.compile(r"\d{3}|\w-\w+-\w|\.\w")
_FLOW = etree.XPath(
    "descendant::a | descendant::text()[not(ancestor::a or parent::script or parent::style"
    " or ancestor::noscript or ancestor::template)]",
    smart_strings=False,
)
# Guesses that the corpus did not contradict.
_MIN_WORDS = 25  # of an article; half of that where the head states an article
_STUB_WORDS = 40  # below which an article behind a paywall is only its beginning
_FEW_WORDS = 150  # of a wall or an error page
_SHELL_WORDS = 80  # of a page that its scripts fill, or that leads to another page
_FEW_PARAGRAPHS = 3  # from which a page without a form is not a wall
_LOOKED_AT = 5000  # characters of the visible text that are read
_BEGINNING = 400  # characters in which a consent wall says what it is
_MOST_KEPT = 300  # characters of a field in the detail of a refusal
_SMALL_SCRIPT = 600  # characters of a script that only loads another page
# Pages of links, in bytes of UTF-8, which are as long for a sentence in any script.
_PROSE_BYTES = 200  # of a block of prose
_MUCH_PROSE_BYTES = 800  # of a paragraph that no list has
_HEADLINE_BYTES = 20  # of a link that is a headline
_TEASER_BYTES = 90  # of a paragraph below one
_MAX_TEASERS = 2  # paragraphs between two headlines
_MANY_LINKS = 15  # blocks of a page of links
_MANY_HEADLINES = 8


def refuse_page(tree: Tree, head: Head, url: str) -> Refusal | None:
    """Return why the page as served is not an article: frames, a challenge, a wall, an error or an index."""
    body = tree.find(".//body")
    shown = tree if body is None else body
    if tree.find(".//frameset") is not None and word_count(_visible(shown)) < _MIN_WORDS:
        return Refusal(Reason.FRAMES_ONLY)
    if _states_article(head):
        return None
    may_list = _is_section(url) or not _LISTINGS.isdisjoint(schema_types(head.json_ld))
    if may_list and _lists(shown):
        return Refusal(Reason.NOT_AN_ARTICLE, "an index: links and no running text")
    return _refuse_wall(tree, shown, head)


def refuse_body(
    blocks: tuple[Block, ...], words: int, draft: Draft, head: Head, served: Callable[[], Tree | Refusal]
) -> Refusal | None:
    """Return why the result is not an article: a stub before a paywall, only links, or too little text.

    `words` counts those of `blocks`. `served` parses the page again, to find out why there is too little.
    """
    if draft.fields.get("paywalled") and words < _STUB_WORDS:
        return Refusal(Reason.PAYWALL, _stub(words, draft))
    if words < (_MIN_WORDS // 2 if _states_article(head) else _MIN_WORDS):
        tree = served()
        return tree if isinstance(tree, Refusal) else _too_short(tree, head, words)
    if not _states_article(head) and _only_links(blocks):
        return Refusal(Reason.NOT_AN_ARTICLE, "an index: nearly all of its text is links")
    return None


def _stub(words: int, draft: Draft) -> str:
    published = draft.fields.get("published")
    known = (draft.fields.get("title"), published and published.isoformat(), draft.fields.get("summary"))
    return "; ".join((f"only {words} words are shown", *(str(one)[:_MOST_KEPT] for one in known if one)))


def _states_article(head: Head) -> bool:
    node = head.json_ld
    return bool(node.get("headline") or node.get("datePublished")) or head.first("og:type") == "article"


def _refuse_wall(tree: Tree, body: Tree, head: Head) -> Refusal | None:
    """Refuse a page with the title or script of a challenge, consent wall or error, and little text."""
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
    """Return the visible text in order, up to `_LOOKED_AT` characters or `_FEW_WORDS` words."""
    pieces: list[str] = []
    read = words = 0
    for piece in _pieces(body):
        if line := squeeze(piece):
            pieces.append(line)
            read += len(line) + 1
            words += word_count(line)
            if read > _LOOKED_AT or words >= _FEW_WORDS:
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


def _too_short(tree: Tree, head: Head, words: int) -> Refusal:
    """Return the refusal of a page with `words` words, with the cause if it can be recognised."""
    shown = _all_text(tree)
    if refusal := _sent_on(tree, head, shown):
        return refusal
    if _PARKED.search(f"{' '.join(head.titles)} {shown[:_LOOKED_AT]}"):
        return Refusal(Reason.NOT_AN_ARTICLE, "the domain is parked or for sale")
    if _is_shell(tree, shown):
        return Refusal(Reason.SCRIPT_ONLY, "no text before its scripts have run")
    if _lists(tree):
        return Refusal(Reason.NOT_AN_ARTICLE, "an index: links and no running text")
    return Refusal(Reason.TOO_SHORT, f"{words} words")


def _sent_on(tree: Tree, head: Head, shown: str) -> Refusal | None:
    """Refuse a page that only leads to another: by a refresh, a script or a sentence."""
    for value in head.meta.get("refresh", ()):
        if (target := _REFRESH.match(value)) and word_count(shown) < _SHELL_WORDS:
            return Refusal(Reason.NOT_AN_ARTICLE, f"the page only leads on to {target[1][:200]}")
    if word_count(shown) >= _SHELL_WORDS:
        return None
    scripts = [script.text or "" for script in tree.iter("script")]
    if len(scripts) <= 2 and any(len(text) < _SMALL_SCRIPT and _SENT_ON.search(text) for text in scripts):
        return Refusal(Reason.NOT_AN_ARTICLE, "the page only leads on, by a script")
    if _MOVED.search(f"{' '.join(head.titles)} {shown}"):
        return Refusal(Reason.NOT_AN_ARTICLE, "the page says that it has moved")
    return None


def _is_shell(tree: Tree, shown: str) -> bool:
    """Whether scripts fill the page: it has an empty root element, or a <noscript> that requires them."""
    if word_count(shown) >= _SHELL_WORDS or tree.find(".//script") is None:
        return False
    asked = any(_NEEDS_SCRIPT.search("".join(one.itertext())) for one in tree.iter("noscript"))
    empty_root = any(
        not squeeze("".join(one.itertext())) and (one.get("id") or "").lower() in _ROOTS
        for one in tree.iter("div", "main", "app-root", "section")
    )
    return asked or empty_root or _NEEDS_SCRIPT.search(shown) is not None


def _all_text(tree: Tree) -> str:
    body = tree.find(".//body")
    parts: list[str] = []
    for one in (tree if body is None else body).iter():
        if one.tag not in ("script", "style", "noscript", "template", "title"):
            parts.append(one.text or "")
        parts.append(
            one.tail or "" if one.getparent() is not None and one.getparent().tag != "noscript" else ""
        )
    return squeeze(" ".join(parts))


def _lists(body: Tree) -> bool:
    """Whether a page is built as a list: many links that read like headlines, with little text after each."""
    headlines = run = longest = 0
    for one in cast(list[Tree | str], _FLOW(body)):
        text = squeeze(one if isinstance(one, str) else "".join(map(str, one.itertext())))
        size = len(text.encode())
        if not isinstance(one, str):
            if _is_headline(one, size):
                headlines, run = headlines + 1, 0
        elif size >= _MUCH_PROSE_BYTES:
            return False
        else:
            run += size >= _TEASER_BYTES
            longest = max(longest, run)
    return headlines >= _MANY_HEADLINES and longest <= _MAX_TEASERS


def _is_headline(link: Tree, size: int) -> bool:
    """Whether a link of `size` bytes leads to an article: in a heading, or long and not in a sentence."""
    parent = link.getparent()
    if parent is None or parent.tag in ("h2", "h3", "h4"):
        return parent is not None
    in_sentence = parent.tag == "p" and bool(squeeze(f"{parent.text or ''}{link.tail or ''}"))
    return size >= _HEADLINE_BYTES and not in_sentence


def _only_links(blocks: tuple[Block, ...]) -> bool:
    """Whether there are many blocks with hardly a word outside of links, and none of them prose."""
    unlinked = [len(block.text) - sum(link.end - link.start for link in block.links) for block in blocks]
    linked = sum(len(block.text) for block in blocks) - sum(unlinked)
    return len(blocks) >= _MANY_LINKS and linked > 2 * sum(unlinked) and max(unlinked) < _PROSE_BYTES


def _is_section(url: str) -> bool:
    """Whether an address is that of a front, a section, a tag, an author or a search."""
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step]
    if _QUERIES.search(parts.query) or not steps:
        return True
    if _NAMED.search(steps[-1]) or parts.query:
        return False
    return len(steps) == 1 or any(_SECTION_WORD.fullmatch(step) for step in steps)

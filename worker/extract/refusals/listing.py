"""Fronts, sections, tags, authors and searches: pages that list articles and are none.

Told by two signs, where the page is (or what it calls itself) and how it is built: nothing but links, or
linked headings with little below each.
"""

import re
from collections.abc import Iterable
from typing import cast
from urllib.parse import urlsplit

from lxml import etree

from worker.extract.types import Block
from worker.extract.words import squeeze
from worker.text.html import Tree

_LISTINGS = {"CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"}
_QUERIES = re.compile(r"(?:^|&)(?:q|s|query|search|suche|buscar)=")
_SECTION_WORD = re.compile(
    r"(?:tags?|categor\w{1,4}|kategor\w{1,4}|topics?|them[ae]n?|tem[ai]s?|sections?|seccion|rubri\w{1,4}|authors?|autor\w{0,3}"
    r"|archiv\w{0,3}|search|suche|buscar|recherche|etiqueta|etikett?|dossiers?|label|page|latest|ultim\w{1,3}|news)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\d{3}|\w-\w+-\w|\.\w")
_FLOW = etree.XPath(
    "descendant::a | descendant::text()[not(ancestor::a or parent::script or parent::style"
    " or ancestor::noscript or ancestor::template)]",
    smart_strings=False,
)
_PROSE_BYTES = 200
_MUCH_PROSE_BYTES = 800
_MANY_LINKS = 15
_MANY_HEADLINES = 8
_HEADLINE_BYTES = 20
_TEASER_BYTES = 90
_FEW_PARAGRAPHS = 2


def is_listing(body: Tree, url: str, types: Iterable[str]) -> bool:
    """Whether a page at `url`, of these schema.org types, only lists others."""
    return (_is_section(url) or bool(_LISTINGS.intersection(types))) and lists(body)


def lists(body: Tree) -> bool:
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
    return headlines >= _MANY_HEADLINES and longest <= _FEW_PARAGRAPHS


def _is_headline(link: Tree, size: int) -> bool:
    """Whether a link of so many bytes leads to an article: in a heading, or long and not in a sentence."""
    parent = link.getparent()
    if parent is None or parent.tag in ("h2", "h3", "h4"):
        return parent is not None
    in_sentence = parent.tag == "p" and bool(squeeze(f"{parent.text or ''}{link.tail or ''}"))
    return size >= _HEADLINE_BYTES and not in_sentence


def only_links(blocks: tuple[Block, ...]) -> bool:
    """Many blocks with hardly a word outside of links, and none of them prose."""
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

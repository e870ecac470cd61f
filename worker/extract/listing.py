"""Fronts, sections, tags, authors and searches: pages that list articles and are none.

Told by two signs, where the page is (or what it calls itself) and how it is built: nothing but links, or
linked headings with little below each.
"""

import re
from collections.abc import Iterable
from typing import cast
from urllib.parse import urlsplit

from lxml import etree

from worker.extract.page import Tree
from worker.extract.types import Block
from worker.extract.words import squeeze

_LISTINGS = {"CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"}
_QUERIES = re.compile(r"(?:^|&)(?:q|s|query|search|suche|buscar)=")
_SECTION_WORD = re.compile(
    r"(?:tags?|categor\w{1,4}|kategor\w{1,4}|topics?|them[ae]n?|tem[ai]s?|sections?|seccion|rubri\w{1,4}|authors?|autor\w{0,3}"
    r"|archiv\w{0,3}|search|suche|buscar|recherche|etiqueta|etikett?|dossiers?|label|page|latest|ultim\w{1,3}|news)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\d{3}|\w-\w+-\w|\.\w")
_UNLINKED = etree.XPath(
    ".//text()[not(parent::script or parent::style or ancestor::noscript"
    " or ancestor::template or ancestor::a)]",
    smart_strings=False,
)
_PROSE_BYTES = 200
_MUCH_PROSE_BYTES = 800
_MANY_LINKS = 15
_MANY_TEASERS = 8
_TEASER_BYTES = 90
_FEW_PARAGRAPHS = 2


def is_listing(body: Tree, url: str, types: Iterable[str]) -> bool:
    """Whether a page at `url`, of these schema.org types, only lists others."""
    return (_is_section(url) or bool(_LISTINGS.intersection(types))) and lists(body)


def lists(body: Tree) -> bool:
    """Whether a page is built as a list: nothing but links, or linked headings with little below each."""
    outside = [squeeze(text) for text in cast(list[str], _UNLINKED(body))]
    longest = max((len(text.encode()) for text in outside), default=0)
    if longest >= _MUCH_PROSE_BYTES:
        return False
    headings, paragraphs = _teasers(body)
    if paragraphs > _FEW_PARAGRAPHS:
        return False
    return headings >= _MANY_TEASERS or (longest < _PROSE_BYTES and _is_links(body, sum(map(len, outside))))


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


def _is_links(body: Tree, outside: int) -> bool:
    """Many links, and more text inside of them than the `outside` characters."""
    links = [squeeze("".join(map(str, link.itertext()))) for link in body.iter("a")]
    return len(links) >= _MANY_LINKS and sum(map(len, links)) > outside


def _teasers(body: Tree) -> tuple[int, int]:
    """The number of headings that are links, and of the paragraphs between two of them at most."""
    headings = run = longest = 0
    for element in body.iter("h2", "h3", "h4", "p"):
        if element.tag == "p":
            run += _is_paragraph(element)
            longest = max(longest, run)
        elif element.find(".//a") is not None or getattr(element.getparent(), "tag", None) == "a":
            headings, run = headings + 1, 0
    return headings, longest


def _is_paragraph(element: Tree) -> bool:
    text = squeeze("".join(map(str, element.itertext())))
    linked = sum(len(squeeze("".join(map(str, link.itertext())))) for link in element.iter("a"))
    return len(text.encode()) > _TEASER_BYTES and linked < len(text) / 2

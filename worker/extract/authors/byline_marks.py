"""What marks an element as a byline: rel, microdata, class and id, links to the pages of authors."""

import re
from functools import lru_cache
from typing import Any, cast

from lxml import etree

from worker.extract.page_index import Index
from worker.text.html import Tree

SURE = 3
"""The strength of marks that say author of this very page."""
_LIKELY = 2

_WORDS = re.compile(
    r"""by-?_?line | author(?!i[zst]) | autor(?:en)?(?:zeile|in|box|info|name|_?daten)?(?![a-z]) | auteur
    | autore(?![a-z]) | (?<![a-z])(?<!css-)writers?(?![a-z]) | reporter | journalist | contributors?(?![a-z])
    | redakteur | verfasser | (?:^|\s|_)signature(?:_|\s|$) | (?:posted|wrote|created|written)-?_?by
    | (?<![a-z])submitted | (?<![a-z])p-author | username | article-?_?source""",
    re.VERBOSE,
)
_HINT = re.compile(
    "by[-_]?_?line|au(?:th?or|teur)|wr(?:iter|itten|ote)|report|journalist|redakteur|verfasser|signature|posted"
    "|c(?:ontribut|reated)|s(?:ubmitted|ource)|username"
)
"""One of these is in whatever `_WORDS` finds: what all names are looked through for first."""
_SURE_TOKENS = frozenset(
    """
    author byline author-name author__name authorname author_name byline-name byline__name fn entry-author
    p-author post-author article-author article__author writer reporter autor username signature created-by
    byline-author autorenzeile auteur
    """.split()  # noqa: SIM905
)
_FOLDERS = frozenset(
    """
    author authors autor autores autoren autorzy auteur auteurs autore autori people staff profile profiles
    reporter reporters writer writers contributor contributors journalist journalists journaliste
    journalistes columnist columnists redaktion redactie editors correspondent correspondents by user users
    profil firma firmas giornalisti skribent penulis yazarlar muhabir
    """.split()  # noqa: SIM905
)
_FOLDER_HINT = re.compile("/(?:au|pe|st|pr|re|wr|co|jo|ed|by|us|fi|gi|sk|ya|mu)|author=")
_OF_WRITERS = re.compile(r"^(?:author|autor|auteur|writer|reporter)s?$")
_SURE_LINK = re.compile("/(?:author|autor|auteur|autore)s?/[^/?#]+/?$")
_AUTHOR_PROPERTIES = ("author", "creator")
_ITEMPROPS = etree.XPath("descendant::*/@itemprop")
_MAX_BELOW = 3
_MAX_SLUG = 4
_MAX_CACHED = 4096


def strengths(index: Index) -> dict[Tree, int]:
    """How surely the markup of elements says 'author': 2 by a word or its link, `SURE` by a name."""
    found: dict[Tree, int] = {}
    for names in (index.classes, index.ids):
        for name, elements in names.like(_HINT):
            if mark := _by_words(name):
                found.update((element, max(mark, found.get(element, 0))) for element in elements)
    for address, links in index.addresses.like(_FOLDER_HINT):
        if leads_to_author(address):
            mark = SURE if _SURE_LINK.search(address) else _LIKELY
            found.update((link, mark) for link in links if link not in found)
    for element in index.tree.iter("address"):
        found.setdefault(element, _LIKELY)
    found.update((link, SURE) for link, rel in index.rels if rel == "author")
    for value in cast(list[Any], _ITEMPROPS(index.tree)):
        if value in _AUTHOR_PROPERTIES:
            found[value.getparent()] = SURE
    return found


def leads_to_author(link: str | None) -> bool:
    """Whether a link has the form of those to an author's page: /people/jo-park, /author/12, ?author=3."""
    if not link or not _FOLDER_HINT.search(link):
        return False
    path, _, query = link.partition("?")
    folders = path.partition("#")[0].rstrip("/").split("/")
    if _FOLDERS.isdisjoint(folders[-_MAX_BELOW - 1 : -1]):
        return query.startswith("author=") or "&author=" in query
    at = max(place for place, folder in enumerate(folders[:-1]) if folder in _FOLDERS)
    last = folders[-1]
    return any(map(str.isalpha, last)) or (last.isdigit() and _OF_WRITERS.match(folders[at]) is not None)


def name_in_link(link: str) -> str:
    """'Jo Park' for …/author/jo-park, '' for links of other forms."""
    words = link.partition("?")[0].rstrip("/").rpartition("/")[2].split("-")
    is_name = 1 < len(words) <= _MAX_SLUG and all(map(str.isalpha, words))
    return " ".join(words).title() if is_name and leads_to_author(link) else ""


@lru_cache(maxsize=_MAX_CACHED)
def _by_words(marks: str) -> int:
    if not _WORDS.search(marks := marks.lower()):
        return 0
    return SURE if _SURE_TOKENS.intersection(marks.split()) else _LIKELY

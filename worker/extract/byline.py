"""The byline as printed, for pages whose head does not name a person."""

from typing import cast

from lxml import etree

from worker.extract.authors import clean_names
from worker.extract.page import Tree
from worker.extract.words import squeeze

_MARKED = etree.XPath(
    "//*[self::a or self::span or self::div or self::p or self::address or self::li or self::strong]"
    "[@rel='author' or contains(@class, 'byline') or contains(@class, 'Byline') or contains(@id, 'byline')"
    " or contains(@class, 'author') or contains(@class, 'Author') or contains(@href, '/author/')]"
)
_ELSEWHERE = ("aside", "nav", "footer", "form")
_NOT_OURS = ("comment", "related", "sidebar", "recommend", "widget", "teaser", "popular")
_SURE = frozenset({"author", "byline", "author-name", "author__name", "byline-name", "fn", "entry-author"})
_MAX_LOOKED_AT = 25
_MAX_CHARACTERS = 150
_LARGEST_NAME = 4


def printed_authors(tree: Tree) -> tuple[str, ...]:
    """The names in the first element that is marked as a byline and reads like one.

    `tree` is as parsed, before anything was pruned.
    """
    for element in cast(list[Tree], _MARKED(tree))[:_MAX_LOOKED_AT]:
        text = squeeze(" ".join(element.itertext()))
        if not 2 <= len(text) <= _MAX_CHARACTERS or _is_elsewhere(element):
            continue
        sure = element.get("rel") == "author" or bool(
            _SURE.intersection(element.get("class", "").lower().split())
        )
        names = tuple(name for name in clean_names([text]) if _reads_like_a_name(name, sure))
        if names:
            return names
    return ()


def _is_elsewhere(element: Tree) -> bool:
    for ancestor in (element, *element.iterancestors()):
        marks = f"{ancestor.get('class', '')} {ancestor.get('id', '')}".lower()
        if ancestor.tag in _ELSEWHERE or (
            ancestor.tag not in ("body", "html") and any(word in marks for word in _NOT_OURS)
        ):
            return True
    return False


def _reads_like_a_name(name: str, sure: bool) -> bool:
    """Two to four capitalised words; one will do where the markup is `sure` or the script has no capitals."""
    words = name.split()
    if any(char.isdigit() for char in name) or len(words) > _LARGEST_NAME:
        return False
    if not any(char.isupper() or char.islower() for char in name):
        return len(name) <= 20
    return sure or (len(words) >= 2 and words[0][0].isupper() and words[-1][0].isupper())

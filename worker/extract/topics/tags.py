"""The tags: what the page says it is about, stated for machines or printed as links."""

import html
import re
from collections.abc import Iterable, Sequence
from itertools import islice

from worker.extract.head.head import Head, words
from worker.extract.links import host_and_path
from worker.extract.page_index import Index
from worker.extract.types import Source
from worker.extract.words import key, unique
from worker.text.html import Tree

_SEPARATOR = re.compile(r"[,;|،、，；]")
_TAG_CLASS = re.compile(
    r"(?:^|[\s_-])(?:(?:article|post|entry|story)?tags?(?:list|box|cloud\w*)?|topics?|keywords?|them(?:a|en?)|temas?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TAG_HINT = re.compile("tag|topic|keyword|them|tema")
"""One of these is in whatever `_TAG_CLASS` finds: what all names are looked through for first."""
_TAG_LINK = re.compile(
    r"/(?:(?:article_?)?tags?|topics?|them(?:a|en?)|temas?|tema|etiquetas?|keywords?|labels?|hashtags?|sujet|thematique)/[^/?\0]"
)
_ELSEWHERE = re.compile(
    r"\b(?:trending|teaser|cards?|related|recommend\w*|menu|navigation|navbar|header|footer|side-?bar|slider|popular|most)\b",
    re.IGNORECASE,
)
_MAX_TAGS = 50
_MAX_TAG = 80
_MAX_PRINTED = 40
_MAX_LINKS = 1500
_MAX_GROUPS = 4
"""Of more lists each is a teaser's."""
_ANCESTORS = 6
_DEEP = 4
"""Levels from the list of tags to the link in an item."""
_TEXT_AROUND = 30
_UNSEPARATED = 4
"""Words from which a text without any separator is no single tag but tags that have lost theirs."""


def choose_tags(
    index: Index, head: Head, url: str, names: Iterable[str | None]
) -> tuple[tuple[str, ...], Source]:
    """The tags of the best source that has any; none of `names`, the site's and the article's."""
    own = {key(name) for name in names if name}
    for source, tags in _stated(head):
        if left := _without(tags, own):
            return left, source
    if left := _without(printed_tags(index, url), own):
        return left, "html"
    return _without(_split(head.meta.get("keywords", ())), own), "meta"


def printed_tags(index: Index, url: str) -> tuple[str, ...]:
    """The links in the list that the page marks as its tags: by `rel`, class names or addresses."""
    groups: dict[Tree, list[Tree]] = {}
    marked = _marked(index)
    led = {link for _, links in index.addresses.like(_TAG_LINK) for link in links}
    for link in index.links[:_MAX_LINKS]:
        if (link in marked or link in led) and (address := link.get("href")) and _is_tag(link, address, url):
            groups.setdefault(_list_of(link), []).append(link)
    if not groups or len(groups) > _MAX_GROUPS:
        return ()
    most = max(groups.values(), key=lambda links: (links[0] in marked, len(links)))
    if len(most) == 1 and "tag" not in (most[0].get("rel") or ""):
        return ()
    texts = (words(link).lstrip("#").strip(" ,") for link in most[:_MAX_PRINTED])
    return unique(text for text in texts if 1 < len(text) <= _MAX_TAG)


def _stated(head: Head) -> Iterable[tuple[Source, tuple[str, ...]]]:
    """What is stated of this article; of two statements with the same words, the one that separates them."""
    keywords = head.json_ld.get("keywords")
    stated: list[tuple[Source, tuple[str, ...]]] = [
        ("json-ld", _split(keywords if isinstance(keywords, list) else [keywords])),
        ("opengraph", _split(head.meta.get("article:tag", ()))),
        ("meta", _split(head.meta.get("news_keywords", ()))),
    ]
    for source, tags in stated:
        if (
            len(tags) == 1
            and len(tags[0].split()) >= _UNSEPARATED
            and any(len(other) > 1 for _, other in stated)
        ):
            continue
        yield source, tags


def _split(values: Sequence[object]) -> tuple[str, ...]:
    texts = (
        value.get("name") or value.get("termCode") if isinstance(value, dict) else value for value in values
    )
    parts = (
        part.strip().lstrip("#")
        for text in texts
        if isinstance(text, str)
        for part in _SEPARATOR.split(html.unescape(text))
    )
    return unique(" ".join(part.split()) for part in parts if len(part) <= _MAX_TAG)


def _without(tags: Iterable[str], own: set[str]) -> tuple[str, ...]:
    return tuple(tag for tag in tags if key(tag) and key(tag) not in own)[:_MAX_TAGS]


def _is_tag(link: Tree, address: str, url: str) -> bool:
    """Whether a link that is marked as a tag's leads into the site, from a list of this article."""
    if host_and_path(address)[0] not in ("", host_and_path(url)[0]):
        return False
    ancestors = list(islice(link.iterancestors(), _ANCESTORS))
    if any(_ELSEWHERE.search(one.get("class") or "") or one.tag == "footer" for one in (link, *ancestors)):
        return False
    return not ancestors or not _in_running_text(ancestors[0])


def _marked(index: Index) -> set[Tree]:
    """What is called tags: links by their `rel`, and what has such a class name or stands in such a list."""
    found = {link for link, rel in index.rels if "tag" in rel.lower().split()}
    names = index.classes.like(_TAG_HINT)
    level = [one for name, elements in names if _TAG_CLASS.search(name) for one in elements]
    for _ in range(_DEEP):
        found.update(level)
        level = [child for one in level for child in one]
    return found


def _list_of(link: Tree) -> Tree:
    """The element that holds the list of which a link is an item."""
    parent = link.getparent()
    while len(parent) == 1 and parent.getparent() is not None:
        parent = parent.getparent()
    return parent


def _in_running_text(parent: Tree) -> bool:
    around = len((parent.text or "").strip()) + sum(len((child.tail or "").strip()) for child in parent)
    return around > _TEXT_AROUND

"""The tags: what the page says it is about, stated for machines or printed as links."""

import html
import re
from collections.abc import Iterable, Sequence
from itertools import islice

from worker.extract.head.head import Head, words
from worker.extract.links import host_and_path
from worker.extract.page import Tree
from worker.extract.types import Source
from worker.extract.words import key, unique

_SEPARATOR = re.compile(r"[,;|،、，；]")
_TAG_CLASS = re.compile(
    r"(?:^|[\s_-])(?:(?:article|post|entry|story)?tags?(?:list|box|cloud\w*)?|topics?|keywords?|them(?:a|en?)|temas?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TAG_LINK = re.compile(
    r"/(?:(?:article_?)?tags?|topics?|them(?:a|en?)|temas?|tema|etiquetas?|keywords?|labels?|hashtags?|sujet|thematique)/[^/?]",
    re.IGNORECASE,
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
_TEXT_AROUND = 30
_UNSEPARATED = 4
"""Words from which a text without any separator is no single tag but tags that have lost theirs."""


def choose_tags(
    tree: Tree, head: Head, url: str, names: Iterable[str | None]
) -> tuple[tuple[str, ...], Source]:
    """The tags of the best source that has any; none of `names`, the site's and the article's."""
    own = {key(name) for name in names if name}
    for source, tags in _stated(head):
        if left := _without(tags, own):
            return left, source
    if left := _without(printed_tags(tree, url), own):
        return left, "html"
    return _without(_split(head.meta.get("keywords", ())), own), "meta"


def printed_tags(tree: Tree, url: str) -> tuple[str, ...]:
    """The links in the list that the page marks as its tags: by `rel`, class names or addresses."""
    groups: dict[Tree, list[Tree]] = {}
    names: dict[Tree, str] = {}
    for link in islice(tree.iter("a"), _MAX_LINKS):
        if (address := link.get("href")) and _is_tag(link, address, url, names):
            groups.setdefault(_list_of(link), []).append(link)
    if not groups or len(groups) > _MAX_GROUPS:
        return ()
    most = max(groups.values(), key=lambda links: (_is_marked(links[0], names), len(links)))
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


def _is_tag(link: Tree, address: str, url: str, names: dict[Tree, str]) -> bool:
    if not (_is_marked(link, names) or _TAG_LINK.search(address)):
        return False
    if host_and_path(address)[0] not in ("", host_and_path(url)[0]):
        return False
    ancestors = list(islice(link.iterancestors(), _ANCESTORS))
    if any(_ELSEWHERE.search(one.get("class") or "") or one.tag == "footer" for one in (link, *ancestors)):
        return False
    return not ancestors or not _in_running_text(ancestors[0])


def _is_marked(link: Tree, names: dict[Tree, str]) -> bool:
    """By `rel` or class names, its own or around it; `names` remembers those of the lists around."""
    if "tag" in link.get("rel", "").lower().split():
        return True
    item = link.getparent()
    marks = f"{link.get('class', '')} {item.get('class', '')} {_names_around(item, names)}".lower()
    if not ("tag" in marks or "topic" in marks or "keyword" in marks or "them" in marks or "tema" in marks):
        return False  # the quick question first
    return _TAG_CLASS.search(marks) is not None


def _names_around(item: Tree, names: dict[Tree, str]) -> str:
    around = item.getparent()
    if around is None:
        return ""
    if around not in names:
        outer = around.getparent()
        names[around] = f"{around.get('class', '')} {'' if outer is None else outer.get('class', '')}"
    return names[around]


def _list_of(link: Tree) -> Tree:
    """The element that holds the list of which a link is an item."""
    parent = link.getparent()
    while len(parent) == 1 and parent.getparent() is not None:
        parent = parent.getparent()
    return parent


def _in_running_text(parent: Tree) -> bool:
    around = len((parent.text or "").strip()) + sum(len((child.tail or "").strip()) for child in parent)
    return around > _TEXT_AROUND

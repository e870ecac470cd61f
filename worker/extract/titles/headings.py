"""The headings that a page prints, as far as one of them may be the article's headline."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from worker.extract import lexicon
from worker.extract.links import host_and_path
from worker.extract.words import squeeze
from worker.text.html import Tree

_UNREAD = frozenset({"script", "style", "template", "noscript", "svg", "title", "desc"})
_BREAKS = frozenset({"br", "p", "div", "h2", "h3", "h4", "small"})
_FURNITURE = frozenset({"nav", "aside", "footer", "dialog", "form", "li"})
_BESIDE = re.compile(
    r"\b(?:side-?bar|related|recommend|breadcrumbs?|footer|cookie|modal|popup|newsletter|comments?)\b",
    re.IGNORECASE,
)
_KICKER = re.compile(lexicon.KICKER_CLASS, re.IGNORECASE)
_HOME = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?|index\.\w+|home/?)?$", re.IGNORECASE)
_JOINTS = " :|–—-/·,"
_MAX_H1 = 12
_MAX_LOWER = 40
_MAX_LENGTH = 400
_MAX_ANCESTORS = 30
_NEAR = 6


@dataclass(frozen=True, slots=True)
class Heading:
    """`text` is all that is printed, `headline` the same without kicker or subtitle; `level` is 1 to 3.

    `home`: it links to the site's front page, so it names the site. `linked`: it is a link elsewhere.
    `beside`: it stands in furniture. `in_article`: an <article> or <main> is around it.
    """

    text: str
    headline: str
    level: int
    home: bool
    linked: bool
    beside: bool
    in_article: bool


def first_headings(tree: Tree, url: str) -> tuple[Heading, ...]:
    """The first headings of level 1, in order. `url` is the page's own."""
    return tuple(_headings(islice(tree.iter("h1"), _MAX_H1), url))


def lower_headings(tree: Tree, url: str, wanted: Callable[[str], bool]) -> tuple[Heading, ...]:
    """Of the first headings of level 2 and 3 those whose text is `wanted`, in order."""
    return tuple(_headings(islice(tree.iter("h2", "h3"), _MAX_LOWER), url, wanted))


def printed_part(tree: Tree, title: str, least: int) -> str | None:
    """The longest beginning of `title`, of `least` characters or more, that an element of the body prints."""
    best = ""
    for element in tree.iterfind("body//*"):
        text = element.text
        if text and len(text) >= least and element.tag not in _UNREAD:
            text = squeeze(text)
            if max(least, len(best) + 1) <= len(text) < len(title) and title.startswith(text):
                best = text
    return best or None


def _headings(elements: Iterable[Tree], url: str, wanted: Callable[[str], bool] = bool) -> Iterator[Heading]:
    for element in elements:
        text = squeeze("".join(_texts(element)) if len(element) else element.text)
        if text and len(text) <= _MAX_LENGTH and wanted(text):
            yield _heading(element, text, url)


def _heading(element: Tree, text: str, url: str) -> Heading:
    ancestors = list(islice(element.iterancestors(), _MAX_ANCESTORS))
    nearest = [element, *ancestors[:_NEAR]]
    links = [*element.iter("a"), *(one for one in ancestors[:2] if one.tag == "a")]
    goes = [link.get("href") or "" for link in links if link.get("href")]
    return Heading(
        text,
        _headline(element) or text,
        int(element.tag[1]),
        any(_is_home(link, url) for link in goes),
        any(not link.startswith("#") and not _is_same(link, url) for link in goes),
        any(one.tag in _FURNITURE for one in nearest)
        or _BESIDE.search(" ".join(one.get("class", "") for one in nearest)) is not None,
        any(one.tag in ("article", "main") for one in ancestors),
    )


def _texts(element: Tree, without: re.Pattern[str] | None = None) -> Iterator[str]:
    """The pieces of text that a reader sees, a space for a break; not those in classes of `without`."""
    if element.text:
        yield element.text
    for child in element:
        if child.tag in _BREAKS:
            yield " "
        if child.tag not in _UNREAD and not (
            without and (child.tag == "small" or without.search(child.get("class") or ""))
        ):
            yield from _texts(child, without)
        if child.tail:
            yield child.tail


def _headline(element: Tree) -> str:
    """The text of a heading without the pieces that are set apart in it; empty where it has no others."""
    return squeeze("".join(_texts(element, _KICKER))).strip(_JOINTS) if len(element) else ""


def _is_home(link: str, url: str) -> bool:
    if not link.startswith(("http", "/")) or "?" in link:
        return False
    (host, path), (own_host, own_path) = host_and_path(link), host_and_path(url)
    same_host = host == own_host if link.startswith("http") else host == ""
    return same_host and bool(_HOME.match(path)) and own_path != ""


def _is_same(link: str, url: str) -> bool:
    return host_and_path(link)[1] == host_and_path(url)[1]

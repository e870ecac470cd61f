"""A page that lists articles, read as a feed, for sites that have no feed.

The articles are found by a CSS selector, or without one by three signs: the link's address (dates, long slugs
and ids are typical of articles; short words, tags and people are not), its position (in a heading or an
`article`, with the text of a headline), and its neighbours: links at the same place in the tree whose
addresses have the same shape are all articles or none is. Links in navigation, footers and asides are
ignored.

Only `time` elements with a clock time and a zone give a date; a bare day is left to the article's own page.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from typing import Any

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from worker.feeds.listing.address import address_shape
from worker.feeds.listing.links import LinkReader, ListedLink, first_link
from worker.feeds.listing.place import in_margin
from worker.feeds.page import page_base, page_tree
from worker.feeds.types import ParsedEntry, ParsedFeed
from worker.outcome import Reason, Refusal
from worker.text.plain import collapsed, storable
from worker.text.site import same_site
from worker.urls import canonical_or_none

MOST_LINKS = 200
"""LinkReader that are taken from one page: a bound far above what real pages list."""
FEWEST_LINKS = 3
"""A page with fewer articles is not a list."""
_GOOD = 3.5
_LEAST = 1.0
"""Scores that an article must have together with its neighbours, and by itself: tuned on
tests/feeds/fronts.py and on front pages of news sites."""
_OWN, _PLACE, _SHAPE = 0.5, 0.3, 0.2
"""Weights of a link's own score, its neighbours' by place and its neighbours' by address shape."""
_MOST_OF = 2 / 3
"""Share of the links at a place that must be articles for the rest to be taken too."""


class BadSelector(ValueError):
    """The text is not a CSS selector; the message says why."""


def read_listing(body: bytes, *, url: str, selector: str | None = None) -> ParsedFeed | Refusal:
    """Return the articles listed on the page at `url`, in the page's order, at most `MOST_LINKS`.

    With `selector` these are the links that it selects, or the first link in each selected element. Refuses
    with NOT_A_FEED if there is no list or nothing is selected. Raises `BadSelector`.
    """
    tree = page_tree(body)
    links = LinkReader(page_base(tree, url))
    found = _selected(tree, links, selector) if selector else _found_by_signs(tree, links, url)
    if not found:
        why = "the selector matches no link" if selector else "no list of articles was found on this page"
        return Refusal(Reason.NOT_A_FEED, why)
    entries = tuple(
        ParsedEntry(
            id=link.url,
            link=link.url,
            title=link.title or None,
            published=link.published,
            published_precision="instant" if link.published else None,
        )
        for link in found[:MOST_LINKS]
    )
    title = next(tree.iter("title"), None)
    name = collapsed(storable(title.text or "")) if title is not None else ""
    language = next((element.get("lang") for element in tree.iter("html")), None)
    return ParsedFeed(kind="listing", title=name or None, link=url, language=language, entries=entries)


def check_selector(selector: str) -> None:
    """Raise `BadSelector` if `selector` is not a CSS selector."""
    _compiled(selector)


def _compiled(selector: str) -> Callable[[etree._Element], Any]:
    try:
        return CSSSelector(selector, translator="html")
    except (SelectorError, etree.LxmlError, ValueError) as error:
        raise BadSelector(f"{selector!r} is not a CSS selector: {error}") from None


def _selected(tree: etree._Element, links: LinkReader, selector: str) -> list[ListedLink]:
    found: dict[str, ListedLink] = {}
    for element in _compiled(selector)(tree):
        anchor = element if element.tag == "a" else first_link(element)
        link = links.read(anchor, chosen=True) if anchor is not None else None
        if link and (link.url not in found or not found[link.url].title):
            found[link.url] = link
    return list(found.values())


def _found_by_signs(tree: etree._Element, links: LinkReader, url: str) -> list[ListedLink]:
    """The links that all signs together call articles.

    Some sites name the frame around everything `sidebar` or the like: if classes and ids leave nothing, tags
    and roles alone decide.
    """
    return _outside(tree, links, url, by_name=True) or _outside(tree, links, url, by_name=False)


def _outside(tree: etree._Element, links: LinkReader, url: str, *, by_name: bool) -> list[ListedLink]:
    margins: dict[etree._Element, bool] = {}
    here = canonical_or_none(url)
    candidates: dict[str, ListedLink] = {}
    for anchor in tree.iter("a"):
        link = None if in_margin(anchor, margins, by_name=by_name) else links.read(anchor)
        if link and link.url != here and same_site(link.url, here or url):
            before = candidates.get(link.url)
            candidates[link.url] = _better(before, link) if before else link
    good = _agreed([link for link in candidates.values() if link.title])
    return good if len(good) >= FEWEST_LINKS else []


def _better(one: ListedLink, other: ListedLink) -> ListedLink:
    """A picture and a heading with the same address are one link: the best of both."""
    named = max(one, other, key=lambda link: (link.worded, link.score, len(link.title)))
    best = max(one, other, key=lambda link: link.score)
    return replace(best, title=named.title, worded=named.worded, published=one.published or other.published)


def _agreed(links: Sequence[ListedLink]) -> list[ListedLink]:
    """The links that their own scores and those of their neighbours call articles."""
    places, shapes = (
        _means(links, lambda link: link.place),
        _means(links, lambda link: address_shape(link.url)),
    )
    good = {link.url for link in links if link.score >= _LEAST and _sum(link, places, shapes) >= _GOOD}
    lists = _mostly(links, good)
    return [link for link in links if link.url in good or (link.place in lists and link.score >= _LEAST)]


def _mostly(links: Sequence[ListedLink], good: Set[str]) -> set[str]:
    """The places at which most links are articles: the others there are articles with short titles."""
    there = Counter(link.place for link in links)
    articles = Counter(link.place for link in links if link.url in good)
    return {
        place
        for place, count in articles.items()
        if count >= FEWEST_LINKS and count >= _MOST_OF * there[place]
    }


def _sum(link: ListedLink, places: dict[str, float], shapes: dict[str, float]) -> float:
    return _OWN * link.score + _PLACE * places[link.place] + _SHAPE * shapes[address_shape(link.url)]


def _means(links: Iterable[ListedLink], key: Callable[[ListedLink], str]) -> dict[str, float]:
    """The mean score of links with the same key; higher for several together, lower for one alone."""
    groups: dict[str, list[float]] = defaultdict(list)
    for link in links:
        groups[key(link)].append(link.score)
    return {
        name: sum(scores) / len(scores) + (1.0 if len(scores) >= FEWEST_LINKS else -0.5)
        for name, scores in groups.items()
    }

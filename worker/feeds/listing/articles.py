"""A page that lists articles, read as a feed: for sites that have none.

The list is found by a CSS selector, or by itself. Then each link is judged by three witnesses: its address
(dates, long slugs and ids are articles'; short words, tags and persons are not), how it stands on the page
(in a heading or an `article`, with the words of a headline), and its neighbours: links that stand at the same
place in the tree, and whose addresses have the same pattern, are articles together or not at all. What stands
in navigation, footers and asides does not count.

A page says when its articles were published only in `time` elements with a clock and a zone; a day is no
instant and is left to the article's own page.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from typing import Any

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from worker.feeds import page
from worker.feeds.listing.address import shape
from worker.feeds.listing.links import Link, Links, first_link
from worker.feeds.listing.place import in_margin
from worker.feeds.types import ParsedEntry, ParsedFeed
from worker.outcome import Reason, Refusal
from worker.text.plain import storable
from worker.text.site import same_site
from worker.urls import canonical_or_none

MOST = 200
"""Links that one page may bring."""
FEWEST = 3
"""A page with fewer links of articles is no list."""
_GOOD = 3.5
_LEAST = 1.0
_OWN, _PLACE, _SHAPE = 0.5, 0.3, 0.2
"""What a link's own score counts, and what those of its neighbours by place and by address do."""
_MOST_OF = 2 / 3


class BadSelector(ValueError):
    """The text is no CSS selector; the message says why."""


def read_listing(body: bytes, *, url: str, selector: str | None = None) -> ParsedFeed | Refusal:
    """The list of articles on the page at `url`, in the page's order, at most `MOST`.

    With `selector`: the links that it selects, or the first link in each element. NOT_A_FEED where there is
    no list, or nothing that is selected. Raises `BadSelector`.
    """
    tree = page.tree(body)
    links = Links(page.base(tree, url))
    found = _selected(tree, links, selector) if selector else _told(tree, links, url)
    if not found:
        why = "the selector matches no link" if selector else "no list of articles can be told on this page"
        return Refusal(Reason.NOT_A_FEED, why)
    entries = tuple(
        ParsedEntry(id=link.url, link=link.url, title=link.title or None, published=link.published)
        for link in found[:MOST]
    )
    title = next(tree.iter("title"), None)
    name = page.words(storable(title.text or "")) if title is not None else ""
    language = next((element.get("lang") for element in tree.iter("html")), None)
    return ParsedFeed(kind="listing", title=name or None, link=url, language=language, entries=entries)


def check_selector(selector: str) -> None:
    """Raises `BadSelector` where it is none."""
    _compiled(selector)


def _compiled(selector: str) -> Callable[[etree._Element], Any]:
    try:
        return CSSSelector(selector, translator="html")
    except (SelectorError, etree.LxmlError, ValueError) as error:
        raise BadSelector(f"{selector!r} is no CSS selector: {error}") from None


def _selected(tree: etree._Element, links: Links, selector: str) -> list[Link]:
    found: dict[str, Link] = {}
    for element in _compiled(selector)(tree):
        anchor = element if element.tag == "a" else first_link(element)
        link = links.read(anchor) if anchor is not None else None
        if link and (link.url not in found or not found[link.url].title):
            found[link.url] = link
    return list(found.values())


def _told(tree: etree._Element, links: Links, url: str) -> list[Link]:
    """The links that are articles by all witnesses together.

    Some name the frame around everything after what stands beside it: where names leave nothing, tags decide.
    """
    return _outside(tree, links, url, by_name=True) or _outside(tree, links, url, by_name=False)


def _outside(tree: etree._Element, links: Links, url: str, *, by_name: bool) -> list[Link]:
    margins: dict[etree._Element, bool] = {}
    here = canonical_or_none(url)
    candidates: dict[str, Link] = {}
    for anchor in tree.iter("a"):
        link = None if in_margin(anchor, margins, by_name=by_name) else links.read(anchor)
        if link and link.url != here and same_site(link.url, here or url):
            before = candidates.get(link.url)
            candidates[link.url] = _better(before, link) if before else link
    good = _agreed([link for link in candidates.values() if link.title])
    return good if len(good) >= FEWEST else []


def _better(one: Link, other: Link) -> Link:
    """A picture and a heading with the same address are one: the best of both."""
    named = max(one, other, key=lambda link: (link.worded, link.score, len(link.title)))
    best = max(one, other, key=lambda link: link.score)
    return replace(best, title=named.title, worded=named.worded, published=one.published or other.published)


def _agreed(links: Sequence[Link]) -> list[Link]:
    """The links whose own score and whose neighbours' speak for an article."""
    places, shapes = _means(links, lambda link: link.place), _means(links, lambda link: shape(link.url))
    good = {link.url for link in links if link.score >= _LEAST and _sum(link, places, shapes) >= _GOOD}
    lists = _mostly(links, good)
    return [link for link in links if link.url in good or (link.place in lists and link.score >= _LEAST)]


def _mostly(links: Sequence[Link], good: Set[str]) -> set[str]:
    """The places at which nearly all links are articles: what else stands there is one with a short name."""
    there = Counter(link.place for link in links)
    articles = Counter(link.place for link in links if link.url in good)
    return {
        place for place, count in articles.items() if count >= FEWEST and count >= _MOST_OF * there[place]
    }


def _sum(link: Link, places: dict[str, float], shapes: dict[str, float]) -> float:
    return _OWN * link.score + _PLACE * places[link.place] + _SHAPE * shapes[shape(link.url)]


def _means(links: Iterable[Link], key: Callable[[Link], str]) -> dict[str, float]:
    """The mean score of the links that go together: more where there are several, less for one alone."""
    groups: dict[str, list[float]] = defaultdict(list)
    for link in links:
        groups[key(link)].append(link.score)
    return {
        name: sum(scores) / len(scores) + (1.0 if len(scores) >= FEWEST else -0.5)
        for name, scores in groups.items()
    }

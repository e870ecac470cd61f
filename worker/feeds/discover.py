"""Which feeds a page offers.

Asked in this order: what its head declares, what its text links to, where sites made with the same software
or on the same platform have theirs. Nothing here has been fetched: the caller tries the first that answers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from worker.feeds.page import base as base_of
from worker.feeds.page import tree, words
from worker.feeds.platforms import guesses
from worker.urls import canonical, join

Kind = Literal["rss", "atom", "json", "unknown"]
How = Literal["declared", "linked", "guessed"]

_TYPES: dict[str, Kind] = {
    "application/rss+xml": "rss",
    "application/x-rss+xml": "rss",
    "application/rdf+xml": "rss",
    "application/atom+xml": "atom",
    "application/feed+json": "json",
    "application/json": "json",
}
_GENERIC_TYPES = frozenset({"", "text/xml", "application/xml", "text/rss", "text/rdf", "application/xml+rss"})
_LOOKS_LIKE_A_FEED = re.compile(
    r"\.(?:rss|atom|rdf)(?:$|\?)"
    r"|(?:^|[/._-])(?:rss2?|atom|rdf|feeds?)(?:\.(?:xml|json|php|aspx?))?/?(?:$|\?)"
    r"|/(?:rss|feeds?|atom)/[^?]*\.xml(?:$|\?)|/index\.(?:xml|rdf)$"
    r"|[?&](?:feed|format)=(?:rss2?|atom|rdf|feed|json)\b|/feeds/videos\.xml|//feeds\d?\.feedburner\.com/.",
    re.IGNORECASE,
)
_SAYS_FEED = re.compile(r"\b(?:rss|atom|feed)\b", re.IGNORECASE)
_NOT_A_FEED = re.compile(r"/wp-json/|oembed", re.IGNORECASE)
_COMMENTS = re.compile(r"\bcomment|\bcoment|\bkommentar|/comments/", re.IGNORECASE)
_MOST = 200
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed's absolute address, its title as the page gives it ("" if it does not), its likely format.

    `how` says how sure it is: declared by the page, linked from it, or guessed.
    """

    url: str
    title: str
    kind: Kind
    how: How


def discover(body: bytes, *, url: str) -> list[FoundFeed]:
    """The feeds of the HTML page `body` at `url`, best first; at most 200, feeds of comments last."""
    page = tree(body)
    base = base_of(page, url)
    found: dict[str, FoundFeed] = {}
    for feed in (*_declared(page, base), *_linked(page, base)):
        found.setdefault(canonical(feed.url), feed)
    if not found:
        return [FoundFeed(address, "", "unknown", "guessed") for address in guesses(url, body)]
    return sorted(found.values(), key=lambda feed: is_about_comments(feed.url, feed.title))[:_MOST]


def _declared(page: etree._Element, base: str) -> Iterator[FoundFeed]:
    for link in page.iter("link"):
        address = join(base, link.get("href") or "") if link.get("href") else None
        kind = _declared_kind(link, address or "")
        if address and kind and not _NOT_A_FEED.search(address):
            yield FoundFeed(address, words(link.get("title")), kind, "declared")


def _declared_kind(link: etree._Element, address: str) -> Kind | None:
    """What a `<link>` declares, None where it is no feed. `rel=feed` was WHATWG's word for a while."""
    relations = frozenset((link.get("rel") or "").lower().split())
    kind = _TYPES.get((link.get("type") or "").partition(";")[0].strip().lower())
    if "feed" in relations:
        return kind or "unknown"
    if "stylesheet" in relations or (relations and "alternate" not in relations):
        return None
    if kind:
        return kind
    generic = (link.get("type") or "").strip().lower() in _GENERIC_TYPES
    says = _SAYS_FEED.search(link.get("title") or "") or _LOOKS_LIKE_A_FEED.search(address)
    return _kind_of(address) if relations and generic and says else None


def _linked(page: etree._Element, base: str) -> Iterator[FoundFeed]:
    for link in page.iter("a"):
        href = link.get("href") or ""
        if len(href) > _LONGEST:
            continue
        address = join(base, href) if href and _LOOKS_LIKE_A_FEED.search(href.strip()) else None
        if address:
            title = words(str(link.xpath("string()"))) or words(link.get("title"))
            yield FoundFeed(address, title, _kind_of(address), "linked")


def _kind_of(address: str) -> Kind:
    path = address.lower()
    if "atom" in path:
        return "atom"
    if path.endswith(".json") or "json" in path.partition("?")[2]:
        return "json"
    return "rss" if re.search(r"rss|rdf", path) else "unknown"


def is_about_comments(url: str, title: str) -> bool:
    """Whether a feed brings comments, by its address and title."""
    return bool(_COMMENTS.search(url) or _COMMENTS.search(title))

"""Finding the feeds of a site. Every offer is requested and read before it is shown.

    request the page                                         a feed: done
    follow a meta refresh
    try what it declares (in its head and in Link headers) and links to, and what the linked pages link to
    without a feed so far: try where the platform has its feeds, then where sites usually have them
    try the sitemaps that robots.txt names, news sitemaps first; of an index, those that a poll would read
    without any feed: offer the page itself, as a list of links

Of two addresses with the same entries the first counts. The number of requests is limited; addresses that
were not tried are listed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urljoin, urlsplit

from worker.config.groups import TurnPolicy
from worker.feeds import ParsedFeed, archive, parse
from worker.feeds.discover import (
    COMMON_FEED_PATHS,
    COMMON_SITEMAP_PATHS,
    discover,
    guessed_feeds,
    is_about_comments,
    is_other_language,
)
from worker.feeds.formats.sitemap import Sitemap
from worker.feeds.listing.articles import read_listing
from worker.feeds.page import page_language, page_tree, refresh_target
from worker.feeds.sitemap_index import Memory, rank
from worker.fetch.client import Client
from worker.fetch.host_book import HostBook
from worker.fetch.purpose import Purpose
from worker.fetch.reply import Failure, Reply
from worker.outcome import Refusal
from worker.services.engine.sitemaps import follow_index
from worker.services.operator.visit import Visits
from worker.services.poll.read import sitemap_of
from worker.text.site import same_site
from worker.urls import canonical, canonical_or_none

FEEDS = frozenset({"rss", "atom", "rdf", "json"})
"""Kinds of offers that are feeds; the others are substitutes for one."""

REFRESHES = 2
"""Pages in a row that send their readers on by a meta refresh, and are followed. A guess."""

STALE = timedelta(days=365)
"""A feed whose newest entry is older than that of another by this long was left behind. A guess."""

SITEMAPS = 3
"""Sitemaps of a site that are tried. A guess; the likeliest come first."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A source that can be read; `how` it was found, and the date of its newest entry.

    `kind` is the format of a feed, 'news sitemap', 'sitemap' or 'listing'. `language` is that which the feed
    states, else its link. `is_of_site`: it or its entries are on the site that was searched.
    """

    url: str
    title: str | None
    kind: str
    entries: int
    newest: datetime | None
    how: str
    language: str | None = None
    is_of_site: bool = True


@dataclass(frozen=True, slots=True)
class Miss:
    """An address that was tried, and why it is not usable."""

    url: str
    how: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """The sources of a site, the best first; `untried` are addresses for which no request was left.

    `reason` and `detail` say why the page itself could not be fetched.
    """

    url: str
    offers: tuple[Offer, ...] = ()
    misses: tuple[Miss, ...] = ()
    untried: tuple[str, ...] = ()
    requests: int = 0
    reason: str | None = None
    detail: str = ""


async def find_sources(
    url: str, *, policy: TurnPolicy, book: HostBook, now: datetime, requests: int
) -> Discovery:
    """Find the feeds of the site at `url`. Failures of hosts are returned, not raised."""
    async with Client(policy.user_agent, policy.limits, book) as client:
        search = _Search(Visits(client, policy, now, requests))
        answer = await search.visits.get(url)
        if not isinstance(answer, Reply):
            refusal = answer.refusal if isinstance(answer, Failure) else None
            words = refusal.words if refusal else str(answer)
            return Discovery(url, reason=refusal.reason if refusal else "not-asked", detail=words)
        for _ in range(REFRESHES):
            target = refresh_target(page_tree(answer.content()), answer.url)
            ahead = await search.visits.get(target) if target else None
            if not isinstance(ahead, Reply):
                break
            answer = ahead
        await search.run(answer)
        return replace(search.found(), url=answer.url)


@dataclass(slots=True)
class _Search:
    """A search and what it has found so far."""

    visits: Visits
    offers: list[Offer] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    contents: set[str] = field(default_factory=set)
    home: str = ""
    language: str = ""

    async def run(self, page: Reply) -> None:
        """Try everything in order."""
        self.tried.add(canonical(page.url))
        body = page.content()
        self.home = page.url
        if self._take(page, "itself"):
            return
        if await self._index(page, "itself"):
            return
        self.language = page_language(page_tree(body))
        for feed in discover(body, url=page.url, headers=page.headers.items()):
            if feed.how != "guessed":
                await self._try(
                    feed.url,
                    feed.how,
                    title=feed.title,
                    language=feed.language,
                    deeper=feed.how == "linked",
                )
        if not self._has_feed():
            await self._guess(page, body)
        await self._sitemaps(page.url)
        if not self._has_feed():
            self._listing(page, body)

    def found(self) -> Discovery:
        """Return the result."""
        newest = max((one.newest for one in self.offers if one.newest), default=None)
        ranked = sorted(self.offers, key=lambda offer: self._rank(offer, newest))
        return Discovery("", tuple(ranked), tuple(self.misses), tuple(self.untried), self.visits.made)

    async def _guess(self, page: Reply, body: bytes) -> None:
        """Try the places of the site's platform, then common paths until one is a feed."""
        for url in guessed_feeds(page.url, body):
            await self._try(url, "platform", quiet=True)
        below = [urljoin(page.url, "feed/")] if page.url.rstrip("/").count("/") > 2 else []
        for url in (*below, *(urljoin(page.url, path) for path in COMMON_FEED_PATHS)):
            if self._has_feed():
                return
            await self._try(url, "common path", quiet=True)

    async def _sitemaps(self, home: str) -> None:
        named = await self.visits.sitemaps(home)
        absolute = [urljoin(home, one) for one in named]
        how = "robots.txt"
        if not absolute and not self._has_feed():
            absolute, how = [urljoin(home, path) for path in COMMON_SITEMAP_PATHS], "common path"
        for url in sorted(absolute, key=rank)[:SITEMAPS]:
            await self._try(url, how, quiet=how == "common path")

    async def _index(self, reply: Reply, how: str) -> bool:
        """Return whether the reply is an index of sitemaps; offer it, and its news sitemaps before it."""
        index = sitemap_of(reply)
        if isinstance(index, Refusal) or not index.children:
            return False

        async def read(parse: Callable[[], Sitemap | Refusal], _size: int) -> Sitemap | Refusal:
            return parse()

        get = partial(self.visits.get, purpose=Purpose.SITEMAP)
        found = await follow_index(index, url=reply.url, get=get, read=read, memory=Memory())
        for one in found.sitemaps:
            self.tried.add(canonical(one.url))
            if _kind(one.pages) == "news sitemap":
                self._offer(one.pages, one.url, f"{how}, in an index")
        for failure in found.failures:
            refusal = failure.refusal
            self.misses.append(Miss(failure.url, f"{how}, in an index", refusal.reason, refusal.words))
        if found.sitemaps or index.pages.entries:
            lists = (index.pages, *(one.pages for one in found.sitemaps))
            listed = tuple(replace(entry, title=None) for pages in lists for entry in pages.entries)
            self._offer(replace(index.pages, entries=listed), reply.url, how)
        elif found.stopped is not None:
            self.untried.append(reply.url)
        elif not found.failures:
            self.misses.append(
                Miss(reply.url, how, "not-a-feed", "an index that names no sitemap of its site")
            )
        return True

    async def _try(
        self,
        url: str,
        how: str,
        *,
        title: str = "",
        language: str = "",
        deeper: bool = False,
        quiet: bool = False,
    ) -> None:
        """Request an address and offer it if it is a source.

        `deeper`: also try the feeds that it links to. `quiet`: do not record a miss.
        """
        if (key := canonical_or_none(url)) is None or key in self.tried:
            return
        self.tried.add(key)
        answer = await self.visits.get(url, purpose=Purpose.FEED)
        if isinstance(answer, Failure):
            if not quiet:
                refusal = answer.refusal
                self.misses.append(Miss(url, how, refusal.reason, refusal.words))
        elif not isinstance(answer, Reply):
            self.untried.append(url)
        elif await self._index(answer, how):
            pass
        elif not self._take(answer, how, title=title, language=language):
            if deeper and (below := _linked_feeds(answer)):
                for one in below:
                    await self._try(one, "linked from a page of feeds")
            elif not quiet:
                self.misses.append(Miss(url, how, "not-a-feed", "neither a feed nor a sitemap"))

    def _take(self, reply: Reply, how: str, *, title: str = "", language: str = "") -> bool:
        """Return whether the reply is a feed or sitemap; it is offered unless its entries are known."""
        parsed = parse(reply.content(), url=reply.url, content_type=reply.headers.get("content-type"))
        if isinstance(parsed, Refusal):
            return False
        self._offer(parsed, reply.url, how, title, language)
        return True

    def _offer(self, parsed: ParsedFeed, url: str, how: str, title: str = "", language: str = "") -> None:
        content = archive.fingerprint(parsed.entries)
        if content and content in self.contents:
            return
        self.contents.add(content)
        dates = [at for entry in parsed.entries if (at := entry.published or entry.updated)]
        newest = max((at for at in dates if at <= self.visits.now), default=None)
        name = parsed.title or title or None
        links = (url, parsed.link, *(entry.link for entry in parsed.entries[:10]))
        is_of_site = any(same_site(self.home, link) for link in links if link)
        spoken = parsed.language or language or None
        kind, size = _kind(parsed), len(parsed.entries)
        self.offers.append(Offer(url, name, kind, size, newest, how, spoken, is_of_site))

    def _listing(self, page: Reply, body: bytes) -> None:
        parsed = read_listing(body, url=page.url)
        if isinstance(parsed, ParsedFeed):
            self._offer(parsed, page.url, "its links")

    def _has_feed(self) -> bool:
        """Whether a feed was found that may be the right one."""
        return any(offer.kind in FEEDS and not any(self._faults(offer)) for offer in self.offers)

    def _faults(self, offer: Offer) -> tuple[bool, ...]:
        """What makes an offer the wrong one although the page declares it, the worst first."""
        return (
            is_about_comments(offer.url, offer.title or ""),
            not offer.entries,
            not offer.is_of_site,
            is_other_language(offer.language, self.language),
        )

    def _rank(self, offer: Offer, newest: datetime | None) -> tuple[int, tuple[bool, ...], bool, bool]:
        """Rank feeds, news sitemaps, lists of links, plain sitemaps, in this order; wrong ones last.

        Of right ones, those that are still written come first, and those that are below the searched page.
        """
        order = ("news sitemap", "listing", "sitemap")
        place = 0 if offer.kind in FEEDS else 1 + order.index(offer.kind)
        is_stale = bool(newest and offer.newest and newest - offer.newest > STALE)
        path = urlsplit(self.home).path.rstrip("/")
        is_below = bool(path) and urlsplit(offer.url).path.startswith(f"{path}/")
        return place, self._faults(offer), is_stale, not is_below


def _kind(parsed: ParsedFeed) -> str:
    if parsed.kind != "sitemap":
        return parsed.kind
    return "news sitemap" if any(entry.title for entry in parsed.entries) else "sitemap"


def best_offers(offers: Sequence[Offer], *, all_feeds: bool) -> list[Offer]:
    """Return the best offer, or all feeds; an offer of another kind only if there is no feed."""
    feeds = [offer for offer in offers if offer.kind in FEEDS]
    return feeds if feeds and all_feeds else list(offers[:1])


def _linked_feeds(reply: Reply) -> list[str]:
    found = discover(reply.content(), url=reply.url, headers=reply.headers.items())
    return [feed.url for feed in found if feed.how != "guessed"]

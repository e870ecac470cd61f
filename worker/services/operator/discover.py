"""Finding the feeds of a site: every offer is asked for and read before it is shown.

    ask for the page                                         a feed: that is it
    what it declares and links to; of the pages behind these links, what they link to
    nothing so far: where the platform has its feeds, then where sites have them as a rule
    the sitemaps that robots.txt names, those of news first; of an index, the likeliest children
    no feed at all: the page itself, as a list of links

Of two addresses that bring the same entries the first counts. The number of requests is bounded; what was not
tried is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urljoin

from worker.config.groups import TurnPolicy
from worker.feeds import ParsedFeed, archive, common, parse
from worker.feeds.discover import discover, is_about_comments
from worker.feeds.formats import sitemap
from worker.feeds.inflate import inflated
from worker.feeds.listing.articles import read_listing
from worker.feeds.platforms import guesses
from worker.fetch.client import Client
from worker.fetch.host_book import HostBook
from worker.fetch.reply import Failure, Reply
from worker.outcome import Refusal
from worker.services.operator.visits import Visits
from worker.services.poll.read import is_index
from worker.urls import canonical, canonical_or_none

FEEDS = frozenset({"rss", "atom", "rdf", "json"})
SITEMAPS = 3
CHILDREN = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A source that answered and can be read. `how` it was found; `newest` is the date of its newest entry.

    `kind` is that of a feed, 'news sitemap', 'sitemap' or 'listing'.
    """

    url: str
    title: str | None
    kind: str
    entries: int
    newest: datetime | None
    how: str


@dataclass(frozen=True, slots=True)
class Miss:
    """An address that was tried or named and is no source, and why."""

    url: str
    how: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The offers, the best first; `untried` are addresses for which no request was left.

    `reason` and `detail` say why the page itself could not be had.
    """

    url: str
    offers: tuple[Offer, ...] = ()
    misses: tuple[Miss, ...] = ()
    untried: tuple[str, ...] = ()
    requests: int = 0
    reason: str | None = None
    detail: str = ""


async def find(url: str, *, policy: TurnPolicy, book: HostBook, now: datetime, requests: int) -> Found:
    """Look for the feeds of the site at `url`. Never raises for what hosts do."""
    async with Client(policy.user_agent, policy.limits, book) as client:
        search = _Search(Visits(client, policy, now, requests))
        answer = await search.visits.get(url)
        if not isinstance(answer, Reply):
            refusal = answer.refusal if isinstance(answer, Failure) else None
            words = (refusal.detail or refusal.reason.words) if refusal else str(answer)
            return Found(url, reason=refusal.reason if refusal else "not-asked", detail=words)
        await search.run(answer)
        return replace(search.found(), url=answer.url)


@dataclass(slots=True)
class _Search:
    """One search under way."""

    visits: Visits
    offers: list[Offer] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    contents: set[str] = field(default_factory=set)

    async def run(self, page: Reply) -> None:
        """All ways in their order."""
        self.tried.add(canonical(page.url))
        body = page.content()
        if self._take(page, "itself"):
            return
        if is_index(page):
            return await self._sitemap(page, "itself")
        named = discover(body, url=page.url)
        for feed in (one for one in named if one.how != "guessed"):
            await self._try(feed.url, feed.how, title=feed.title, deeper=feed.how == "linked")
        if not self._has_feed():
            await self._guess(page, body)
        await self._sitemaps(page.url)
        if not self._has_feed():
            self._listing(page, body)

    def found(self) -> Found:
        """What came of it."""
        ranked = sorted(self.offers, key=_rank)
        return Found("", tuple(ranked), tuple(self.misses), tuple(self.untried), self.visits.made)

    async def _guess(self, page: Reply, body: bytes) -> None:
        """Platforms have theirs at known places; else the first common path that is a feed is enough."""
        for url in guesses(page.url, body):
            await self._try(url, "platform", quiet=True)
        below = [urljoin(page.url, "feed/")] if page.url.rstrip("/").count("/") > 2 else []
        for url in (*below, *(urljoin(page.url, path) for path in common.FEEDS)):
            if self._has_feed():
                return
            await self._try(url, "common path", quiet=True)

    async def _sitemaps(self, home: str) -> None:
        named = await self.visits.sitemaps(home)
        absolute = [urljoin(home, one) for one in named]
        how = "robots.txt"
        if not absolute and not self._has_feed():
            absolute, how = [urljoin(home, path) for path in common.SITEMAPS], "common path"
        for url in sorted(absolute, key=sitemap.rank)[:SITEMAPS]:
            await self._try(url, how, quiet=how == "common path")

    async def _sitemap(self, index: Reply, how: str) -> None:
        """The likeliest children of an index."""
        body = inflated(index.content())
        children = () if isinstance(body, Refusal) else sitemap.children(body, url=index.url)
        for child in children[:CHILDREN]:
            await self._try(child.url, f"{how}, in an index")

    async def _try(
        self, url: str, how: str, *, title: str = "", deeper: bool = False, quiet: bool = False
    ) -> None:
        """Ask for an address and take it if it is a source; `deeper`: it may be a page that lists feeds."""
        if (key := canonical_or_none(url)) is None or key in self.tried:
            return
        self.tried.add(key)
        answer = await self.visits.get(url)
        if isinstance(answer, Failure):
            if not quiet:
                refusal = answer.refusal
                self.misses.append(Miss(url, how, refusal.reason, refusal.detail or refusal.reason.words))
        elif not isinstance(answer, Reply):
            self.untried.append(url)
        elif is_index(answer):
            await self._sitemap(answer, how)
        elif not self._take(answer, how, title=title):
            if deeper and (below := _below(answer)):
                for one in below:
                    await self._try(one, "linked from a page of feeds")
            elif not quiet:
                self.misses.append(Miss(url, how, "not-a-feed", "a page, or nothing that can be read"))

    def _take(self, reply: Reply, how: str, *, title: str = "") -> bool:
        """Whether the reply is a feed or sitemap; what brings the same entries as another is passed over."""
        parsed = parse(reply.content(), url=reply.url, content_type=reply.headers.get("content-type"))
        if isinstance(parsed, Refusal):
            return False
        self._offer(parsed, reply.url, how, title)
        return True

    def _offer(self, parsed: ParsedFeed, url: str, how: str, title: str = "") -> None:
        content = archive.fingerprint(parsed.entries)
        if content and content in self.contents:
            return
        self.contents.add(content)
        dates = [at for entry in parsed.entries if (at := entry.published or entry.updated)]
        newest = max((at for at in dates if at <= self.visits.now), default=None)
        name = parsed.title or title or None
        self.offers.append(Offer(url, name, _kind(parsed), len(parsed.entries), newest, how))

    def _listing(self, page: Reply, body: bytes) -> None:
        parsed = read_listing(body, url=page.url)
        if isinstance(parsed, ParsedFeed):
            self._offer(parsed, page.url, "its links")

    def _has_feed(self) -> bool:
        return any(offer.kind in FEEDS for offer in self.offers)


def _kind(parsed: ParsedFeed) -> str:
    if parsed.kind != "sitemap":
        return parsed.kind
    return "news sitemap" if any(entry.title for entry in parsed.entries) else "sitemap"


def _rank(offer: Offer) -> tuple[int, bool, bool]:
    """Feeds first, then news sitemaps, lists of links, plain sitemaps; empty ones after others."""
    order = ("news sitemap", "listing", "sitemap")
    place = 0 if offer.kind in FEEDS else 1 + order.index(offer.kind)
    return place, is_about_comments(offer.url, offer.title or ""), not offer.entries


def best(offers: Sequence[Offer], *, all_feeds: bool) -> list[Offer]:
    """The offer to subscribe to, or all feeds; one of another kind only where there is no feed."""
    feeds = [offer for offer in offers if offer.kind in FEEDS]
    return feeds if feeds and all_feeds else list(offers[:1])


def _below(reply: Reply) -> list[str]:
    found = discover(reply.content(), url=reply.url)
    return [feed.url for feed in found if feed.how != "guessed"]

"""One outlet on its host: the answer to each path at a given time. Nothing here reads a clock."""

import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from worker.demo import feeds, pages
from worker.demo.outlets import Outlet, OutletArticle, OutletFeed, Shows
from worker.demo.reply import NOT_FOUND, DemoReply, redirect

# Paths of pictures and of short links, and the smallest file that readers accept as PDF.
_PICTURE = "/pictures/"
_SHORT = "/s/"
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True, slots=True)
class OutletSite:
    """An outlet at the URL `home`, in a demo that began at `start` (aware).

    `first_read` holds when each article's page was first sent, by slug.
    """

    outlet: Outlet
    home: str
    start: datetime
    first_read: dict[str, datetime] = field(default_factory=dict)

    def reply(self, target: str, now: datetime) -> DemoReply:
        """Return the answer to a path, with or without a query, at `now`."""
        path = urlsplit(target).path
        if path == "/":
            return self._front(now)
        if path == "/robots.txt":
            return DemoReply(self.outlet.robots.encode(), "text/plain; charset=utf-8")
        for feed in self.outlet.feeds:
            if path == feed.path:
                return self._feed(feed, now)
        if path.startswith(_PICTURE):
            return DemoReply(_svg(path), "image/svg+xml")
        return self._article_reply(target, path, now)

    def visible(self, now: datetime) -> list[OutletArticle]:
        """Return the articles online at `now`, in the versions of that time, newest first."""
        elapsed = (now - self.start).total_seconds()
        online = [
            article.edited(self._since_read(article, now))
            for article in self.outlet.articles
            if article.appears_after <= elapsed
        ]
        return sorted(online, key=self.published, reverse=True)

    def published(self, article: OutletArticle) -> datetime:
        """Return the article's date in the outlet's zone, to the second."""
        when = self.start - timedelta(minutes=article.age) + timedelta(seconds=article.appears_after)
        return self._local(when)

    def modified(self, article: OutletArticle, now: datetime) -> datetime | None:
        """Return when the article was last edited before `now`, None if never."""
        if article.edit is None or self._since_read(article, now) < article.edit.after:
            return None
        return self._local(self.first_read[article.slug] + timedelta(seconds=article.edit.after))

    def _since_read(self, article: OutletArticle, now: datetime) -> float:
        """Return the seconds since the page was first read, negative infinity if it was not."""
        read = self.first_read.get(article.slug)
        return float("-inf") if read is None else (now - read).total_seconds()

    def _local(self, when: datetime) -> datetime:
        zone = datetime.strptime(self.outlet.zone, "%z").tzinfo or UTC
        return when.astimezone(zone).replace(microsecond=0)

    def _article_reply(self, target: str, path: str, now: datetime) -> DemoReply:
        for article in self.visible(now):
            if path == f"{_SHORT}{article.slug}":
                return redirect(self.home + self.outlet.path(article))
            if _names(target, self.outlet.path(article)):
                return self._shown(article, now)
        return NOT_FOUND

    def _shown(self, article: OutletArticle, now: datetime) -> DemoReply:
        match article.shows:
            case Shows.GONE:
                return NOT_FOUND
            case Shows.PDF:
                return DemoReply(_PDF, "application/pdf")
            case Shows.CONSENT:
                return DemoReply(pages.render_consent_wall(self._masthead()))
            case Shows.ARTICLE | Shows.PRIVATE:
                self.first_read.setdefault(article.slug, now)
                body = pages.render(self._page(article, now), self._masthead(), self.outlet.layout)
                return DemoReply(body, modified=self.modified(article, now) or self.published(article))

    def _page(self, article: OutletArticle, now: datetime) -> pages.Page:
        return pages.Page(
            url=self.home + self.outlet.path(article),
            title=article.title,
            blocks=pages.blocks(article.body),
            standfirst=article.standfirst,
            authors=article.authors,
            section=article.section,
            tags=article.tags,
            published=self.published(article),
            modified=self.modified(article, now),
            image=self._image(article),
            caption=article.caption,
            credit=article.credit,
            related=self._related(article),
        )

    def _related(self, article: OutletArticle) -> list[tuple[str, str]]:
        """List articles that are online from the start, so that a page changes only when it is edited."""
        others = [a for a in self.outlet.articles if a.slug != article.slug and not a.appears_after]
        return [(a.title, self.home + self.outlet.path(a)) for a in others[:4]]

    def _image(self, article: OutletArticle) -> str:
        return f"{self.home}{_PICTURE}{article.slug}.svg" if article.caption else ""

    def _masthead(self) -> pages.Masthead:
        sections = tuple(dict.fromkeys(article.section for article in self.outlet.articles))
        return pages.Masthead(
            self.outlet.name, self.home, self.outlet.language, sections=sections, labels=self.outlet.labels
        )

    def _front(self, now: datetime) -> DemoReply:
        links = [(a.title, self.home + self.outlet.path(a)) for a in self.visible(now)]
        known = [(feeds.CONTENT_TYPES[feed.format], self.home + feed.path) for feed in self.outlet.feeds]
        return DemoReply(pages.render_front(self._masthead(), links, known))

    def _feed(self, feed: OutletFeed, now: datetime) -> DemoReply:
        articles = [article for article in self.visible(now) if feed.carries(article)]
        changes = [self.modified(a, now) or self.published(a) for a in articles]
        document = feeds.FeedDocument(
            title=feed.title,
            home=f"{self.home}/",
            url=self.home + feed.path,
            items=[self._item(feed, article, now) for article in articles],
            language=self.outlet.language,
            updated=max(changes, default=None),
        )
        content_type = f"{feeds.CONTENT_TYPES[feed.format]}; charset=utf-8"
        return DemoReply(feeds.render(document, feed.format), content_type, modified=document.updated)

    def _item(self, feed: OutletFeed, article: OutletArticle, now: datetime) -> feeds.Item:
        full = feed.full_text or article.full_text
        return feeds.Item(
            link=f"{self.home}{self.outlet.link(feed, article)}{feed.tracking}",
            title=article.title,
            guid=self._guid(feed, article),
            summary=article.standfirst,
            content="\n".join(pages.blocks(article.body)) if full else "",
            authors=article.authors,
            tags=article.tags,
            published=self.published(article) if article.dated else None,
            updated=(self.modified(article, now) or self.published(article)) if article.dated else None,
            image=self._image(article),
        )

    def _guid(self, feed: OutletFeed, article: OutletArticle) -> str:
        """Return the item's guid; short links come from another system with its own identifiers."""
        if not article.guid:
            return ""
        return f"{self.outlet.key}:{'short:' if feed.short_links else ''}{article.slug}"


def _names(target: str, path: str) -> bool:
    """Return whether the target is this path, with or without extra parameters."""
    return target == path or target.startswith((f"{path}?", f"{path}&"))


def _svg(name: str) -> bytes:
    """Draw a landscape, 1200 by 675; its colours and its hill depend only on the name."""
    seed = zlib.crc32(name.encode())
    hue, hill, sun = seed % 360, 250 + seed // 7 % 250, 150 + seed // 11 % 900
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 675" width="1200" height="675">'
        f'<rect width="1200" height="675" fill="hsl({hue} 45% 78%)"/>'
        f'<circle cx="{sun}" cy="160" r="70" fill="hsl({(hue + 40) % 360} 80% 66%)"/>'
        f'<path d="M0 {hill}Q400 {hill - 160} 700 {hill + 40}T1200 {hill - 30}V675H0Z"'
        f' fill="hsl({hue} 35% 40%)"/>'
        "</svg>"
    ).encode()

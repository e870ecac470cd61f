"""A host of a test site: content is added, edited, removed or broken in one line each."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.site.faults import Fault
from tests.site.prose import prose
from worker.demo import feeds, pages
from worker.demo.outlets import FeedFormat
from worker.demo.pages import blocks
from worker.demo.reply import NOT_FOUND, DemoReply

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""The first article of a host is dated so, each further one a minute later."""


@dataclass(slots=True)
class SiteFeed:
    """A feed of a host: newest first, at most `window` items; what scrolls off is gone."""

    url: str
    format: FeedFormat
    title: str
    home: str
    window: int = 20
    items: list[feeds.Item] = field(default_factory=list)

    def add(self, article: "SiteArticle", **changes: Any) -> feeds.Item:
        """List `article` at the top; `changes` are fields of the item (link, guid, content, published…)."""
        page = article.page
        item = feeds.Item(
            link=page.url,
            title=page.title,
            guid=page.url,
            summary=page.standfirst,
            authors=tuple(page.authors),
            published=page.published,
            updated=page.modified or page.published,
        )
        self.items.insert(0, replace(item, **changes))
        return self.items[0]

    def render(self) -> DemoReply:
        """Return the current document."""
        shown = self.items[: self.window]
        updated = max((item.updated for item in shown if item.updated), default=None)
        document = feeds.FeedDocument(self.title, f"{self.home}/", self.url, shown, updated=updated)
        return DemoReply(
            feeds.render(document, self.format), feeds.CONTENT_TYPES[self.format], modified=updated
        )


@dataclass(slots=True)
class SiteArticle:
    """An article page of a host, and the words in it."""

    page: pages.Page
    text: str

    @property
    def url(self) -> str:
        """Where it stands."""
        return self.page.url

    def edit(self, *, text: str | None = None, **changes: Any) -> None:
        """The publisher changes the text or any field of the page (title, authors, modified…)."""
        self.text = text if text is not None else self.text
        self.page = replace(self.page, blocks=blocks(self.text), **changes)


class SiteHost:
    """One host at the address `home`. Nothing in it needs a lock: a request sees one moment."""

    def __init__(self, home: str, name: str, *, layout: str = "gazette", language: str = "en") -> None:
        self.home = home
        self.layout = layout
        self.masthead = pages.Masthead(name, home, language)
        self.feeds: list[SiteFeed] = []
        self.faults: dict[str, Fault] = {}
        self._answers: dict[str, Callable[[], DemoReply]] = {}
        self._articles = 0

    def article(
        self, title: str, *, path: str | None = None, text: str | None = None, **fields: Any
    ) -> SiteArticle:
        """Put an article online; without `text` it gets its own. `fields` are those of the page."""
        self._articles += 1
        text = text if text is not None else prose(title)
        path = path or f"/news/{self._articles}.html"
        published = fields.pop("published", START + timedelta(minutes=self._articles - 1))
        page = pages.Page(self.home + path, title, blocks(text), published=published, **fields)
        article = SiteArticle(page, text)
        self._answers[path] = lambda: self._page(article)
        return article

    def feed(
        self, path: str = "/feed.xml", format: str = "rss", *, window: int = 20, articles: int = 0
    ) -> SiteFeed:
        """Put a feed online, with `articles` generated articles."""
        feed = SiteFeed(self.home + path, FeedFormat(format), self.masthead.name, self.home, window)
        self._answers[path] = feed.render
        self.feeds.append(feed)
        for number in range(articles):
            feed.add(self.article(f"{self.masthead.name}, article {number + 1} of {path}"))
        return feed

    def put(
        self, path: str, body: bytes | str, content_type: str = "text/html; charset=utf-8", **headers: str
    ) -> str:
        """Put any file online; returns its URL. `X_Robots_Tag="noai"` is a header of its answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = DemoReply(body.encode() if isinstance(body, str) else body, content_type, headers=named)
        self._answers[path] = lambda: reply
        return self.home + path

    def robots(self, text: str) -> None:
        """Set robots.txt; without one the host answers 404, which forbids nothing."""
        self.put("/robots.txt", text, "text/plain; charset=utf-8")

    def fault(self, url: str, fault: Fault) -> None:
        """Spoil the answer of a URL or path of this host, until `heal`."""
        self.faults[url.removeprefix(self.home)] = fault

    def fault_all(self, fault: Fault) -> None:
        """Break every answer of this host that does not have another fault."""
        self.faults["*"] = fault

    def heal(self, url: str | None = None) -> None:
        """Take a fault away, or all of them."""
        if url is None:
            self.faults.clear()
        else:
            self.faults.pop(url.removeprefix(self.home), None)

    def remove(self, url: str) -> None:
        """Take an article or file offline: 404 from now on."""
        self._answers.pop(url.removeprefix(self.home))

    def reply(self, target: str) -> DemoReply:
        """The right answer now; a query is ignored where the path alone is known."""
        answer = self._answers.get(target) or self._answers.get(target.partition("?")[0])
        return answer() if answer else NOT_FOUND

    def fault_of(self, target: str) -> Fault | None:
        """What spoils the answer now."""
        return self.faults.get(target) or self.faults.get(target.partition("?")[0]) or self.faults.get("*")

    def _page(self, article: SiteArticle) -> DemoReply:
        page = article.page
        return DemoReply(
            pages.render(page, self.masthead, self.layout), modified=page.modified or page.published
        )

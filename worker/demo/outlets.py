"""The demo's outlets, feeds and articles, read from `content/*.toml`. All of it is invented."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from pydantic import ConfigDict, TypeAdapter

CONTENT = Path(__file__).parent / "content"
_STRICT = ConfigDict(extra="forbid")


class Shows(StrEnum):
    """What a reader without cookies finds at an article's link."""

    ARTICLE = "article"
    CONSENT = "consent"
    GONE = "gone"
    PDF = "pdf"
    PRIVATE = "private"


class FeedFormat(StrEnum):
    """The feed formats of the demo."""

    RSS = "rss"
    RDF = "rdf"
    ATOM = "atom"
    JSON = "json"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True)
class Edit:
    """A change by the newsroom: a new title and an added paragraph.

    It comes `after` seconds after the page was first read, so that every reader sees both versions, however
    slowly its machine starts.
    """

    after: float
    title: str
    added: str


@dataclass(frozen=True, slots=True)
class OutletArticle:
    """One article of an outlet.

    It is dated `age` minutes before the start of the demo, or `appears_after` seconds after the start if it
    appears later. `copy_of` names the "outlet/slug" whose text it repeats word for word.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    slug: str
    section: str
    title: str = ""
    standfirst: str = ""
    body: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    caption: str = ""
    credit: str = ""
    age: float = 0
    shows: Shows = Shows.ARTICLE
    guid: bool = True
    dated: bool = True
    full_text: bool = False
    appears_after: float = 0
    edit: Edit | None = None
    copy_of: str = ""

    def edited(self, since_read: float) -> "OutletArticle":
        """Return the version that is online `since_read` seconds after the page was first read."""
        if self.edit is None or since_read < self.edit.after:
            return self
        return replace(self, title=self.edit.title, body=f"{self.body.rstrip()}\n\n{self.edit.added}")


@dataclass(frozen=True, slots=True)
class OutletFeed:
    """One feed of an outlet: all its articles or those of one `section`.

    It may have the full text, tracking parameters on its links, or short links that redirect to the article.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    path: str
    format: FeedFormat
    title: str
    section: str = ""
    full_text: bool = False
    tracking: str = ""
    short_links: bool = False

    def carries(self, article: OutletArticle) -> bool:
        """Return whether the feed lists this article."""
        return not self.section or article.section == self.section


@dataclass(frozen=True, slots=True)
class PageLabels:
    """The labels on an article's page, in the outlet's language."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    home: str = "Home"
    more: str = "More on this topic"
    newsletter: str = "Get our morning newsletter. Free, five days a week, straight to your inbox."
    subscribe: str = "Subscribe"
    cookies: str = "We use cookies to improve your experience and to show you advertising."
    accept: str = "Accept all"
    settings: str = "Manage preferences"
    comments: str = "Comments"
    comment: str = "Thank you for this report, I had wondered about it for weeks."
    share: str = "Share"
    rights: str = "All rights reserved."


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher with its own host. `zone` is the UTC offset of its dates, such as `+01:00`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    key: str
    name: str
    language: str
    zone: str
    layout: str
    permalink: str
    feeds: tuple[OutletFeed, ...]
    articles: tuple[OutletArticle, ...]
    robots: str = "User-agent: *\nDisallow:\n"
    labels: PageLabels = field(default_factory=PageLabels)

    def path(self, article: OutletArticle) -> str:
        """Return the percent-encoded path of the article on this outlet's host."""
        if article.shows is Shows.PRIVATE:
            return quote(f"/private/{article.slug}")
        if article.shows is Shows.PDF:
            return quote(f"/documents/{article.slug}.pdf")
        return quote(self.permalink.format(section=article.section, slug=article.slug), safe="/?=")

    def link(self, feed: OutletFeed, article: OutletArticle) -> str:
        """Return the path to which `feed` links: the article's, or a short link that redirects to it."""
        return quote(f"/s/{article.slug}") if feed.short_links else self.path(article)


def load_outlets(folder: Path = CONTENT) -> list[Outlet]:
    """Load all outlets from a folder of TOML files, with the texts of syndicated copies filled in."""
    adapter = TypeAdapter(Outlet)
    outlets = [
        adapter.validate_python(tomllib.loads(file.read_text("utf-8")))
        for file in sorted(folder.glob("*.toml"))
    ]
    return _with_copies(outlets)


def _with_copies(outlets: Sequence[Outlet]) -> list[Outlet]:
    originals = {f"{outlet.key}/{article.slug}": article for outlet in outlets for article in outlet.articles}
    return [
        replace(
            outlet,
            articles=tuple(_filled(a, originals[a.copy_of]) if a.copy_of else a for a in outlet.articles),
        )
        for outlet in outlets
    ]


def _filled(copy: OutletArticle, original: OutletArticle) -> "OutletArticle":
    return replace(
        original,
        slug=copy.slug,
        section=copy.section,
        age=copy.age,
        copy_of=copy.copy_of,
        edit=None,
        appears_after=0,
    )

"""Feed documents as content systems write them: RSS 2.0, RSS 1.0, Atom, JSON Feed, a news sitemap."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from worker.demo.outlets import FeedFormat
from worker.demo.templates import templates

# The media types under which publishers serve each format.
CONTENT_TYPES = {
    FeedFormat.RSS: "application/rss+xml",
    FeedFormat.RDF: "application/rdf+xml",
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.JSON: "application/feed+json",
    FeedFormat.SITEMAP: "application/xml",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed; empty values are left out of the document."""

    link: str
    title: str
    guid: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    image: str = ""


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """The content of a feed at one moment; `updated` is the time of its last change."""

    title: str
    home: str
    url: str
    items: Sequence[Item]
    language: str = "en"
    updated: datetime | None = None


def render(feed: FeedDocument, format: FeedFormat) -> bytes:
    """Render the document in UTF-8; equal values give equal bytes."""
    if format is FeedFormat.JSON:
        return json.dumps(_json_feed(feed), ensure_ascii=False, indent=1).encode()
    template = templates().get_template(f"{format}.xml")
    return template.render(feed=feed, rfc822=format_datetime).encode()


def _json_feed(feed: FeedDocument) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "language": feed.language,
        "items": [_json_item(item) for item in feed.items],
    }


def _json_item(item: Item) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": item.guid or item.link,
        "url": item.link,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.content,
        "image": item.image,
        "date_published": item.published and item.published.isoformat(),
        "date_modified": item.updated and item.updated.isoformat(),
        "authors": [{"name": name} for name in item.authors],
        "tags": list(item.tags),
    }
    return {key: value for key, value in values.items() if value}

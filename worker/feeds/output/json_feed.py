"""JSON Feed 1.1 (jsonfeed.org)."""

import json
from typing import Any

from worker.feeds.output.document import FeedDocument, PublishedItem
from worker.feeds.output.xml import rfc3339
from worker.text.plain import storable

VERSION = "https://jsonfeed.org/version/1.1"
"""The address that names the version."""

MEDIA_TYPE = "application/feed+json"
"""JSON Feed 1.1, "Suggestions for Publishers"."""


def write_json_feed(feed: FeedDocument) -> bytes:
    """Return the feed as a JSON Feed. It has no word for withdrawn items: they are left out."""
    head = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.self_url,
        "next_url": feed.next_url,
    }
    # `items` must be there even when it is empty.
    document = {**_without_missing(head), "items": [_item(item) for item in feed.items]}
    return json.dumps(document, ensure_ascii=False).encode()


def _item(item: PublishedItem) -> dict[str, Any]:
    return _without_missing(
        {
            "id": item.id,
            "url": item.url,
            "title": storable(item.title),
            "content_html": storable(item.html),
            "summary": item.summary and storable(item.summary),
            "image": item.image,
            "date_published": item.published and rfc3339(item.published),
            "date_modified": rfc3339(item.updated),
            "authors": [{"name": storable(name)} for name in item.bylines],
            "tags": [storable(tag) for tag in item.tags],
            "language": item.language,
        }
    )


def _without_missing(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [])}

"""RSS 2.0, as the RSS Advisory Board describes it, with whole texts in `content:encoded`."""

from datetime import UTC, datetime
from email.utils import format_datetime

from lxml import etree

from worker.feeds.output.document import GENERATOR, FeedDocument, PublishedItem
from worker.feeds.output.xml import ATOM, XML_LANG, add, rfc3339, serialised

CONTENT = "http://purl.org/rss/1.0/modules/content/"
"""The module of whole texts."""

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
"""Names of authors: RSS's own `author` must be a mail address."""

MEDIA_TYPE = "application/rss+xml"
"""Not registered, but what feed readers look for."""


def write_rss(feed: FeedDocument) -> bytes:
    """Return the feed as an RSS document. RSS has no word for withdrawn items: they are left out."""
    root = etree.Element("rss", version="2.0", nsmap={"atom": ATOM, "content": CONTENT, "dc": DUBLIN_CORE})
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.home_url)
    add(channel, "description", feed.title)
    add(channel, "generator", GENERATOR)
    add(channel, "docs", "https://www.rssboard.org/rss-specification")
    add(channel, "lastBuildDate", _rfc822(feed.updated))
    links = {"self": feed.self_url, "first": feed.first_url, "next": feed.next_url}
    for rel, url in links.items():
        if url:
            add(channel, f"{{{ATOM}}}link", rel=rel, href=url, type=MEDIA_TYPE)
    for item in feed.items:
        _item(channel, item)
    return serialised(root)


def _item(channel: etree._Element, item: PublishedItem) -> None:
    entry = add(channel, "item")
    if item.language:
        entry.set(XML_LANG, item.language)
    add(entry, "title", item.title)
    add(entry, "link", item.url)
    add(entry, "guid", item.id, isPermaLink="false")
    if item.published:
        add(entry, "pubDate", _rfc822(item.published))
    # RSS has no date of a change; feed readers know Atom's.
    add(entry, f"{{{ATOM}}}updated", rfc3339(item.updated))
    for name in item.bylines:
        add(entry, f"{{{DUBLIN_CORE}}}creator", name)
    for tag in item.tags:
        add(entry, "category", tag)
    if item.summary:
        add(entry, "description", item.summary)
    add(entry, f"{{{CONTENT}}}encoded", item.html)


def _rfc822(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)

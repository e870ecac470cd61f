"""Atom 1.0 (RFC 4287), with pages (RFC 5005, section 3) and tombstones (RFC 6721)."""

from typing import Any

from lxml import etree

from worker.feeds.output.document import GENERATOR, FeedDocument, PublishedItem
from worker.feeds.output.xml import ATOM, XML_LANG, add, rfc3339, serialised

TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
"""RFC 6721, section 1.2."""

MEDIA_TYPE = "application/atom+xml"
"""RFC 4287, section 7."""


def write_atom(feed: FeedDocument) -> bytes:
    """Return the feed as an Atom document."""
    prefixes: dict[Any, str] = {None: ATOM, "at": TOMBSTONES}
    root = etree.Element(_(ATOM, "feed"), nsmap=prefixes)
    add(root, _(ATOM, "id"), feed.id)
    add(root, _(ATOM, "title"), feed.title)
    add(root, _(ATOM, "updated"), rfc3339(feed.updated))
    add(root, _(ATOM, "generator"), GENERATOR)
    # Required where an entry lacks one (RFC 4287, section 4.1.1).
    add(add(root, _(ATOM, "author")), _(ATOM, "name"), GENERATOR)
    links = {"self": feed.self_url, "first": feed.first_url, "next": feed.next_url}
    for rel, url in links.items():
        if url:
            add(root, _(ATOM, "link"), rel=rel, href=url, type=MEDIA_TYPE)
    add(root, _(ATOM, "link"), rel="alternate", href=feed.home_url, type="text/html")
    for gone in feed.gone:
        add(root, _(TOMBSTONES, "deleted-entry"), ref=gone.id, when=rfc3339(gone.at))
    for item in feed.items:
        _entry(root, item)
    return serialised(root)


def _entry(root: etree._Element, item: PublishedItem) -> None:
    entry = add(root, _(ATOM, "entry"))
    if item.language:
        entry.set(XML_LANG, item.language)
    add(entry, _(ATOM, "id"), item.id)
    add(entry, _(ATOM, "title"), item.title)
    add(entry, _(ATOM, "updated"), rfc3339(item.updated))
    if item.published:
        add(entry, _(ATOM, "published"), rfc3339(item.published))
    add(entry, _(ATOM, "link"), rel="alternate", href=item.url, type="text/html")
    for name in item.bylines:
        add(add(entry, _(ATOM, "author")), _(ATOM, "name"), name)
    for tag in item.tags:
        add(entry, _(ATOM, "category"), term=tag)
    if item.summary:
        add(entry, _(ATOM, "summary"), item.summary)
    add(entry, _(ATOM, "content"), item.html, type="html")


def _(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"

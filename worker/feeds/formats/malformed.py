"""Feeds that are not well-formed XML: what feedparser finds in them, as a tree.

feedparser cleans HTML and resolves links slowly, and reads dates that do not exist. Here it only finds the
elements; what they say is read by our own reader, as in any other feed.
"""

import io
import re
from html import unescape
from typing import Any

import feedparser
from lxml import etree

from worker.feeds.formats.xml_tree import XmlTree, mend_xml
from worker.text.plain import storable

Raw = dict[str, Any]

_ROOTS = re.compile(rb"<(?:[\w.-]+:)?(rss|feed|rdf|channel)\b", re.I)
_HEAD = 16 * 1024
_ENDLESS_NAME = re.compile(
    rb"(<(?:\w+:)?(?:author|creator|managingEditor|name|email)\b[^<>]*>(?:<!\[CDATA\[)?)[^<>\]]{2000,}", re.I
)
_BLANKS = re.compile(rb"\s{100,}")
"""feedparser's patterns for email addresses and for the prolog take very long on these two."""
_STRAY_PREFIX = re.compile(rb"<(/?)(?:rss|atom):(?=\w)")
"""Often declared nowhere, and then feedparser does not recognise the element."""
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|apos|#0*(?:34|38|39|60|62)|#x0*(?:22|26|27|3c|3e));", re.I)
"""What feedparser's second parser leaves escaped in ids and categories."""
# Fields of feedparser that are copied unchanged, with their type, and as elements of Media RSS.
_TEXTS = ("published", "created", "updated", "language", "generator", "ttl", "subtitle")
_CONSTRUCTS = ("title", "summary")
_MEDIA = {"media_content": "media:content", "media_thumbnail": "media:thumbnail"}


def malformed_tree(body: bytes) -> XmlTree | None:
    """Return a tree of the elements that feedparser finds in `body` (UTF-8); None if it finds no feed."""
    body = _ENDLESS_NAME.sub(rb"\1", _STRAY_PREFIX.sub(rb"<\1", _BLANKS.sub(b"\n", mend_xml(body))))
    try:
        document: Any = feedparser.parse(
            io.BytesIO(body),  # never a string: feedparser opens what reads like a path or an address
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:  # feedparser raises whatever its SGML parser stumbles over
        return None
    found = _ROOTS.search(body[:_HEAD])
    if not document.entries and not (document.get("version") or found):
        return None
    root = etree.Element(found[1].lower().decode() if found else "rss")
    channel = root if root.tag in ("feed", "channel") else etree.SubElement(root, "channel")
    _fill(channel, document.feed)
    for raw in filter(None, document.entries):
        item = etree.SubElement(channel, "item")
        etree.SubElement(item, "source")  # so that an entry of unknown elements still counts as one
        _fill(item, raw)
    return XmlTree(root, str(dict.get(document, "bozo_exception") or "not well-formed"))


def _fill(node: etree._Element, raw: Raw) -> None:
    """Add to `node` what feedparser found in a feed or an entry."""
    if written := dict.get(raw, "id"):
        _add(node, "id", _unescaped(written), ispermalink=str(bool(dict.get(raw, "guidislink"))).lower())
    for name in _CONSTRUCTS:
        if value := dict.get(raw, name):
            _add(node, name, value, **_attributes(dict.get(raw, f"{name}_detail") or {"type": "text/html"}))
    for name in _TEXTS:
        if value := dict.get(raw, name):
            _add(node, name, value)
    for content in dict.get(raw, "content") or ():
        _add(node, "content", content.get("value"), **_attributes(content))
    for link in dict.get(raw, "links") or ():
        _add(node, "link", None, **_attributes(link))
    for person in dict.get(raw, "authors") or ():
        author = _add(node, "author", None)
        for name, value in person.items():
            _add(author, name, value)
    for tag in dict.get(raw, "tags") or ():
        _add(
            node,
            "category",
            None,
            **{name: _unescaped(tag[name]) for name in ("term", "label") if tag.get(name)},
        )
    for name, element in _MEDIA.items():
        for file in dict.get(raw, name) or ():
            _add(node, element, None, **_attributes(file))


def _add(parent: etree._Element, name: str, text: Any, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, name.replace("media:", "{http://search.yahoo.com/mrss/}"), attributes)
    element.text = storable(str(text)) if text else None
    return element


def _attributes(found: Raw) -> dict[str, str]:
    names = ("type", "href", "rel", "url", "length", "filesize")
    return {name: storable(str(found[name])) for name in names if found.get(name)}


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: unescape(found[0]), text)

"""Sitemaps (sitemaps.org) and news sitemaps (Google's sitemap-news/0.9), read as feeds of pages.

A document may list pages, other sitemaps, or both, whatever its root is called. It is read as leniently as a
feed: bare ampersands, undeclared prefixes and missing ends are repaired. A text with one address a line is a
sitemap, too. Which sitemaps of an index are read is decided in `worker.feeds.sitemap_index`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree

from worker.feeds.formats.prolog import prolog_of
from worker.feeds.formats.xml_guard import refuse_hostile_xml
from worker.feeds.formats.xml_tree import XmlTree, mend_xml, xml_tree
from worker.feeds.types import ParsedEntry, ParsedFeed
from worker.outcome import Reason, Refusal
from worker.text.dates.strict import NO_DATE, feed_date, parse_date
from worker.text.encoding import to_utf8
from worker.text.plain import absolute_link, collapsed, plain_text, storable

MOST_LISTED = 50_000
"""Pages and sitemaps of one document that are read: as many as the protocol allows."""

# The roots of the protocol; what may surround a document; a line of a `sitemap.txt`.
_ROOTS = frozenset({"urlset", "sitemapindex"})
_BLANK = b" \t\r\n\f\v\0\xef\xbb\xbf\xff\xfe"
_ADDRESS = re.compile(rb"\s*https?://[^\s<>\"]+\s*", re.IGNORECASE)
# The extensions of sitemap files, and their usual name.
_SITEMAP_FILE = re.compile(r"\.(?:xml|txt)(?:\.gz)?", re.IGNORECASE)
_SITEMAP_NAME = re.compile(r"site[_-]?map", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that another one names: its absolute address and the date of its last change, if any."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap: the pages that it lists, as a feed, and the sitemaps that it names. Either may be empty."""

    pages: ParsedFeed
    children: tuple[Child, ...] = ()


class _Listed(NamedTuple):
    """One page or sitemap as it is listed; `news` is the element of a news sitemap that describes a page."""

    loc: str = ""
    lastmod: str = ""
    news: etree._Element | None = None
    is_child: bool = False


def is_sitemap(body: bytes, *, url: str) -> bool:
    """Return whether `body` from `url` is a sitemap by its root element, or as a text of addresses."""
    plain = body.replace(b"\0", b"") if b"\0" in body[:4] else body  # UTF-16 and UTF-32 in ASCII
    return prolog_of(plain).root in _ROOTS or _is_text(plain, url)


def read_sitemap(body: bytes, *, url: str, content_type: str | None = None) -> Sitemap | Refusal:
    """Return the pages and sitemaps that `body` lists, in its order. An empty one lists nothing.

    Refuses with HOSTILE_XML, or with NOT_A_FEED if it is not a sitemap.
    """
    raw, body = body, to_utf8(body, content_type, xml=True)
    if _is_text(body, url):
        lines = body.decode("utf-8-sig", "replace").splitlines()
        return _sitemap([_Listed(line.strip()) for line in lines if line.strip()], url)
    if refusal := refuse_hostile_xml(raw, content_type) or refuse_hostile_xml(body):
        return refusal
    tree = xml_tree(body) or _recovered(body)
    if tree is None or _name(tree.root).lower() not in _ROOTS:
        return Refusal(Reason.NOT_A_FEED, "not a sitemap: it lists neither pages nor sitemaps")
    return _sitemap(list(_all_listed(tree.root)), url, _publication(tree.root), tree.warnings)


def pages_of(sitemap: Sitemap) -> ParsedFeed | Refusal:
    """Return the pages of a sitemap as a feed; refuse an index, whose pages are in other documents."""
    if sitemap.children and not sitemap.pages.entries:
        return Refusal(Reason.NOT_A_FEED, "an index of sitemaps, which lists no pages itself")
    return sitemap.pages


def _is_text(body: bytes, url: str) -> bool:
    """Return whether every line is an address, as in a `sitemap.txt`; a single one says little elsewhere."""
    start = body.lstrip(_BLANK)
    if start[:4].lower() != b"http":  # nearly all documents are XML or HTML
        return False
    lines = [line for line in start.splitlines() if line.strip()]
    is_named = url.partition("?")[0].lower().endswith((".txt", ".txt.gz"))
    return (len(lines) > 1 or is_named) and all(map(_ADDRESS.fullmatch, lines))


def _recovered(body: bytes) -> XmlTree | None:
    """Return what libxml2 finds in a document whose tags do not match: each page is a short element."""
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        root: etree._Element | None = etree.fromstring(mend_xml(body), parser)
    except (etree.LxmlError, ValueError):
        return None
    fault = next((error.message for error in parser.error_log), "")
    return None if root is None else XmlTree(root, fault)


def _sitemap(
    listed: Sequence[_Listed], url: str, title: str | None = None, warnings: tuple[str, ...] = ()
) -> Sitemap:
    left = len(listed) - MOST_LISTED
    if left > 0:
        warnings = (f"{left} addresses beyond the first {MOST_LISTED} were left out", *warnings)
    listed = listed[:MOST_LISTED]
    # A list of nothing but XML files is one of sitemaps, whatever these are called.
    only_files = all(_is_sitemap_file(one.loc) for one in listed)
    children: dict[str, Child] = {}
    entries: list[ParsedEntry] = []
    for one in listed:
        address = absolute_link(url, one.loc)
        if one.is_child or (
            _is_sitemap_file(one.loc) and (only_files or _SITEMAP_NAME.search(one.loc.rpartition("/")[2]))
        ):
            if address:
                children.setdefault(address, Child(address, parse_date(one.lastmod)))
        else:
            entries.append(_entry(one, address))
    return Sitemap(
        ParsedFeed(kind="sitemap", title=title, entries=tuple(entries), warnings=warnings),
        tuple(children.values()),
    )


def _is_sitemap_file(loc: str) -> bool:
    try:
        path = urlsplit(loc).path
    except ValueError:
        return False
    return bool(_SITEMAP_FILE.search(path[-8:])) and path.lower().endswith((".xml", ".txt", ".gz"))


def _all_listed(root: etree._Element) -> Iterator[_Listed]:
    """Yield what the elements `url` and `sitemap` list, also where a missing end put one inside another."""
    space, _ = _names(root)
    for node in root.iter(etree.Element):
        node_space, name = _names(node)
        if name in ("url", "sitemap") and node_space in (space, ""):
            yield from _of_node(node, node_space, is_child=name == "sitemap")


def _of_node(node: etree._Element, space: str, *, is_child: bool) -> Iterator[_Listed]:
    """Yield one address for each `loc` in a `url`; what stands after a second one describes that one.

    `image:loc` and `video:…` belong to other vocabularies, whatever their order.
    """
    one = _Listed(is_child=is_child)
    for child in node.iterchildren(etree.Element):
        child_space, name = _names(child)
        if name == "news":
            one = one._replace(news=child) if one.news is None else one
        elif child_space not in (space, "") or not (text := _text(child)):
            continue
        elif name == "loc":
            if one.loc:
                yield one
                one = _Listed(is_child=is_child)
            one = one._replace(loc=text)
        elif name == "lastmod" and not one.lastmod:
            one = one._replace(lastmod=text)
    yield one


def _entry(one: _Listed, address: str | None) -> ParsedEntry:
    news: dict[str, str] = {}
    for element in one.news.iter(etree.Element) if one.news is not None else ():
        if text := _text(element):
            news.setdefault(_name(element), text)
    title = news.get("title", "")
    keywords = news.get("keywords", "").split(",")
    published = feed_date(news.get("publication_date")) or NO_DATE
    updated = feed_date(one.lastmod) or NO_DATE
    return ParsedEntry(
        link=address,
        # Titles are plain text, but many programs escape them twice.
        title=plain_text(title, markup="</" in title or "&" in title) or None,
        published=published[0],
        updated=updated[0],
        tags=tuple(dict.fromkeys(word.strip() for word in keywords if word.strip())),
        language=news.get("language"),
        published_precision=published[1],
        updated_precision=updated[1],
    )


def _publication(root: etree._Element) -> str | None:
    """The publication's name, if all pages name the same one."""
    names = {_text(node) for node in root.iter("{*}name") if _name(node.getparent()) == "publication"}
    return names.pop() or None if len(names) == 1 else None


def _text(node: etree._Element) -> str:
    try:
        return collapsed(storable(node.text or ""))
    except UnicodeDecodeError:  # half of a surrogate pair (&#xD800;), which a recovering parser accepts
        return ""


def _names(node: etree._Element) -> tuple[str, str]:
    """The namespace, or the prefix that is declared nowhere, and the local name."""
    # QName would raise on names that a recovering parser accepts.
    tag = node.tag if isinstance(node.tag, str) else ""
    space, _, local = tag.rpartition("}")
    if not space:
        space, _, local = local.rpartition(":")
    return space, local


def _name(node: etree._Element | None) -> str:
    return _names(node)[1] if node is not None else ""

"""News sitemaps (Google's sitemap-news/0.9) and plain sitemaps with `lastmod`, read as feeds of pages.

A sitemap may be an index of others: `children` lists them, those likeliest to have news first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from worker.feeds.formats.xml_guard import refuse_hostile_xml
from worker.feeds.types import ParsedEntry, ParsedFeed
from worker.outcome import Reason, Refusal
from worker.text.dates.strict import parse_date
from worker.text.plain import absolute_link, collapsed, storable

MOST_PAGES = 1000
"""Pages that are kept, the newest: as many as a news sitemap may have. A plain one lists up to 50,000."""

_MOST_CHILDREN = 1000
"""Sitemaps of an index that are ranked, the last: programs append, and an index may have 50,000."""
# The root element of an index (sitemaps.org), with any prefix.
_INDEX = re.compile(rb"<(?:[\w.-]+:)?sitemapindex[\s>]")
# Words that are common in the names of sitemaps on news sites; a list by hand, not measured.
_NEWS = re.compile(r"news|nachricht|actualit|noticia|notizi|nyhet|artic|artikel|latest|today", re.IGNORECASE)
_NO_NEWS = re.compile(
    r"image|video|tag|categor|author|autor|page-sitemap|product|topic|archive|taxonom|static|event",
    re.IGNORECASE,
)
_NO_DATE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names: its absolute address and the date of its last change, if any."""

    url: str
    changed: datetime | None = None


def read_sitemap(body: bytes, *, url: str, content_type: str | None = None) -> ParsedFeed | Refusal:
    """Return the pages listed in `body` (an `urlset`), at most `MOST_PAGES`, the newest first if it has more.

    An index of sitemaps lists no pages and is refused with NOT_A_FEED: see `children`.
    """
    if refusal := refuse_hostile_xml(body, content_type):
        return refusal
    parser = _parser()
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return Refusal(Reason.NOT_A_FEED, str(error)[:200])
    if root is None or _name(root) != "urlset":
        return Refusal(Reason.NOT_A_FEED, "a sitemap that lists no pages; an index of sitemaps is not a feed")
    nodes = [node for node in root if _name(node) == "url"]
    entries = newest((_entry(node, url) for node in nodes), most=MOST_PAGES)
    left = len(nodes) - len(entries)
    warnings = ((f"{left} pages beyond the newest {MOST_PAGES} were left out",) if left else ()) + _warnings(
        parser
    )
    return ParsedFeed(kind="sitemap", title=_publication(root), entries=entries, warnings=warnings)


def newest(entries: Iterable[ParsedEntry], *, most: int) -> tuple[ParsedEntry, ...]:
    """Return the entries as they come if there are at most `most`; else the newest, undated ones last."""
    listed = tuple(entries)
    if len(listed) <= most:
        return listed
    return tuple(
        sorted(listed, key=lambda one: one.published or one.updated or _NO_DATE, reverse=True)[:most]
    )


def is_index(body: bytes) -> bool:
    """Return whether the document is an index of sitemaps."""
    return bool(_INDEX.search(body[:4096]))


def children(body: bytes, *, url: str) -> tuple[Child, ...]:
    """Return the sitemaps that the index `body` names, at most 1000, in the order in which to read them.

    Those named after news come first and those of pictures, tags or fixed pages last; among equals the last
    changed first, then the last listed, since most programs append.
    """
    if refuse_hostile_xml(body):
        return ()
    try:
        root = etree.fromstring(body, _parser())
    except (etree.XMLSyntaxError, ValueError):
        return ()
    nodes = [] if root is None or _name(root) != "sitemapindex" else list(root)[-_MOST_CHILDREN:]
    found = {child.url: child for node in nodes if (child := _child(node, url))}
    ranked = sorted(found.values(), key=lambda child: child.changed or _NO_DATE)[::-1]
    return tuple(sorted(ranked, key=lambda child: rank(child.url)))


def merged(bodies: Iterable[bytes]) -> bytes:
    """Return one sitemap with the pages of all readable sitemaps, in their order."""
    root = etree.Element("urlset")
    for body in bodies:
        if refuse_hostile_xml(body):
            continue
        try:
            one = etree.fromstring(body, _parser())
        except (etree.XMLSyntaxError, ValueError):
            continue
        root.extend([node for node in one if _name(node) == "url"] if one is not None else [])
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def rank(url: str) -> int:
    """Return how likely a sitemap lists articles, by its name alone: 0 likely, 1 unknown, 2 hardly."""
    path = url.partition("://")[2].partition("/")[2]
    if _NO_NEWS.search(path):
        return 2
    return 0 if _NEWS.search(path) else 1


def _child(node: etree._Element, base: str) -> Child | None:
    texts = _texts(node)
    address = absolute_link(base, texts.get("loc"))
    return Child(address, parse_date(texts.get("lastmod"))) if address else None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=True
    )


def _entry(node: etree._Element, base: str) -> ParsedEntry:
    texts = _texts(node)
    keywords = texts.get("news:keywords", "").split(",")
    return ParsedEntry(
        link=absolute_link(base, texts.get("loc")),
        title=texts.get("news:title"),
        published=parse_date(texts.get("news:publication_date")),
        updated=parse_date(texts.get("lastmod")),
        tags=tuple(dict.fromkeys(word.strip() for word in keywords if word.strip())),
        language=texts.get("news:language"),
    )


def _texts(node: etree._Element) -> dict[str, str]:
    """The texts below one `url` by local name, with `news:` in front if they are inside `news:news`."""
    found: dict[str, str] = {}
    for child in node.iter(etree.Element):
        inside = any(_name(above) == "news" for above in child.iterancestors())
        text = _text(child)
        if text:
            found.setdefault(("news:" if inside else "") + _name(child), text)
    return found


def _publication(root: etree._Element) -> str | None:
    """The publication's name, if all pages name the same one."""
    names = {_text(node) for node in root.iter("{*}name") if _name(node.getparent()) == "publication"}
    return names.pop() or None if len(names) == 1 else None


def _text(node: etree._Element) -> str:
    try:
        return collapsed(storable(node.text or ""))
    except UnicodeDecodeError:  # half of a surrogate pair (&#xD800;), which a recovering parser accepts
        return ""


def _name(node: etree._Element | None) -> str:
    tag = node.tag if node is not None else ""
    # QName would raise on names that a recovering parser accepts.
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _warnings(parser: etree.XMLParser) -> tuple[str, ...]:
    return tuple(f"malformed: {error.message}" for error in list(parser.error_log)[:1])

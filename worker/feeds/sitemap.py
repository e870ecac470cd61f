"""News sitemaps (Google's sitemap-news/0.9) and plain sitemaps with `lastmod`, as feeds of pages."""

from lxml import etree

from worker.feeds.dates import parse_date
from worker.feeds.text import absolute, collapsed, storable
from worker.feeds.types import ParsedEntry, ParsedFeed
from worker.outcome import Reason, Refusal


def read(body: bytes, *, url: str) -> ParsedFeed | Refusal:
    """The pages listed in `body` (an `urlset`); an index of sitemaps lists none and is refused."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return Refusal(Reason.NOT_A_FEED, str(error)[:200])
    if root is None or _name(root) != "urlset":
        return Refusal(Reason.NOT_A_FEED, "a sitemap that lists no pages; an index of sitemaps is not a feed")
    entries = tuple(_entry(node, url) for node in root if _name(node) == "url")
    return ParsedFeed(kind="sitemap", title=_publication(root), entries=entries, warnings=_warnings(parser))


def _entry(node: etree._Element, base: str) -> ParsedEntry:
    texts = _texts(node)
    keywords = texts.get("news:keywords", "").split(",")
    return ParsedEntry(
        link=absolute(base, texts.get("loc")),
        title=texts.get("news:title"),
        published=parse_date(texts.get("news:publication_date")),
        updated=parse_date(texts.get("lastmod")),
        tags=tuple(dict.fromkeys(word.strip() for word in keywords if word.strip())),
        language=texts.get("news:language"),
    )


def _texts(node: etree._Element) -> dict[str, str]:
    """The texts below one `url`, by local name; those inside `news:news` with that prefix before them."""
    found: dict[str, str] = {}
    for child in node.iter(etree.Element):
        inside = any(_name(above) == "news" for above in child.iterancestors())
        text = collapsed(storable(child.text or ""))
        if text:
            found.setdefault(("news:" if inside else "") + _name(child), text)
    return found


def _publication(root: etree._Element) -> str | None:
    """The publication's name, where all the pages name the same one."""
    names = {
        collapsed(node.text or "")
        for node in root.iter("{*}name")
        if _name(node.getparent()) == "publication"
    }
    return names.pop() or None if len(names) == 1 else None


def _name(node: etree._Element | None) -> str:
    tag = node.tag if node is not None else ""
    return etree.QName(tag).localname if isinstance(tag, str) and tag else ""


def _warnings(parser: etree.XMLParser) -> tuple[str, ...]:
    return tuple(f"malformed: {error.message}" for error in list(parser.error_log)[:1])

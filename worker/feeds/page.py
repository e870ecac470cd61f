"""A web page as the tree in which feeds, links and lists are looked for."""

from lxml import etree

from worker.text.encoding import is_utf8
from worker.text.html import has_attribute_flood
from worker.urls import join


def tree(body: bytes) -> etree._Element:
    """The page's tree, an empty one where nothing can be read, or a tag has attributes beyond all reason."""
    encoding = "utf-8" if is_utf8(body) else None
    if has_attribute_flood(body):
        return etree.Element("html")
    try:
        page = etree.fromstring(body, etree.HTMLParser(encoding=encoding))
    except etree.LxmlError:
        page = None
    return etree.Element("html") if page is None else page


def base(page: etree._Element, url: str) -> str:
    """What the links of the page at `url` are relative to."""
    href = next((element.get("href") for element in page.iter("base") if element.get("href")), None)
    return (join(url, href) if href else None) or url


def words(text: str | None) -> str:
    """The text with its blanks collapsed."""
    return " ".join((text or "").split())

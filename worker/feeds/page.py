"""A web page as the tree in which feeds, links and lists are looked for."""

from lxml import etree

from worker.outcome import Refusal
from worker.text.html import parse_page
from worker.urls import join


def page_tree(body: bytes) -> etree._Element:
    """Return the tree of a page, an empty one where the body cannot be parsed as a page."""
    page = parse_page(body)
    return etree.Element("html") if isinstance(page, Refusal) else page


def page_base(page: etree._Element, url: str) -> str:
    """Return what the links of the page at `url` are relative to."""
    href = next((element.get("href") for element in page.iter("base") if element.get("href")), None)
    return (join(url, href) if href else None) or url

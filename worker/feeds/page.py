"""A web page as the tree in which feeds, links and lists are looked for."""

import re

from lxml import etree

from worker.outcome import Refusal
from worker.text.html import parse_page
from worker.urls import join

# What a meta refresh says: seconds, and an address, quoted or not (HTML, section 4.2.5.3).
_REFRESH = re.compile(r"\s*(\d{1,4})[\d.]*\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)
_SOON = 10
"""Seconds up to which a refresh stands for a redirect; later ones renew a page. A guess."""


def page_tree(body: bytes) -> etree._Element:
    """Return the tree of a page, an empty one where the body cannot be parsed as a page."""
    page = parse_page(body)
    return etree.Element("html") if isinstance(page, Refusal) else page


def page_base(page: etree._Element, url: str) -> str:
    """Return what the links of the page at `url` are relative to."""
    href = next((element.get("href") for element in page.iter("base") if element.get("href")), None)
    return (join(url, href) if href else None) or url


def refresh_target(page: etree._Element, url: str) -> str | None:
    """Return where the page at `url` sends its readers by a meta refresh; None if it does not."""
    for meta in page.iter("meta"):
        if (meta.get("http-equiv") or "").strip().lower() != "refresh" or next(
            meta.iterancestors("noscript"), None
        ) is not None:
            continue
        found = _REFRESH.match(meta.get("content") or "")
        target = join(page_base(page, url), found[2].strip()) if found and int(found[1]) <= _SOON else None
        if target and target.partition("#")[0] != url.partition("#")[0]:
            return target
    return None


def page_language(page: etree._Element) -> str:
    """Return the language of a page without its region, in lower case; "" if it states none."""
    html = page if page.tag == "html" else next(page.iter("html"), page)
    return primary_language(html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang"))


def primary_language(tag: str | None) -> str:
    """Return a tag's language in lower case: `en` for `en-GB` or `en_GB`, "" for None or an empty tag."""
    return (tag or "").strip().lower().replace("_", "-").partition("-")[0]

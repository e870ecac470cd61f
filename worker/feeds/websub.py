"""Reads what WebSub (W3C Recommendation, 2018) puts into feeds and notifications.

`links` finds the hubs that push a topic and the topic's own address; `signature_ok` says whether the sender
of a notification knows our secret."""

import hmac
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from worker.feeds.formats.xml_guard import refuse_hostile_xml
from worker.feeds.page import page_tree
from worker.urls import header_links, join

# What tells a page from a feed, after an XML declaration.
_HTML = re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!doctype\s+html|<html)")
# Links of the feed itself, not of its items: children of Atom's feed or RSS's channel.
_OF_THE_FEED = "/*/*[local-name()='link'] | /*/*[local-name()='channel']/*[local-name()='link']"
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
"""The methods of X-Hub-Signature (WebSub, section 8)."""

RelatedLink = tuple[str, str]
"""A relation in lower case, and the link as written."""


def links(
    headers: Iterable[tuple[str, str]], body: bytes, *, url: str, content_type: str | None
) -> tuple[list[str], str | None]:
    """Return the addresses of the hubs in order, and that of the topic (rel=self), None if it is missing.

    `url` is where the document came from, after redirects. Links in the HTTP headers take precedence over
    those in the document (section 4). Of an HTML page only the head is read, of a feed the feed itself and
    not its entries. Addresses that are not http(s) are left out."""
    said = list(_in_headers(headers))
    if missing := {"hub", "self"} - {relation for relation, _ in said}:
        said += [found for found in _in_body(body, content_type or "") if found[0] in missing]
    resolved = [(relation, address) for relation, link in said if (address := join(url, link))]
    hubs = list(dict.fromkeys(address for relation, address in resolved if relation == "hub"))
    return hubs, next((address for relation, address in resolved if relation == "self"), None)


def signature_ok(secret: str, header: str | None, body: bytes) -> bool:
    """Return whether `header` (X-Hub-Signature) is the HMAC of `body` under `secret`, in constant time.

    False for a missing or malformed header and for any method but SHA-1, -256, -384 and -512.
    """
    method, _, signature = (header or "").strip().lower().partition("=")
    if not secret or method not in _METHODS:
        return False
    right = hmac.new(secret.encode(), body, method).hexdigest()
    return hmac.compare_digest(right.encode(), signature.encode(errors="surrogatepass"))


def _in_headers(headers: Iterable[tuple[str, str]]) -> Iterator[RelatedLink]:
    """Yield the links of all Link headers."""
    for link in header_links(headers):
        yield from ((relation, link.target) for relation in link.relations)


def _in_body(body: bytes, content_type: str) -> Iterator[RelatedLink]:
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    mislabelled = start.startswith((b"<?xml", b"<rss", b"<feed"))
    if _HTML.match(start) or ("html" in content_type and not mislabelled):
        return _in_elements(page_tree(body), "//head//link")
    if "json" in content_type or start.startswith(b"{"):
        return _in_json(body)
    if refuse_hostile_xml(body):
        return iter(())
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root: etree._Element | None = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError):
        root = None
    return _in_elements(root, _OF_THE_FEED)


def _in_elements(root: etree._Element | None, path: str) -> Iterator[RelatedLink]:
    found: Any = [] if root is None else root.xpath(path)
    for link in found:
        for relation in (link.get("rel") or "").lower().split():
            yield relation, link.get("href") or ""


def _in_json(body: bytes) -> Iterator[RelatedLink]:
    """Yield the links of JSON Feed 1.1: `hubs` of the type WebSub, and `feed_url`, the feed's own address."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        return
    if not isinstance(feed, dict):
        return
    for hub in feed.get("hubs") or () if isinstance(feed.get("hubs"), list) else ():
        if isinstance(hub, dict) and str(hub.get("type")).lower() == "websub":
            yield "hub", str(hub.get("url") or "")
    yield "self", str(feed.get("feed_url") or "")

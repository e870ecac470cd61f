"""Bytes in, a feed or a refusal out: the one place that tells the formats apart."""

import re

from worker.feeds.formats import jsonfeed, sitemap, syndication
from worker.feeds.formats.xml_guard import hostile
from worker.feeds.inflate import inflated
from worker.feeds.types import ParsedFeed
from worker.outcome import Reason, Refusal

_BLANK = b" \t\r\n\f\v\0\xef\xbb\xbf\xff\xfe"
_SITEMAP = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)[\s>]")
_FEED = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel|item|entry)[\s>]", re.I)
_PAGE = re.compile(rb"^(?:<\?xml[^>]*>|<!--(?:(?!-->).)*-->|\s)*(?:<!doctype\s+html|<html)[\s>]", re.I | re.S)
_HEAD = 4096


def parse(
    body: bytes, *, url: str, content_type: str | None = None, most: int | None = None
) -> ParsedFeed | Refusal:
    """The feed in `body`, which came from `url` with this Content-Type header.

    Never raises, whatever the bytes. Refuses with EMPTY_BODY, HOSTILE_XML or NOT_A_FEED; a malformed document
    that can be read is read, and says so in `warnings`. Links are resolved against `url`. A body that is a
    gzip file is unpacked first: sitemaps are stored so, as their protocol allows, and no feed. Of the entries
    at least the first `most` are read.
    """
    unpacked = inflated(body)
    if isinstance(unpacked, Refusal):
        return unpacked
    if unpacked is not body and not _is_sitemap(_plain(unpacked)):
        return Refusal(Reason.NOT_A_FEED, "a gzip file that is no sitemap")
    return _parse(unpacked, url, content_type, most)


def _parse(body: bytes, url: str, content_type: str | None, most: int | None) -> ParsedFeed | Refusal:
    start = body.lstrip(_BLANK)[:_HEAD]
    if not start:
        return Refusal(Reason.EMPTY_BODY)
    if start[:1] in (b"{", b"["):
        return jsonfeed.read(body, url=url, most=most)
    plain = _plain(body)
    if _is_sitemap(plain):
        return hostile(body, content_type) or sitemap.read(body, url=url)
    if _PAGE.match(plain) and not _FEED.search(plain):
        return Refusal(Reason.NOT_A_FEED, "a web page")
    return syndication.read_syndication(body, url=url, content_type=content_type)


def _plain(body: bytes) -> bytes:
    """How the document begins, as ASCII would show it."""
    return body.lstrip(_BLANK)[:_HEAD].replace(b"\0", b"")


def _is_sitemap(plain: bytes) -> bool:
    return bool(_SITEMAP.search(plain)) and not _FEED.search(plain)

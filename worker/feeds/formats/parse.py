"""The one place that recognises formats: bytes in, a feed or a refusal out.

To add a format, write a module with a `read_…` function and call it in `_read`.
"""

import re

from worker.feeds.formats.jsonfeed import read_json_feed
from worker.feeds.formats.sitemap import is_sitemap, pages_of, read_sitemap
from worker.feeds.formats.syndication import read_syndication
from worker.feeds.inflate import inflated
from worker.feeds.types import ParsedFeed
from worker.outcome import Reason, Refusal

_BLANK = b" \t\r\n\f\v\0\xef\xbb\xbf\xff\xfe"
_FEED = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel|item|entry)[\s>]", re.I)
_PAGE = re.compile(rb"^(?:<\?xml[^>]*>|<!--(?:(?!-->).)*-->|\s)*(?:<!doctype\s+html|<html)[\s>]", re.I | re.S)
_HEAD = 4096
"""Bytes in which the root element is looked for: a guess that leaves room for long comments."""


def parse(
    body: bytes, *, url: str, content_type: str | None = None, most: int | None = None
) -> ParsedFeed | Refusal:
    """Return the feed in `body`, which came from `url` with this Content-Type header.

    Never raises, whatever the bytes. Refuses with EMPTY_BODY, HOSTILE_XML or NOT_A_FEED; a malformed document
    that can be read has `warnings`. Links are resolved against `url`. A gzip file is unpacked if it holds a
    sitemap, whose protocol allows that. At least the first `most` entries are read.
    """
    unpacked = inflated(body)
    if isinstance(unpacked, Refusal):
        return unpacked
    if unpacked is not body and not is_sitemap(unpacked, url=url):
        return Refusal(Reason.NOT_A_FEED, "a gzip file that is not a sitemap")
    return _read(unpacked, url, content_type, most)


def _read(body: bytes, url: str, content_type: str | None, most: int | None) -> ParsedFeed | Refusal:
    start = body.lstrip(_BLANK)[:_HEAD]
    if not start:
        return Refusal(Reason.EMPTY_BODY)
    if start[:1] in (b"{", b"["):
        return read_json_feed(body, url=url, most=most)
    if is_sitemap(body, url=url):
        sitemap = read_sitemap(body, url=url, content_type=content_type)
        return sitemap if isinstance(sitemap, Refusal) else pages_of(sitemap)
    plain = _plain(body)
    if _PAGE.match(plain) and not _FEED.search(plain):
        return Refusal(Reason.NOT_A_FEED, "a web page")
    return read_syndication(body, url=url, content_type=content_type)


def _plain(body: bytes) -> bytes:
    """The beginning of the document in ASCII: UTF-16 and UTF-32 without their NULs."""
    return body.lstrip(_BLANK)[:_HEAD].replace(b"\0", b"")

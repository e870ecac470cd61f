"""RSS 0.9x, 1.0 and 2.0, Atom and RDF, read by feedparser and judged by us.

feedparser knows two decades of dialects, but cleans HTML and resolves links slowly (three quarters of its
time), resolves ids, and reads dates that do not exist: so it is given no address and no leave to clean, and
its raw strings are read here. It opens what reads like a path or an address: it gets a stream, always.
"""

import io
import re
from dataclasses import replace
from typing import Any

import feedparser

from worker.feeds.formats import loose
from worker.feeds.formats.entries import entry, names, title
from worker.feeds.formats.hints import hints
from worker.feeds.formats.links import alternate, with_relation
from worker.feeds.formats.repair import repaired
from worker.feeds.formats.xml_guard import hostile
from worker.feeds.types import Hints, ParsedEntry, ParsedFeed
from worker.outcome import Reason, Refusal
from worker.text.encoding import to_utf8
from worker.text.plain import absolute_link, plain_text

_ROOTS = re.compile(rb"<(?:[\w.-]+:)?(rss|feed|rdf|channel)\b", re.I)
_HEAD = 16 * 1024


def read(body: bytes, *, url: str, content_type: str | None) -> ParsedFeed | Refusal:
    """The feed in `body`; HOSTILE_XML before a parser sees it, NOT_A_FEED where none of the dialects fits."""
    raw, body = body, to_utf8(body, content_type, xml=True)
    if refusal := hostile(raw, content_type) or hostile(body):
        return refusal
    try:
        document = _parsed(repaired(body))
    except Exception as error:  # feedparser raises whatever its SGML fallback stumbles over
        return Refusal(Reason.NOT_A_FEED, f"no parser could read it: {error!r}"[:200])
    if not document.entries and not (document.get("version") or _ROOTS.search(body[:_HEAD])):
        return Refusal(Reason.NOT_A_FEED, "neither RSS nor Atom nor RDF")
    if loose.is_loose(document):
        for raw in document.entries:
            loose.unescape_in(raw)
    return _feed(document, body[:_HEAD], url)


def _parsed(body: bytes) -> Any:
    return feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _feed(document: Any, head: bytes, url: str) -> ParsedFeed:
    feed: dict[str, Any] = document.feed
    kind, link = _kind(document, head), absolute_link(url, alternate(feed))
    base = _base(feed, url) if kind == "rss" else url
    fallback = names(feed)
    return ParsedFeed(
        kind=kind,
        title=title(feed),
        link=link,
        language=plain_text(str(dict.get(feed, "language") or ""), markup=False) or None,
        entries=tuple(_dated(entry(raw, base, fallback), kind) for raw in document.entries if raw),
        warnings=_warnings(document),
        hints=_hints(feed, head),
        hubs=_addresses(feed, "hub", url),
        self_url=_address(feed, "self", url),
        prev_archive=_address(feed, "prev-archive", url),
        next_page=_address(feed, "next", url),
        complete=dict.get(feed, "fh_complete") is not None,
        generator=plain_text(str(dict.get(feed, "generator") or ""), markup=False)[:200] or None,
    )


def _dated(one: ParsedEntry, kind: str) -> ParsedEntry:
    """RSS knows one date: an only `dc:date` is the publication's, which feedparser takes for the update's."""
    if kind == "atom" or one.published is not None:
        return one
    return replace(one, published=one.updated)


def _base(feed: dict[str, Any], url: str) -> str:
    """What links in RSS are relative to, which the specification does not say.

    Publishers mean their site, wherever the feed is served; it counts where it is a whole address itself.
    """
    written = (alternate(feed), *(link.get("href") for link in with_relation(feed, "self")))
    whole = (absolute_link(url, one) for one in written if one and "//" in one)
    return next((address for address in whole if address), url)


def _addresses(feed: dict[str, Any], relation: str, url: str) -> tuple[str, ...]:
    found = (absolute_link(url, link.get("href")) for link in with_relation(feed, relation))
    return tuple(dict.fromkeys(address for address in found if address))


def _address(feed: dict[str, Any], relation: str, url: str) -> str | None:
    return next(iter(_addresses(feed, relation, url)), None)


def _hints(feed: dict[str, Any], head: bytes) -> Hints:
    period, frequency = dict.get(feed, "sy_updateperiod"), dict.get(feed, "sy_updatefrequency")
    return hints(ttl=dict.get(feed, "ttl"), period=period, frequency=frequency, head=head)


def _kind(document: Any, head: bytes) -> str:
    """The family of the dialect: feedparser's version, else the name of the root."""
    root = _ROOTS.search(head)
    name = root[1].lower() if root else b"rss"
    if name == b"rdf":
        return "rdf"
    return "atom" if str(document.get("version")).startswith("atom") or name == b"feed" else "rss"


def _warnings(document: Any) -> tuple[str, ...]:
    """What feedparser had to overlook. A wrong media type is no fault of the document."""
    error = dict.get(document, "bozo_exception")
    if not document.bozo or error is None or isinstance(error, feedparser.NonXMLContentType):
        return ()
    return (f"malformed: {plain_text(str(error), markup=False)[:200]}",)

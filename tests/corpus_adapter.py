"""The public functions of Wiredesk in the shape that the corpus' suites require."""

from datetime import datetime
from typing import Any

import worker.feeds.opml
import worker.feeds.websub
import worker.fetch.robots
import worker.urls
from worker.feeds import ParsedEntry, parse
from worker.feeds import parse_date as _parse_date
from worker.feeds.discover import discover as _discover
from worker.fetch import guard
from worker.outcome import Refusal


def parse_feed(data: bytes, url: str, content_type: str | None) -> dict[str, Any] | None:
    feed = parse(data, url=url, content_type=content_type)
    if isinstance(feed, Refusal):
        return None
    return {
        "title": feed.title,
        "link": feed.link,
        "language": feed.language,
        "entries": [_entry(entry) for entry in feed.entries],
    }


def _entry(entry: ParsedEntry) -> dict[str, Any]:
    plain = ("id", "link", "title", "published", "updated", "summary", "content", "language")
    lists = {"authors": list(entry.authors), "tags": list(entry.tags)}
    files = [{"url": one.url, "type": one.type, "length": one.length} for one in entry.enclosures]
    return {name: getattr(entry, name) for name in plain} | lists | {"enclosures": files, "media": files}


def parse_date(text: str) -> datetime | None:
    return _parse_date(text)


def normalise(url: str) -> str:
    return worker.urls.canonical(url)


def address_ok(spelling: str) -> bool:
    host = worker.urls.host_of(spelling) if "://" in spelling else spelling
    return guard.refusal(host) is None


def robots(txt: str | bytes, agent: str, url: str) -> bool:
    return worker.fetch.robots.allowed(txt.encode() if isinstance(txt, str) else txt, agent, url)


def discover(html: bytes, url: str) -> list[str]:
    return [found.url for found in _discover(html, url=url)]


def opml(data: bytes) -> list[str]:
    return [feed.url for feed in worker.feeds.opml.read(data)]


def websub_links(
    headers: list[tuple[str, str]], body: bytes, url: str, content_type: str | None
) -> tuple[list[str], str | None]:
    return worker.feeds.websub.links(headers, body, url=url, content_type=content_type)


def websub_signature(secret: str, header: str | None, body: bytes) -> bool:
    return worker.feeds.websub.signature_ok(secret, header, body)

"""A plain reader of the demo, sharing no code with it: what it finds is compared with the promise."""

import io
from collections import Counter
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import feedparser
import requests
from lxml import etree

NEWS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


@dataclass(frozen=True)
class Seen:
    """One item as a feed shows it."""

    key: str
    link: str
    title: str
    content: str = ""
    published: str = ""


def items(feed: str) -> list[Seen]:
    """The items of a feed in any format; the key is the guid, else the link without a query."""
    response = requests.get(feed, timeout=5)
    response.raise_for_status()
    if "json" in response.headers["Content-Type"]:
        return [
            Seen(i["id"], i["url"], i["title"], i.get("content_html", ""), i.get("date_published", ""))
            for i in response.json()["items"]
        ]
    if b"<urlset" in response.content:
        return _sitemap(response.content)
    parsed = feedparser.parse(io.BytesIO(response.content))
    assert not parsed.bozo, parsed.bozo_exception
    return [_entry(entry) for entry in parsed.entries]


def ending(item: Seen) -> tuple[str, str]:
    """How it ends for a polite reader: ("stored", final URL) or ("refused", reason slug)."""
    if item.content:
        return "stored", item.link
    if not _robots(item.link).can_fetch("reader", item.link):
        return "refused", "robots"
    page = requests.get(item.link, timeout=5)
    if page.status_code == 404:
        return "refused", "http-gone"
    if "html" not in page.headers["Content-Type"]:
        return "refused", "not-html"
    if "consent-wall" in page.text:
        return "refused", "consent-wall"
    assert item.title in page.text.replace("&#39;", "'")
    return "stored", page.url.partition("?utm")[0]


def count(feeds: list[str]) -> tuple[int, int, Counter[str], int]:
    """Distinct entries, distinct stored articles, refusals by reason, sightings: over all feeds."""
    seen = [item for feed in feeds for item in items(feed)]
    entries = {item.key: item for item in seen}
    endings = [ending(item) for item in entries.values()]
    stored = {url for kind, url in endings if kind == "stored"}
    refused = Counter(reason for kind, reason in endings if kind == "refused")
    return len(entries), len(stored), refused, len(seen)


@cache
def _robots(url: str) -> RobotFileParser:
    parts = urlsplit(url)
    robots = RobotFileParser()
    robots.parse(requests.get(f"{parts.scheme}://{parts.netloc}/robots.txt", timeout=5).text.splitlines())
    return robots


def _entry(entry: feedparser.FeedParserDict) -> Seen:
    content = entry.content[0].value if "content" in entry else ""
    key = entry.get("id") or entry.link.partition("?")[0]
    return Seen(key, entry.link, entry.title, content, entry.get("published") or entry.get("updated", ""))


def _sitemap(body: bytes) -> list[Seen]:
    found = []
    for url in etree.fromstring(body).iterfind("s:url", NEWS):
        link, title = url.findtext("s:loc", "", NEWS), url.findtext(".//n:title", "", NEWS)
        found.append(Seen(link, link, title, "", url.findtext(".//n:publication_date", "", NEWS)))
    return found

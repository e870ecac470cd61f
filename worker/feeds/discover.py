"""Which feeds a page offers.

In this order: what its head declares, what its text links to, where other sites of the same platform or made
with the same program have theirs. Nothing here has been fetched: the caller tries one after the other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import etree

from worker.feeds.page import page_base, page_language, page_tree, primary_language
from worker.text.plain import collapsed
from worker.urls import canonical, header_links, join

Kind = Literal["rss", "atom", "json", "unknown"]
How = Literal["declared", "linked", "guessed"]

_TYPES: dict[str, Kind] = {
    "application/rss+xml": "rss",
    "application/x-rss+xml": "rss",
    "application/rdf+xml": "rss",
    "application/atom+xml": "atom",
    "application/feed+json": "json",
    "application/json": "json",
}
_GENERIC_TYPES = frozenset({"", "text/xml", "application/xml", "text/rss", "text/rdf", "application/xml+rss"})
_LOOKS_LIKE_A_FEED = re.compile(
    r"\.(?:rss|atom|rdf)(?:$|\?)"
    r"|(?:^|[/._-])(?:rss2?|atom|rdf|feeds?)(?:\.(?:xml|json|php|aspx?))?/?(?:$|\?)"
    r"|/(?:rss|feeds?|atom)/[^?]*\.xml(?:$|\?)|/index\.(?:xml|rdf)$"
    r"|[?&](?:feed|format)=(?:rss2?|atom|rdf|feed|json)\b|/feeds/videos\.xml|//feeds\d?\.feedburner\.com/.",
    re.IGNORECASE,
)
_SAYS_FEED = re.compile(r"\b(?:rss|atom|feed)\b", re.IGNORECASE)
_NOT_A_FEED = re.compile(r"/wp-json/|oembed", re.IGNORECASE)
_COMMENTS = re.compile(r"\bcomment|\bcoment|\bkommentar|/comments/", re.IGNORECASE)
_MOST_FEEDS = 200
_LONGEST_HREF = 2000
"""Characters. Bounds against hostile pages; both far above what real pages have."""

COMMON_FEED_PATHS = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/rss/",
    "/feeds/posts/default",
    "/rss/index.xml",
    "/index.rdf",
    "/rss2.xml",
)
"""Where WordPress, Drupal, static sites, Blogger and older programs have feeds, the likeliest first."""
COMMON_SITEMAP_PATHS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml")
"""Where sites have sitemaps that their robots.txt does not name, the likeliest first."""

# Documented by the platforms or seen on them; the table is tried in order.
_BY_ADDRESS: tuple[tuple[str, str], ...] = (
    (r"https?://(?:www\.)?github\.com/([\w-]+)/?(?:[?#].*)?", r"https://github.com/\1.atom"),
    (r"https?://(?:www\.)?github\.com/([\w-]+/[\w.-]+?)(?:/.*)?", r"https://github.com/\1/releases.atom"),
    (r"https?://(?:www\.)?gitlab\.com/([\w-]+/[\w.-]+?)/?", r"https://gitlab.com/\1.atom"),
    (r"https?://(?:\w+\.)?reddit\.com/((?:r|user|u)/[\w-]+)(?:/.*)?", r"https://www.reddit.com/\1/.rss"),
    (r"https?://medium\.com/(@?[\w.-]+)(?:/.*)?", r"https://medium.com/feed/\1"),
    (r"https?://(?:www\.)?dailymotion\.com/(?:user/)?(\w+)/?", r"https://www.dailymotion.com/rss/user/\1"),
    (r"https?://vimeo\.com/(\w+)/?", r"https://vimeo.com/\1/videos/rss"),
    (r"(https?://[\w-]+\.substack\.com)(?:/.*)?", r"\1/feed"),
    (r"(https?://[\w-]+\.wordpress\.com)(?:/.*)?", r"\1/feed/"),
    (r"(https?://[\w-]+\.tumblr\.com)(?:/.*)?", r"\1/rss"),
    (r"(https?://[\w-]+\.blogspot\.[\w.]+)(?:/.*)?", r"\1/feeds/posts/default"),
    (r"(https?://[\w-]+\.(?:github|gitlab)\.io(?:/[\w-]+(?=/))?)(?:/.*)?", r"\1/atom.xml"),
)
# Programs as they name themselves in `generator`, with the path of the feed that they make by default.
_BY_PROGRAM: tuple[tuple[bytes, str], ...] = (
    (rb"wordpress", "feed"),
    (rb"ghost", "rss/"),
    (rb"hugo", "index.xml"),
    (rb"jekyll", "feed.xml"),
    (rb"jekyll", "atom.xml"),
    (rb"hexo|zola|pelican|nikola", "atom.xml"),
    (rb"blogger", "feeds/posts/default"),
    (rb"drupal", "rss.xml"),
    (rb"joomla", "index.php?format=feed&type=rss"),
    (rb"squarespace", "?format=rss"),
)
# The marks of programs and platforms in the source of a page.
_GENERATOR = re.compile(rb"<meta[^>]{0,200}\bname=[\"']?generator[\"']?[^>]{0,300}>", re.IGNORECASE)
_TUMBLR = re.compile(rb"(?:static|assets)\.tumblr\.com/", re.IGNORECASE)
_YOUTUBE = re.compile(r"https?://(?:www\.|m\.)?youtube\.com/", re.IGNORECASE)
_CHANNEL = re.compile(
    rb"(?:\"externalId\":\"|itemprop=\"(?:channelId|identifier)\" content=\"|youtube\.com/channel/)"
    rb"(UC[\w-]{22})"
)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed's absolute address, its title on the page ("" if missing) and its likely format.

    `how` says how certain it is: declared by the page, linked from it, or guessed. `language` is that of the
    feed, as the page states it ("" if it does not).
    """

    url: str
    title: str
    kind: Kind
    how: How
    language: str = ""


def discover(body: bytes, *, url: str, headers: Iterable[tuple[str, str]] = ()) -> list[FoundFeed]:
    """Return the feeds of the HTML page `body` at `url`, sent with `headers`, best first; at most 200.

    Feeds of comments come last, and before them those in another language than the page.
    """
    page = page_tree(body)
    base = page_base(page, url)
    language = page_language(page)
    found: dict[str, FoundFeed] = {}
    for feed in (*_declared(page, base), *_in_headers(headers, url), *_linked(page, base)):
        found.setdefault(canonical(feed.url), feed)
    if not found:
        return [FoundFeed(address, "", "unknown", "guessed") for address in guessed_feeds(url, body)]

    def place(feed: FoundFeed) -> tuple[bool, bool]:
        return is_about_comments(feed.url, feed.title), is_other_language(feed.language, language)

    return sorted(found.values(), key=place)[:_MOST_FEEDS]


def is_other_language(one: str | None, other: str | None) -> bool:
    """Return whether two languages are known and differ, whatever their regions."""
    first, second = primary_language(one), primary_language(other)
    return bool(first and second and first != second)


def _declared(page: etree._Element, base: str) -> Iterator[FoundFeed]:
    for link in page.iter("link"):
        yield from _alternate(dict(link.attrib), base)


def _in_headers(headers: Iterable[tuple[str, str]], url: str) -> Iterator[FoundFeed]:
    """Yield the feeds in Link headers, which are relative to the page's address (RFC 8288, section 3.2)."""
    for link in header_links(headers):
        yield from _alternate({**link.parameters, "href": link.target}, url)


def _alternate(link: Mapping[Any, Any], base: str) -> Iterator[FoundFeed]:
    """Yield the feed that a link of the page's head or of its HTTP headers declares."""
    address = join(base, str(link["href"])) if link.get("href") else None
    kind = _declared_kind(link, address or "")
    if address and kind and not _NOT_A_FEED.search(address):
        title, language = collapsed(link.get("title") or ""), collapsed(link.get("hreflang") or "")
        yield FoundFeed(address, title, kind, "declared", language)


def _declared_kind(link: Mapping[Any, Any], address: str) -> Kind | None:
    """The kind that a link declares, None if it is not a feed. HTML drafts had `rel=feed` for a while."""
    relations = frozenset((link.get("rel") or "").lower().split())
    kind = _kind_of_type(link.get("type"))
    if "feed" in relations:
        return kind or "unknown"
    if "stylesheet" in relations or (relations and "alternate" not in relations):
        return None
    if kind:
        return kind
    generic = (link.get("type") or "").strip().lower() in _GENERIC_TYPES
    says = _SAYS_FEED.search(link.get("title") or "") or _LOOKS_LIKE_A_FEED.search(address)
    return _kind_of(address) if relations and generic and says else None


def _kind_of_type(stated: str | None) -> Kind | None:
    """The kind that the media type of a link names; None for other types."""
    return _TYPES.get((stated or "").partition(";")[0].strip().lower())


def _linked(page: etree._Element, base: str) -> Iterator[FoundFeed]:
    for link in page.iter("a"):
        href = link.get("href") or ""
        if len(href) > _LONGEST_HREF:
            continue
        # Any JSON may be linked as `application/json`: of that type only what looks like a feed counts.
        stated = _kind_of_type(link.get("type"))
        is_stated = stated is not None and "/json" not in (link.get("type") or "").lower()
        looks = href and (is_stated or _LOOKS_LIKE_A_FEED.search(href.strip()))
        address = join(base, href) if looks else None
        if address and not _NOT_A_FEED.search(address):
            title = collapsed(str(link.xpath("string()"))) or collapsed(link.get("title") or "")
            language = collapsed(link.get("hreflang") or "")
            yield FoundFeed(address, title, stated or _kind_of(address), "linked", language)


def _kind_of(address: str) -> Kind:
    path = address.lower()
    if "atom" in path:
        return "atom"
    if path.endswith(".json") or "json" in path.partition("?")[2]:
        return "json"
    return "rss" if re.search(r"rss|rdf", path) else "unknown"


def is_about_comments(url: str, title: str) -> bool:
    """Return whether a feed carries comments, by its address and title."""
    return bool(_COMMENTS.search(url) or _COMMENTS.search(title))


def guessed_feeds(url: str, body: bytes) -> Iterator[str]:
    """Yield where the page at `url` may have a feed, the likeliest first; nothing without evidence."""
    if _YOUTUBE.match(url):
        yield from _youtube(url, body)
    for pattern, feed in _BY_ADDRESS:
        if found := re.fullmatch(pattern, url, re.IGNORECASE):
            yield found.expand(feed)
            return
    generator = _GENERATOR.search(body)
    for program, path in _BY_PROGRAM:
        if generator and re.search(program, generator[0], re.IGNORECASE):
            yield urljoin(url, path if path.startswith("?") else f"/{path}")
    if _TUMBLR.search(body):
        yield urljoin(url, "/rss")


def _youtube(url: str, body: bytes) -> Iterator[str]:
    """Yield the feed of a playlist, a channel or a user; the page of a handle names its channel."""
    feed = "https://www.youtube.com/feeds/videos.xml"
    parts = urlsplit(url)
    for playlist in parse_qs(parts.query).get("list", []):
        yield f"{feed}?playlist_id={playlist}"
    kind, _, name = parts.path.strip("/").partition("/")
    channel = _CHANNEL.search(body)
    if kind == "channel":
        yield f"{feed}?channel_id={name.partition('/')[0]}"
    elif channel:
        yield f"{feed}?channel_id={channel[1].decode()}"
    elif kind == "user":
        yield f"{feed}?user={name.partition('/')[0]}"

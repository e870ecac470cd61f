"""Archives of feeds for tests: the documents of a site whose feed shows only the newest entries."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.site import SiteHost, faults

RSS = "application/rss+xml"
ATOM = 'xmlns:atom="http://www.w3.org/2005/Atom"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
# Ahead of the clock: a test may run long after this was read, and none goes back.
START = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def minute(number: int) -> datetime:
    """Return when entry `number` was published."""
    return START + timedelta(minutes=number)


def link(host: SiteHost, number: int) -> str:
    """Return the page of an entry."""
    return f"{host.home}/news/{number}.html"


def items(host: SiteHost, numbers: Sequence[int]) -> str:
    """Return the items of these numbers, in order."""
    return "".join(
        f"<item><title>Entry {n}</title><link>{link(host, n)}</link><guid>{link(host, n)}</guid>"
        f"<pubDate>{minute(n):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for n in numbers
    )


def rss(host: SiteHost, numbers: Sequence[int], extra: str = "") -> str:
    """Return an RSS document with these entries; `extra` is put into its channel."""
    return (
        f"<?xml version='1.0'?><rss version='2.0' {ATOM} xmlns:fh='http://purl.org/syndication/history/1.0'>"
        f"<channel><title>T</title><link>{host.home}/</link>{extra}{items(host, numbers)}</channel></rss>"
    )


def down(first: int, last: int) -> range:
    """Return the numbers from `first` down to `last`."""
    return range(first, last - 1, -1)


def points_to(relation: str, url: str) -> str:
    """Return the link of a channel to another document."""
    return f'<atom:link rel="{relation}" href="{url}"/>'


def news_sitemap(host: SiteHost, numbers: Sequence[int], section: str = "news") -> str:
    """Return a news sitemap of these entries."""
    urls = "".join(
        f"<url><loc>{host.home}/{section}/{n}.html</loc><news:news><news:title>Entry {n}</news:title>"
        f"<news:publication_date>{minute(n).isoformat()}</news:publication_date></news:news></url>"
        for n in numbers
    )
    return f"<?xml version='1.0'?><urlset {SITEMAP} {NEWS}>{urls}</urlset>"


def sitemap_index(urls: Sequence[str]) -> str:
    """Return an index of sitemaps."""
    listed = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"<?xml version='1.0'?><sitemapindex {SITEMAP}>{listed}</sitemapindex>"


WORDPRESS = "<generator>https://wordpress.org/?v=6.6</generator>"


def wordpress(host: SiteHost, newest: int, *, each: int = 5, path: str = "/feed/") -> str:
    """Put all pages of a WordPress feed online, with entry `newest` at the top; return its URL."""
    pages = -(-newest // each)
    for page in range(1, pages + 1):
        first = newest - (page - 1) * each
        body = rss(host, down(first, max(1, first - each + 1)), WORDPRESS)
        host.put(path if page == 1 else f"{path}?paged={page}", body, RSS)
    host.fault(f"{path}?paged={pages + 1}", faults.status(404))
    host.robots("User-agent: *\nDisallow: /wp-admin/\n")
    return host.home + path

"""Small feeds for the tests, and short functions that read one."""

from worker.feeds import ParsedEntry, ParsedFeed, parse

URL = "https://feeds.example.org/dir/news.xml"

ATOM = "http://www.w3.org/2005/Atom"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "atom": ATOM,
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "media": "http://search.yahoo.com/mrss/",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
    }.items()
)


def rss(items: str = "", *, channel: str = "<title>News</title>") -> bytes:
    """Return an RSS 2.0 document with these items."""
    return f'<rss version="2.0" {NAMESPACES}><channel>{channel}{items}</channel></rss>'.encode()


def atom(entries: str = "", *, head: str = "<title>News</title>", attributes: str = "") -> bytes:
    """Return an Atom document with these entries."""
    return f'<feed xmlns="{ATOM}" {attributes}>{head}{entries}</feed>'.encode()


def feed(body: bytes, *, url: str = URL, content_type: str | None = None) -> ParsedFeed:
    """Return the feed in `body`, which must be readable."""
    parsed = parse(body, url=url, content_type=content_type)
    assert isinstance(parsed, ParsedFeed), parsed
    return parsed


def entry(body: bytes, *, url: str = URL) -> ParsedEntry:
    """Return the only entry of the feed in `body`."""
    (only,) = feed(body, url=url).entries
    return only


def item(inside: str, *, channel: str = "<title>News</title>") -> ParsedEntry:
    """Return the entry read from an RSS item with these elements."""
    return entry(rss(f"<item>{inside}</item>", channel=channel))

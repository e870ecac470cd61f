"""What a request is for, and what it therefore accepts (RFC 9110, 12.5)."""

from enum import Enum

from yarl import URL

from worker.fetch.encodings import ACCEPTED


class Purpose(Enum):
    """What a request is for; the value is its Accept header (RFC 9110, 12.5.1).

    Some servers have a feed and a page at one address, and send what is preferred. Every purpose accepts
    anything in the end: a server that knows one type only must not refuse.
    """

    PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    """As browsers send it."""
    FEED = (
        "application/atom+xml,application/rss+xml,application/feed+json,application/rdf+xml,"
        "application/xml;q=0.9,text/xml;q=0.9,application/json;q=0.8,text/html;q=0.2,*/*;q=0.1"
    )
    SITEMAP = "application/xml,text/xml;q=0.9,application/gzip;q=0.8,text/plain;q=0.5,*/*;q=0.1"
    ROBOTS = "text/plain,*/*;q=0.1"
    JSON = "application/json,*/*;q=0.1"


ANYTHING = {"Accept": "*/*", "Accept-Encoding": "gzip"}
"""What is requested once more after a 406: the host has nothing acceptable (RFC 9110, 15.5.7)."""

_CODINGS_OF_HTTP = "gzip, deflate"
"""Over plain http browsers name no newer codings: old proxies and servers refuse or break them."""


def accepting(purpose: Purpose, url: URL) -> dict[str, str]:
    """Return the headers that say which answers to `url` are wanted."""
    codings = ACCEPTED if url.scheme == "https" else _CODINGS_OF_HTTP
    return {"Accept": purpose.value, "Accept-Encoding": codings}

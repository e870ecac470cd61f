"""Whether two addresses belong to one publisher's site."""

from functools import lru_cache
from urllib.parse import urlsplit

import tld

from worker.urls import canonical_or_none, without_www

_SHARED = (
    *("beehiiv.com", "canalblog.com", "libsyn.com", "livejournal.com", "medium.com", "over-blog.com"),
    *("squarespace.com", "substack.com", "tumblr.com", "typepad.com", "wordpress.com"),
)
"""Domains on which each subdomain is someone else's, and which are not on the public suffix list."""


def same_site(one: str, other: str) -> bool:
    """Whether two URLs are below one registrable domain; on one host, whether they have the same port.

    False unless both are http(s) addresses.
    """
    hosts = []
    for url in (one, other):
        address = canonical_or_none(url)
        if address is None:
            return False
        parts = urlsplit(address)
        hosts.append((parts.hostname or "", parts.port))
    (first, port), (second, other_port) = hosts
    return port == other_port if first == second else _registrable(first) == _registrable(second)


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    """Return what a publisher registers: the public suffix of `host` (publicsuffix.org) and one label more.

    `news.bbc.co.uk` gives `bbc.co.uk`. Private suffixes count, so that each blog on `blogspot.com` is a site.
    An IP address is itself; of a name under a suffix that is not listed the last two labels count. The list
    comes with `tld` and is never fetched; courlan uses the same one. tldextract was measured, too:
    28 MB of a process for 14, 17 µs a host for 8, and four more packages.
    """
    labels = without_www(host).split(".")
    if ":" in host or labels[-1].isdigit():
        return host
    found = tld.get_fld(f"https://{host}", fail_silently=True, search_private=True) or ".".join(labels[-2:])
    return ".".join(labels[-3:]) if found in _SHARED else str(found)

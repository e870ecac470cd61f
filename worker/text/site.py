"""Whether two addresses belong to one publisher's site."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

import tld

from worker.urls import canonical, canonical_or_none, without_www

_SHARED = frozenset(
    (
        *("beehiiv.com", "blog.cz", "blog.fc2.com", "blog.hu", "blog.ir", "blog.jp", "blogfa.com"),
        *("blogg.se", "blogs.sapo.pt", "canalblog.com", "dreamwidth.org", "eklablog.com", "exblog.jp"),
        *(
            "fandom.com",
            "free.fr",
            "ghost.io",
            "hashnode.dev",
            "home.blog",
            "hypotheses.org",
            "jimdofree.com",
        ),
        *("jimdosite.com", "libsyn.com", "livedoor.blog", "livejournal.com", "mataroa.blog", "medium.com"),
        *("micro.blog", "mystrikingly.com", "narod.ru", "neocities.org", "over-blog.com", "over-blog.net"),
        *("overblog.com", "podbean.com", "posthaven.com", "seesaa.net", "skyrock.com", "squarespace.com"),
        *("substack.com", "svbtle.com", "tilda.ws", "tistory.com", "tumblr.com", "typepad.com", "typepad.jp"),
        *("ucoz.ru", "webnode.com", "webs.com", "weebly.com", "wikidot.com", "wordpress.com", "write.as"),
    )
)
"""Domains on which each subdomain is someone else's, and which are not on the public suffix list."""

_SHARED_IN_ANY_COUNTRY = "blogspot"
"""`name.blogspot.de` and the like: the public suffix list names only `blogspot.com` now."""

_DIRECTORY = re.compile(r"/((?:[~@]|(?:u|users?|usr|members?)/)[^/]+)(?=/|$)", re.IGNORECASE)
"""The part of a path that is one user's: `~ada`, `@ada`, `u/ada`, `users/ada`, also below a folder.

Not `blog/` and `people/`, which are sections of most sites that have them."""

_FIRST_SEGMENT_IS_A_USER = frozenset(
    (
        *("ameblo.jp", "blog.livedoor.jp", "blog.naver.com", "blog.daum.net", "dev.to", "github.com"),
        *("gitlab.com", "note.com", "plaza.rakuten.co.jp", "telegra.ph", "vocal.media"),
    )
)
"""Hosts whose paths begin with the name of a user. Not complete: the large ones that have feeds."""


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
    return port == other_port if first == second else registrable_domain(first) == registrable_domain(second)


def may_speak_for(page: str, address: str) -> bool:
    """Whether a page may declare `address` as its own: both are of one site and of one user of it.

    A page in a user's directory says nothing of other users' pages, nor of those of its host.
    """
    return same_site(page, address) and _directory(page) == _directory(address)


def _directory(url: str) -> str | None:
    """Return the user's directory that an http(s) address is in; None if it is in none."""
    parts = urlsplit(canonical(url))
    if found := _DIRECTORY.search(parts.path):
        return found[1].casefold()
    if without_www(parts.hostname or "") in _FIRST_SEGMENT_IS_A_USER:
        return parts.path.split("/")[1].casefold()
    return None


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Return what a publisher registers: the public suffix of `host` (publicsuffix.org) and one label more.

    `news.bbc.co.uk` gives `bbc.co.uk`. Private suffixes count, so that each blog on `blogspot.com` is a site.
    An IP address is itself; of a name under a suffix that is not listed the last two labels count. The list
    comes with `tld` and is never fetched; courlan uses the same one. tldextract was measured, too:
    28 MB of a process for 14, 17 µs a host for 8, and four more packages.
    """
    labels = without_www(host).split(".")
    if ":" in host or labels[-1].isdigit():
        return host
    for length in (2, 3):
        if ".".join(labels[-length:]) in _SHARED:
            return ".".join(labels[-length - 1 :])
    found = tld.get_fld(f"https://{host}", fail_silently=True, search_private=True) or ".".join(labels[-2:])
    if str(found).partition(".")[0] == _SHARED_IN_ANY_COUNTRY:
        return ".".join(labels[-2 - str(found).count(".") :])
    return str(found)

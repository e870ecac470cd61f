"""Where to find entries that a feed no longer shows.

In this order: the archive documents that the feed names (RFC 5005, section 4), its further pages (section 3,
JSON Feed's `next_url`), and if it names neither, the pages that WordPress serves of every feed. A sitemap is
the site's and not the feed's: `belongs` decides which of its pages could have been in the feed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from worker.feeds.types import ParsedEntry, ParsedFeed

Kind = Literal["feed", "archive", "page", "wordpress", "site", "sitemap"]
"""What is looked for at a place: the feed's own document; an archive document; a further page; a page by
WordPress' numbers; a robots.txt that names sitemaps; a sitemap or an index of them."""

_WORDPRESS = re.compile(r"\bwordpress\b|wordpress\.(?:org|com)", re.IGNORECASE)
_PAGE = "paged"
_FEW_SECTIONS = 3
_NEARLY_ALL = 0.9
"""A feed of up to three sections has nine tenths of its links in them: guesses."""
# A path segment that is a word, or two with a hyphen, and so may name a section.
_WORD = re.compile(r"[^\W\d]{2,}(?:-[^\W\d]+)?")


@dataclass(frozen=True, slots=True)
class Place:
    """An address with older entries, and what kind of document is expected there."""

    kind: Kind
    url: str


def older(feed: ParsedFeed, place: Place) -> Place | None:
    """Return where the entries before those of `feed` are, which was read at `place`; None if unknown."""
    if feed.prev_archive:
        return Place("archive", feed.prev_archive)
    if feed.next_page:
        return Place("page", feed.next_page)
    if feed.complete or place.kind not in ("feed", "wordpress"):
        return None
    if place.kind == "wordpress" or _WORDPRESS.search(feed.generator or ""):
        return Place("wordpress", wordpress_page(place.url)) if feed.entries else None
    return None


def wordpress_page(url: str) -> str:
    """Return the next page of a WordPress feed: `?paged=2`, then 3 and so on; other parameters stay."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    number = next((int(value) for name, value in query if name == _PAGE and value.isdigit()), 1)
    kept = [(name, value) for name, value in query if name != _PAGE]
    return parts._replace(query=urlencode([*kept, (_PAGE, str(number + 1))]), fragment="").geturl()


def belongs(entry: ParsedEntry, known: Sequence[str]) -> bool:
    """Return whether an entry of the site's sitemap could have been in the feed whose links are `known`.

    The feed of a section links only to `/sport/…`. So if nearly all known links share a few first path
    segments that are words, the entry must have one of them."""
    sections = Counter(_section(link) for link in known)
    common = [name for name, _ in sections.most_common(_FEW_SECTIONS)]
    if sum(sections[name] for name in common) < _NEARLY_ALL * max(1, len(known)) or None in common:
        return True
    return _section(entry.link or "") in common


def _section(link: str) -> str | None:
    """Host and first path segment, if that is a word and not the last segment; else None."""
    parts = urlsplit(link)
    first, slash, rest = parts.path.strip("/").partition("/")
    named = slash and rest and _WORD.fullmatch(first)
    return f"{parts.netloc}/{first}".lower() if named else None


def fingerprint(entries: Iterable[ParsedEntry]) -> str:
    """Return a text that is equal for two documents with the same entries, whatever else differs."""
    return "\n".join(sorted({entry.link or entry.id or entry.title or "" for entry in entries}))


def mark(text: str) -> int:
    """Return a short hash of an address or of a page's entries that fits a PostgreSQL bigint."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)

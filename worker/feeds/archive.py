"""Where the entries are that a feed no longer shows.

In this order, as the feed itself says: its archive documents (RFC 5005, section 4), its further pages
(section 3, JSON Feed's `next_url`); and where it says nothing, the pages that WordPress serves of every feed.
Sitemaps are the site's, not the feed's: which of their pages could have stood in the feed tells `belongs`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from worker.feeds.types import ParsedEntry, ParsedFeed

Kind = Literal["feed", "archive", "page", "wordpress", "site", "sitemap"]
"""What is looked for at a place: the feed's own document; an archive document; a further page; a page by
WordPress' numbers; a robots.txt that names sitemaps; a sitemap or an index of them."""

_WORDPRESS = re.compile(r"\bwordpress\b|wordpress\.(?:org|com)", re.IGNORECASE)
_PAGE = "paged"
_FEW_SECTIONS = 3
_MOST_OF_THEM = 0.9
_WORD = re.compile(r"[^\W\d]{2,}(?:-[^\W\d]+)?")


@dataclass(frozen=True, slots=True)
class Place:
    """An address to ask for older entries, and what is expected there."""

    kind: Kind
    url: str


def older(feed: ParsedFeed, place: Place) -> Place | None:
    """Where the entries before those of `feed`, which was read at `place`, are; None where nobody says."""
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
    """The next page of a WordPress feed: `?paged=2`, after that 3 and so on; other parameters stay."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    number = next((int(value) for name, value in query if name == _PAGE and value.isdigit()), 1)
    kept = [(name, value) for name, value in query if name != _PAGE]
    return parts._replace(query=urlencode([*kept, (_PAGE, str(number + 1))]), fragment="").geturl()


def belongs(entry: ParsedEntry, known: Sequence[str]) -> bool:
    """Whether an entry of the site's sitemap could have stood in the feed whose links are `known`.

    A feed of one section links to `/sport/…` only: where nearly all known links share a few first steps
    that are words, the entry's must be one of them.
    """
    sections = Counter(_section(link) for link in known)
    common = [name for name, _ in sections.most_common(_FEW_SECTIONS)]
    if sum(sections[name] for name in common) < _MOST_OF_THEM * max(1, len(known)) or None in common:
        return True
    return _section(entry.link or "") in common


def _section(link: str) -> str | None:
    """Host and first step of the path, where that is a word with more below it; else None."""
    parts = urlsplit(link)
    first, slash, rest = parts.path.strip("/").partition("/")
    named = slash and rest and _WORD.fullmatch(first)
    return f"{parts.netloc}/{first}".lower() if named else None


def fingerprint(entries: Iterable[ParsedEntry]) -> str:
    """Tells two pages of an archive with the same entries, whatever else in them changes."""
    return "\n".join(sorted({entry.link or entry.id or entry.title or "" for entry in entries}))

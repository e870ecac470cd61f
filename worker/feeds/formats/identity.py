"""Which item is which: whether a guid identifies an item, and whether it has been given to another article.

A guid means "the same item", and mostly that is true. Some publishers give one guid to all their items, and
some give an old item's guid to a new article. Believing them would lose articles; taking edited items for new
ones would duplicate articles.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from worker.feeds.types import ParsedEntry

_WORD = re.compile(r"\w+")
_SAME_TIME = timedelta(hours=1)
_SHARED_WORDS = 0.5
"""Share of the words of two titles. Both are guesses: edits change less, other articles share less."""


def identifying_guids(entries: Sequence[ParsedEntry]) -> tuple[str | None, ...]:
    """Return each entry's guid if it identifies the entry within this document, else None.

    A guid shared by several entries identifies none of them, unless they are one item listed twice (same
    link)."""
    links: dict[str, set[str | None]] = {}
    for entry in entries:
        if entry.id:
            links.setdefault(entry.id, set()).add(entry.link)
    times = Counter(entry.id for entry in entries)
    return tuple(
        entry.id if entry.id and (times[entry.id] == 1 or _listed_twice(links[entry.id])) else None
        for entry in entries
    )


def _listed_twice(links: set[str | None]) -> bool:
    return len(links) == 1 and None not in links


def same_item(
    known_link: str | None, known_title: str | None, known_published: datetime | None, entry: ParsedEntry
) -> bool:
    """Return whether `entry`, whose guid is known with these values, is the known item, moved or edited.

    In order:

    1. The links are equal, or one is missing: the same item, however the rest was edited.
    2. Only host or scheme differ: the site moved.
    3. The dates of publication are within an hour: the item moved, for instance to a new slug.
    4. The titles share at least half of their words: the item moved or was edited.
    5. Otherwise the guid was reused for another article.
    """
    if not known_link or not entry.link or known_link == entry.link:
        return True
    if _path(known_link) and _path(known_link) == _path(entry.link):
        return True
    if known_published and entry.published and abs(known_published - entry.published) <= _SAME_TIME:
        return True
    return _alike(known_title, entry.title)


def _path(link: str) -> tuple[str, str] | None:
    """Path and query; None for the root of a site and for bad addresses, which are never equal."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    return (path, parts.query) if path or parts.query else None


def _alike(one: str | None, other: str | None) -> bool:
    """Whether two titles share half of their words (Jaccard index); missing titles do not."""
    mine, theirs = (set(_WORD.findall((title or "").casefold())) for title in (one, other))
    both = mine | theirs
    return bool(both) and len(mine & theirs) / len(both) >= _SHARED_WORDS

"""Which item is which: when a guid identifies, and when a known guid has been given to another article.

Guids are the publisher's word for "the same item", and mostly true. Some publishers give one guid to all
their items, and some give the guid of an old item to a new article. Taking those at their word would lose
articles; taking edited items for new ones would double them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from worker.feeds.types import ParsedEntry

_WORD = re.compile(r"\w+")
_MOVED = timedelta(hours=1)
_ENOUGH = 0.5


def keys(entries: Sequence[ParsedEntry]) -> tuple[str | None, ...]:
    """For each entry its guid, where it identifies the entry within this document; else None.

    A guid on several entries identifies none of them, unless they are one item listed twice (same link).
    """
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
    """Whether `entry`, whose guid is known already with these values, is that item, moved or edited.

    The rule, in order:

    1. The same link: the same item, however the rest was edited. No link on one side counts as the same.
    2. Another host or scheme only, the path being equal: the site moved.
    3. The same instant of publication (within an hour): the item moved, for instance to a new slug.
    4. Titles that share at least half of their words: the item moved or was edited.
    5. Else the guid has been reused for another article.
    """
    if not known_link or not entry.link or known_link == entry.link:
        return True
    if _path(known_link) and _path(known_link) == _path(entry.link):
        return True
    if known_published and entry.published and abs(known_published - entry.published) <= _MOVED:
        return True
    return _alike(known_title, entry.title)


def _path(link: str) -> tuple[str, str] | None:
    """Path and query; None for the root of a site and for what is no address, which equal nothing."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    return (path, parts.query) if path or parts.query else None


def _alike(one: str | None, other: str | None) -> bool:
    """Whether two titles share half of their words (Jaccard); unknown titles are not alike."""
    mine, theirs = (set(_WORD.findall((title or "").casefold())) for title in (one, other))
    both = mine | theirs
    return bool(both) and len(mine & theirs) / len(both) >= _ENOUGH

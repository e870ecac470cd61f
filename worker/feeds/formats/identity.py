"""Which item is which: what names an item, and whether a name has been given to another one.

A guid means "the same item", and mostly that is true. Some publishers give one guid to all their items, and
some give an old item's guid to a new article. Believing them would lose articles; taking edited items for new
ones would duplicate articles.
"""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from worker.feeds.types import ParsedEntry

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_SAME_TIME = timedelta(hours=1)
_SHARED_WORDS = 0.5
"""Share of the words of two titles. Both are guesses: edits change less, other articles share less."""

_PLACEHOLDERS = frozenset(
    ("", "-", "--", "–", "—", "0", "#", "?", "n/a", "na", "nil", "none", "null", "undefined")
)
"""What programs and editors write where there is no guid or no link."""

_POSITION = re.compile(r"(?![!/])(?!:~:)(?!(?:xtor|utm_|at_|ns_|pk_|mtm_)[\w-]*=)\S+")
"""A fragment that names a part of its page: not a text to highlight, and not the mark of a campaign."""


def is_placeholder(written: str | None) -> bool:
    """Return whether a guid or link is missing, or a placeholder such as `N/A`, `-` or `0`."""
    return written is None or written.strip().casefold() in _PLACEHOLDERS


def guid_of(entry: ParsedEntry) -> str | None:
    """Return the entry's guid; None for a placeholder."""
    return None if is_placeholder(entry.id) else entry.id


def position_in_page(link: str | None) -> str | None:
    """Return the fragment of a link if it names a part of the page, as `#live-12` does; else None."""
    fragment = (link or "").partition("#")[2].strip()
    return fragment if _POSITION.fullmatch(fragment) else None


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
    if _same_path(known_link, entry.link):
        return True
    if known_published and entry.published and abs(known_published - entry.published) <= _SAME_TIME:
        return True
    return _alike(known_title, entry.title)


def _same_path(one: str, other: str) -> bool:
    """Whether two links differ in scheme or host alone; links to home pages never count as equal."""
    path = _path(one)
    return path is not None and path == _path(other)


def same_page_moved(one: str, other: str) -> bool:
    """Whether two links differ in scheme, host or query alone, as links with rotating parameters do."""
    try:
        paths = [urlsplit(link).path.rstrip("/") for link in (one, other)]
    except ValueError:
        return False
    return bool(paths[0]) and paths[0] == paths[1]


def is_retitled(known_title: str | None, title: str | None) -> bool:
    """Whether one title is an edit of the other: alike, and with the same numbers.

    "Minute 1" and "Minute 2" are two items.
    """
    mine, theirs = (_NUMBER.findall(text or "") for text in (known_title, title))
    return mine == theirs and _alike(known_title, title)


def is_new_version(known_guid: str, guid: str) -> bool:
    """Whether two guids differ in their fragment alone: some publishers count an item's versions there."""
    stem, mark, _ = guid.partition("#")
    return bool(stem and mark) and stem == known_guid.partition("#")[0]


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

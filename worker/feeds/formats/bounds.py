"""How much of a feed is kept: limits on entries and on the characters of each field.

A feed must not be able to fill the store. Everything that is cut is mentioned in the feed's warnings. The
limits are guesses, far above what real feeds have, unless they say where they come from.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from worker.feeds.types import ParsedEntry, ParsedFeed

TITLE = 2_000
TEXT = 1_000_000
"""Characters of a summary or content: a long book."""
NAME = 200
NAMES = 50
TAGS = 100
ENCLOSURES = 100
LINK = 8_000
"""Servers need not accept longer ones (RFC 9110, 4.1)."""
ID = 2_000
"""Characters of a guid that are kept; all its characters count when guids are compared."""
LANGUAGE = 35
"""The length that RFC 5646, 4.4.1 requires to be supported."""
HUBS = 10
"""Hubs that are remembered; feeds name one or two."""
_NO_DATE = datetime.min.replace(tzinfo=UTC)


def bounded(feed: ParsedFeed, *, most: int) -> ParsedFeed:
    """Return `feed` with its newest `most` entries, and with every field within its limit."""
    taken = _newest(feed.entries, most)
    cuts: Counter[str] = Counter()
    entries = tuple(bounded_entry(entry, cuts) for entry in taken)
    if left := len(feed.entries) - len(entries):
        cuts[f"entries beyond the first {most} were left out"] = left
    if _over(feed.title, TITLE):
        cuts[f"titles of the feed of more than {TITLE} characters were cut"] = 1
    warnings = tuple(f"{count} {words}" for words, count in cuts.items())
    return replace(
        feed,
        title=feed.title[:TITLE] if feed.title else None,
        link=None if _over(feed.link, LINK) else feed.link,
        language=None if _over(feed.language, LANGUAGE) else feed.language,
        self_url=None if _over(feed.self_url, LINK) else feed.self_url,
        hubs=tuple(hub for hub in feed.hubs if len(hub) <= LINK)[:HUBS],
        entries=entries,
        warnings=(*warnings, *feed.warnings),
    )


def bounded_entry(entry: ParsedEntry, cuts: Counter[str] | None = None) -> ParsedEntry:
    """Return `entry` with every field within its limit; `cuts` counts what was cut, by warning."""
    found = _cuts(entry)
    if cuts is not None:
        cuts.update(found)
    if not found:
        return entry
    return replace(
        entry,
        link=None if _over(entry.link, LINK) else entry.link,
        title=entry.title[:TITLE] if entry.title else None,
        authors=tuple(name[:NAME] for name in entry.authors[:NAMES]),
        summary=entry.summary[:TEXT] if entry.summary else None,
        content=entry.content[:TEXT] if entry.content else None,
        enclosures=tuple(one for one in entry.enclosures if len(one.url) <= LINK)[:ENCLOSURES],
        tags=tuple(tag[:NAME] for tag in entry.tags[:TAGS]),
        language=None if _over(entry.language, LANGUAGE) else entry.language,
    )


def _cuts(entry: ParsedEntry) -> list[str]:
    judged = (
        (_over(entry.link, LINK), f"links of more than {LINK} characters were left out"),
        (_over(entry.id, ID), f"guids of more than {ID} characters were cut"),
        (_over(entry.title, TITLE), f"titles of more than {TITLE} characters were cut"),
        (
            _over(entry.summary, TEXT) or _over(entry.content, TEXT),
            f"texts of more than {TEXT} characters were cut",
        ),
        (
            len(entry.authors) > NAMES or any(len(name) > NAME for name in entry.authors),
            f"bylines of more than {NAMES} authors or {NAME} characters a name were cut",
        ),
        (
            len(entry.tags) > TAGS or any(len(tag) > NAME for tag in entry.tags),
            f"lists of more than {TAGS} tags or {NAME} characters a tag were cut",
        ),
        (
            len(entry.enclosures) > ENCLOSURES or any(len(one.url) > LINK for one in entry.enclosures),
            f"lists of more than {ENCLOSURES} enclosures or {LINK} characters a link were cut",
        ),
        (_over(entry.language, LANGUAGE), f"languages of more than {LANGUAGE} characters were left out"),
    )
    return [words for over, words in judged if over]


def _newest(entries: Sequence[ParsedEntry], most: int) -> Sequence[ParsedEntry]:
    """The newest entries in the document's order; of equal or missing dates the first."""
    if len(entries) <= most:
        return entries
    newest = sorted(range(len(entries)), key=lambda at: _date(entries[at]), reverse=True)[:most]
    return [entries[at] for at in sorted(newest)]


def _date(entry: ParsedEntry) -> datetime:
    return entry.published or entry.updated or _NO_DATE


def _over(text: str | None, limit: int) -> bool:
    return text is not None and len(text) > limit

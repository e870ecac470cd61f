"""Which sitemaps of an index are read. Pure.

An index may name thousands of sitemaps, and a poll reads a few. Each is chosen for one reason (`Pick`): it
is the newest by its name or date; it was the last that was seen to change; or it is the next to read: never
read, changed, or read longest ago. So the newest pages come first, and each sitemap has its turn, whatever
the dates and names say. `Memory` has the sitemaps that were read, from one poll to the next.

Sitemaps of pictures, tags, authors and so on list no articles. They are read only if an index names nothing
else.
"""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from operator import itemgetter

from worker.feeds.archive import mark
from worker.feeds.formats.sitemap import Child
from worker.feeds.types import ParsedFeed
from worker.text.site import same_site

# Words that are common in the names of sitemaps on news sites; lists by hand, not measured.
_NEWS = re.compile(r"news|nachricht|actualit|noticia|notizi|nyhet|artic|artikel|latest|today", re.IGNORECASE)
# Words in the name of a file that lists no articles; some mean it as a folder, too.
_FOLDERS = frozenset(
    "image images img video videos tag tags author authors autor autoren user users taxonomies".split()  # noqa: SIM905
)
_FILES = _FOLDERS | frozenset(
    "category categories cat product products topic topics taxonomy static event events".split()  # noqa: SIM905
)
# Fixed pages as WordPress and others name them; `page-2` is the second part of a sitemap.
_FIXED_PAGES = re.compile(r"(?:^|[-_/])pages?[-_]sitemap|sitemap[-_]pages|posts-page", re.IGNORECASE)
# Words, dates and numbers in an address: year first, as most, or day first.
_WORD = re.compile(r"[^\W\d_]+")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_.]?(0[1-9]|1[0-2])(?:[-/_.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])[-/_.](0[1-9]|1[0-2])[-/_.]((?:19|20)\d\d)(?!\d)")
_NUMBER = re.compile(r"\d{1,18}")
_NO_DATE = datetime.min.replace(tzinfo=UTC)

MOST_REMEMBERED = 50_000
"""Sitemaps that are remembered of one index, 24 bytes each: as many as the protocol allows in it."""


class Pick(Enum):
    """Why a sitemap of an index is read."""

    NEWEST = "newest"
    LAST_CHANGED = "last-changed"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A sitemap at its last reading: marks of its address, of its `lastmod` and of its content."""

    url: int
    lastmod: int
    content: int


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of an index: its sitemaps, the last read first, and the path to the last changed."""

    read: tuple[Remembered, ...] = ()
    changed: tuple[int, ...] = ()

    @classmethod
    def unpacked(cls, numbers: Sequence[int]) -> "Memory":
        """Return the memory that `packed` wrote; an empty one for anything else."""
        if not numbers or not 0 <= numbers[0] < len(numbers):
            return cls()
        size = numbers[0]
        rest = numbers[1 + size :]
        if len(rest) % 3:
            return cls()
        triples = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
        return cls(tuple(Remembered(*triple) for triple in triples), tuple(numbers[1 : 1 + size]))

    def packed(self) -> tuple[int, ...]:
        """Return the memory as numbers that fit a PostgreSQL bigint."""
        kept = self.read[:MOST_REMEMBERED]
        triples = (number for one in kept for number in (one.url, one.lastmod, one.content))
        return (len(self.changed), *self.changed, *triples)


@dataclass(frozen=True, slots=True)
class ReadSitemap:
    """A sitemap of an index that was read; `is_unchanged`: it lists what it listed the last time."""

    url: str
    pages: ParsedFeed
    is_unchanged: bool


def lastmod_mark(child: Child) -> int:
    """Return the mark of the date of a sitemap's last change; 0 without one."""
    return mark(child.changed.isoformat()) if child.changed else 0


def of_own_site(children: Iterable[Child], *, index_url: str) -> tuple[Child, ...]:
    """Return the sitemaps on the index's own site: otherwise it could make us request any host."""
    return tuple(child for child in children if same_site(index_url, child.url))


def readable(children: Iterable[Child], *, index_url: str) -> tuple[Child, ...]:
    """Return the sitemaps of the site that a poll may read: without those that list no articles."""
    own = of_own_site(children, index_url=index_url)
    articles = tuple(child for child in own if rank(child.url) < 2)
    return articles or own


def in_order(children: Iterable[Child]) -> list[Child]:
    """Return sitemaps in the order in which to read them once: those likeliest to have news first."""
    listed = list(children)
    has_dates = _has_dates(listed)
    keys = {child.url: _newness(child, at, has_dates) for at, child in enumerate(listed)}
    return sorted(listed, key=lambda child: keys[child.url], reverse=True)


def choose(
    children: Sequence[Child], memory: Memory, pick: Pick, *, without: Set[str] = frozenset()
) -> Child | None:
    """Return the sitemap to read for the reason `pick`, skipping those in `without`; None if none is left."""
    left = [child for child in children if child.url not in without]
    if pick is Pick.LAST_CHANGED:
        if not memory.changed:
            return None
        return next((child for child in left if mark(child.url) in memory.changed), None)
    if not left:
        return None
    if pick is Pick.NEWEST:
        return in_order(left)[0]
    before = {one.url: (place, one) for place, one in enumerate(memory.read)}
    known = [(child, before.get(mark(child.url))) for child in left]
    if never := [child for child, seen in known if seen is None]:
        return in_order(never)[0]
    read = [(seen[0], seen[1].lastmod, child) for child, seen in known if seen is not None]
    changed = [one for one in read if one[1] != lastmod_mark(one[2])]
    return max(changed or read, key=itemgetter(0))[2]


def rank(url: str) -> int:
    """Return how likely a sitemap lists articles, by its name alone: 0 likely, 1 unknown, 2 hardly."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0].lower()
    folders, _, file = path.rpartition("/")
    if _FIXED_PAGES.search(file) or not _FILES.isdisjoint(_WORD.findall(file)):
        return 2
    if not _FOLDERS.isdisjoint(_WORD.findall(folders)):
        return 2
    return 0 if _NEWS.search(path) else 1


def numbers(url: str) -> tuple[int, ...]:
    """Return the numbers in an address by which addresses of one kind are ordered; dates come first.

    `/news-2026-11.xml`, `/11/2026/` and `?yyyy=2026&mm=11` all begin with 2026.
    """
    named = url.partition("://")[2].partition("/")[2]
    if found := _DAY_FIRST.search(named):
        date, span = (int(found[3]), int(found[2]), int(found[1])), found.span()
    elif found := _DATE.search(named):
        date, span = (int(found[1]), int(found[2]), int(found[3] or 0)), found.span()
    else:
        return tuple(map(int, _NUMBER.findall(named)))
    rest = named[: span[0]] + " " + named[span[1] :]
    return (*date, *map(int, _NUMBER.findall(rest)))


def _newness(child: Child, at: int, has_dates: bool) -> tuple[int, datetime, tuple[int, ...], int]:
    """What makes a sitemap the likeliest to have news; of equal ones the last listed, as programs append."""
    changed = child.changed if has_dates and child.changed else _NO_DATE
    return -rank(child.url), changed, numbers(child.url), at


def _has_dates(children: Sequence[Child]) -> bool:
    """Whether the dates say something: many programs state the present for all."""
    return len({child.changed for child in children}) > 1

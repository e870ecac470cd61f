"""What a page of an archive means for the walk that asked for it. Pure.

A walk is a list of places: the one that is asked for next and those after it. A page brings entries and the
place of older ones; a robots.txt and an index of sitemaps bring places only. A walk for a gap ends where it
meets what was known before the gap; one that someone asked for at its date, at its number of pages, or at the
end of the archive. Whatever a host serves, no place and no set of entries is looked at twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from urllib.parse import urljoin, urlsplit

from worker.feeds import ParsedEntry, ParsedFeed, archive, common, parse
from worker.feeds.archive import Place
from worker.feeds.formats import sitemap
from worker.feeds.formats.bounds import bounded
from worker.feeds.inflate import inflated
from worker.fetch.reply import Failure, Reply
from worker.fetch.robots import sitemaps
from worker.model import GapFill
from worker.outcome import Refusal
from worker.rows.walks import Walk
from worker.urls import host_key_or_none

MOST_ENTRIES = 1000
"""Entries of one page that are looked at."""
MOST_MARKS = 2000
"""Marks of places and contents that are kept; a circle of more pages ends at the number of pages."""
GAP_SITEMAPS = 3
MOST_SITEMAPS = 500
_GONE = frozenset({404, 410})
_ENDED_BY_404 = frozenset({"wordpress", "page", "sitemap"})
"""Kinds of places that are asked for without knowing whether they are there."""
SLACK = timedelta(days=1)
"""Dates of entries are set by hand and by clocks that go wrong: so much before a gap is still in question."""


class WalkEnd(StrEnum):
    """Why a walk went no further; `words` say it to a person."""

    words: str

    def __new__(cls, slug: str, words: str) -> "WalkEnd":
        """Build the member whose value is the slug alone."""
        member = str.__new__(cls, slug)
        member._value_ = slug
        member.words = words
        return member

    OVERLAP = "overlap", "it has come to what was known before"
    SINCE = "since", "it has come to the date that was asked for"
    ARCHIVE_END = "archive-end", "there are no older entries"
    NO_ARCHIVE = "no-archive", "the feed names no older entries, and its pages cannot be guessed"
    PAGES = "pages", "so many pages were asked for; there are more"
    LOOP = "loop", "the archive leads back to where the walk has been"


@dataclass(frozen=True, slots=True)
class Step:
    """What a page brought: entries, newest first as a rule, the places to ask next, and why none is left.

    `reaches_back`: the page has entries from before the gap, so what lies between is all there.
    """

    entries: tuple[ParsedEntry, ...]
    ahead: tuple[Place, ...]
    seen: tuple[int, ...]
    end: WalkEnd | None = None
    reaches_back: bool = False


def step(walk: Walk, reply: Reply, *, links: Sequence[str]) -> Step | Refusal:
    """The page at `walk.next_url`; `links` are what entries of its feed look like."""
    place = here(walk)
    body = inflated(reply.content())
    if isinstance(body, Refusal):
        return body
    rest = later(walk)
    if place.kind == "site":
        return _places(walk, sorted(sitemaps(body), key=sitemap.rank), rest)
    if place.kind == "sitemap" and sitemap.is_index(body):
        return _places(walk, [child.url for child in sitemap.children(body, url=reply.url)], rest)
    parsed = parse(body, url=reply.url, content_type=reply.headers.get("content-type"))
    if isinstance(parsed, Refusal):
        return parsed
    return _page(walk, place, bounded(parsed, most=MOST_ENTRIES), rest, links)


def here(walk: Walk) -> Place:
    """The place that is asked for next."""
    return Place(walk.kind, walk.next_url)  # type: ignore[arg-type]


def later(walk: Walk) -> list[Place]:
    """The places after it."""
    return [Place(one["kind"], one["url"]) for one in walk.ahead]  # type: ignore[arg-type]


def after_failure(walk: Walk, failure: Failure) -> Step | None:
    """How to go on after a page that cannot be had; None: not now, or not at all."""
    gone = failure.status in _GONE
    if failure.retryable and not gone:
        return None
    rest = later(walk)
    if walk.kind == "site":
        return _places(walk, [], rest)
    if not rest and not (gone and walk.kind in _ENDED_BY_404):
        return None
    end = WalkEnd.NO_ARCHIVE if walk.kind == "sitemap" and not walk.found else WalkEnd.ARCHIVE_END
    return _step(walk, (), rest, end=end)


def _page(walk: Walk, place: Place, parsed: ParsedFeed, rest: Sequence[Place], links: Sequence[str]) -> Step:
    entries = parsed.entries
    content = mark(archive.fingerprint(entries)) if entries else None
    if content in walk.seen:
        # The server answers every page with the same one; places of another way may still help.
        return _step(walk, (), rest, end=WalkEnd.LOOP)
    further = None if place.kind == "sitemap" else archive.older(parsed, place)
    end = WalkEnd.ARCHIVE_END if place.kind != "feed" or parsed.complete else WalkEnd.NO_ARCHIVE
    back = False
    if place.kind == "sitemap":
        back = any(entry.published and entry.published <= walk.since for entry in entries if walk.since)
        entries = tuple(entry for entry in entries if archive.belongs(entry, links))
        if walk.noticed_at:
            entries = tuple(entry for entry in entries if entry.published)
    wanted = tuple(entry for entry in entries if _wanted(entry, walk))
    places = [further, *rest] if further else rest
    if entries and not wanted and walk.gap_id is not None:
        back = back or all(_is_before(entry, walk) for entry in entries)
    elif entries and not wanted:
        # Sitemaps stand beside each other, the pages of an archive one behind the other.
        end, places = WalkEnd.SINCE, rest if place.kind == "sitemap" else ()
    return _step(walk, wanted, places, end=end, content=content, reaches_back=back)


def _is_before(entry: ParsedEntry, walk: Walk) -> bool:
    """Whether an entry is surely from before the gap."""
    at = entry.published or entry.updated
    return at is not None and walk.since is not None and at < walk.since - SLACK


def _wanted(entry: ParsedEntry, walk: Walk) -> bool:
    """Whether an entry is young enough, and for a gap old enough; one without a date may be."""
    at = entry.published or entry.updated
    if at is None:
        return True
    slack = SLACK if walk.gap_id is not None else timedelta(0)
    return (walk.since is None or at >= walk.since - slack) and not (walk.noticed_at and at > walk.noticed_at)


def _places(walk: Walk, urls: Sequence[str], rest: Sequence[Place]) -> Step:
    if not urls and not rest:
        urls = [urljoin(walk.next_url, path) for path in common.SITEMAPS]
    if walk.gap_id is not None:
        # What was missed is news: only the likeliest sitemaps are worth a request.
        urls = [url for url in urls if sitemap.rank(url) < 2][:GAP_SITEMAPS]
    places = [Place("sitemap", url) for url in urls[:MOST_SITEMAPS]]
    return _step(walk, (), [*places, *rest][:MOST_SITEMAPS], end=WalkEnd.NO_ARCHIVE)


def _step(
    walk: Walk,
    entries: tuple[ParsedEntry, ...],
    places: Sequence[Place],
    *,
    end: WalkEnd,
    content: int | None = None,
    reaches_back: bool = False,
) -> Step:
    """The step to the first of `places` that was not visited; `end` is why, where there is none at all."""
    last: WalkEnd | None
    seen = (*walk.seen, mark(walk.next_url), *([content] if content is not None else []))[-MOST_MARKS:]
    fresh = tuple(place for place in places if host_key_or_none(place.url) and mark(place.url) not in seen)
    if not fresh:
        last = WalkEnd.LOOP if places else end
    else:
        last = WalkEnd.PAGES if walk.pages + 1 >= walk.pages_limit else None
    return Step(entries, fresh, seen, last, reaches_back)


def mark(text: str) -> int:
    """A short mark of an address or a page's entries; fits a PostgreSQL bigint."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def ways(parsed: ParsedFeed, *, url: str) -> tuple[Place, ...]:
    """Where to look for what a feed scrolled past: where it says that its older entries are, and in the
    sitemaps of its site."""
    further = archive.older(parsed, Place("feed", url))
    site = Place("site", robots_of(parsed.link or url))
    return (further, site) if further else (site,)


def robots_of(url: str) -> str:
    """The robots.txt of the host of `url`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def until_known(count: int, known: Sequence[int]) -> tuple[range, bool]:
    """Of `count` entries in the page's order those before the first that was known, and whether one was."""
    first = min(known, default=count)
    return range(first), first < count


def fill(end: str, *, found: int) -> GapFill:
    """What a walk's end means for the gap that it was to fill."""
    if end == WalkEnd.OVERLAP:
        return GapFill.FILLED
    return GapFill.PARTLY if found else GapFill.UNFILLED


def oldest(entries: Sequence[ParsedEntry]) -> datetime | None:
    """The date of the oldest entry."""
    return min((at for entry in entries if (at := entry.published or entry.updated)), default=None)

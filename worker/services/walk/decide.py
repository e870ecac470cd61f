"""What a page of a feed's archive means for the walk that requested it. Pure.

A walk has a list of places: the next one to request and those after it. A page brings entries and the place
of older ones; a robots.txt or an index of sitemaps brings places only. The walk for a gap ends where it meets
what was known before the gap; a walk that the operator requested ends at its date, at its limit of pages, or
at the end of the archive. No place and no set of entries is read twice, whatever a host serves.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from worker.config.groups import WalkPolicy
from worker.feeds import ParsedEntry, ParsedFeed, archive, parse, sitemap_index
from worker.feeds.archive import Place, mark
from worker.feeds.cadence.backoff import backoff
from worker.feeds.discover import COMMON_SITEMAP_PATHS
from worker.feeds.formats import sitemap
from worker.feeds.formats.bounds import bounded
from worker.feeds.inflate import inflated
from worker.fetch.reply import Failure, Reply
from worker.fetch.robots import sitemaps
from worker.model import GapFill, WalkEvent, WordedEnum
from worker.outcome import Refusal, WalkOutcome
from worker.rows.entries import Item
from worker.rows.walks import Walk, WalkUpdate
from worker.services.poll.match import Matches, stated_date
from worker.text.dates.precision import earliest, is_ahead, latest
from worker.urls import host_key, host_key_or_none

MOST_ENTRIES = 1000
"""Entries that are read of one page of a feed. A guess; archive pages have 10 to 100."""

MOST_MARKS = 2000
"""Marks of places and contents that are kept. A loop of more pages ends at the walk's limit of pages. A
guess."""

GAP_SITEMAPS = 3
"""Sitemaps of an index that are read for a gap: missed entries are recent, and only the likeliest have
them."""

MOST_SITEMAPS = 500
"""Sitemaps of an index that are read on request. A guess."""

TRIES = 3
"""Requests for one page before the walk stops. A guess."""

SLACK = timedelta(days=1)
"""How long before a gap an entry's date may be and the entry still lie in the gap: dates are set by hand, and
by clocks that are wrong. A guess."""

_GONE = frozenset({404, 410})
_ENDED_BY_404 = frozenset({"wordpress", "page", "sitemap"})
"""Kinds of places that are requested without knowing whether they exist."""


class WalkEnd(WordedEnum):
    """Why a walk ended."""

    OVERLAP = "overlap", "it reached entries that were known before"
    SINCE = "since", "it reached the requested date"
    ARCHIVE_END = "archive-end", "there are no older entries"
    NO_ARCHIVE = "no-archive", "the feed names no older entries, and its pages cannot be guessed"
    PAGES = "pages", "it reached its limit of pages; there are more"
    LOOP = "loop", "the archive leads back to a page that was read before"


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """What a page brought: its entries, usually newest first, the places to request next, and why the walk
    ends.

    `reaches_back`: the page has entries from before the gap, so everything in between is complete.
    """

    entries: tuple[ParsedEntry, ...]
    ahead: tuple[Place, ...]
    seen: tuple[int, ...]
    end: WalkEnd | None = None
    reaches_back: bool = False


def read_archive_page(
    walk: Walk, reply: Reply, *, links: Sequence[str], now: datetime | None = None
) -> ArchivePage | Refusal:
    """Read the page at `walk.next_url`; `links` are samples of links of the feed's entries.

    A date after `now` does not say that an entry came after the gap; None: all dates count.
    """
    place = next_place(walk)
    body = inflated(reply.content())
    if isinstance(body, Refusal):
        return body
    rest = later_places(walk)
    if place.kind == "site":
        return _places(walk, sorted(sitemaps(body), key=sitemap_index.rank), rest)
    content_type = reply.headers.get("content-type")
    if place.kind == "sitemap" and sitemap.is_sitemap(body, url=reply.url):
        listed = sitemap.read_sitemap(body, url=reply.url, content_type=content_type)
        if isinstance(listed, Refusal):
            return listed
        children = sitemap_index.of_own_site(listed.children, index_url=reply.url)
        urls = [child.url for child in sitemap_index.in_order(children)]
        if urls and not listed.pages.entries:
            return _places(walk, urls, rest)
        rest = [*(Place("sitemap", url) for url in urls), *rest][:MOST_SITEMAPS]
        return _page(walk, place, bounded(listed.pages, most=sitemap.MOST_LISTED), rest, links, now)
    parsed = parse(body, url=reply.url, content_type=content_type)
    if isinstance(parsed, Refusal):
        return parsed
    return _page(walk, place, bounded(parsed, most=MOST_ENTRIES), rest, links, now)


def next_place(walk: Walk) -> Place:
    """Return the place to request next."""
    return Place(walk.kind, walk.next_url)  # type: ignore[arg-type]


def later_places(walk: Walk) -> list[Place]:
    """Return the places after the next one."""
    return [Place(one["kind"], one["url"]) for one in walk.ahead]  # type: ignore[arg-type]


def without_page(walk: Walk, failure: Failure) -> ArchivePage | None:
    """Return how a walk continues without a page; None if the walk has to wait or to stop."""
    gone = failure.status in _GONE
    if failure.retryable and not gone:
        return None
    rest = later_places(walk)
    if walk.kind == "site":
        return _places(walk, [], rest)
    if not rest and not (gone and walk.kind in _ENDED_BY_404):
        return None
    end = WalkEnd.NO_ARCHIVE if walk.kind == "sitemap" and not walk.found else WalkEnd.ARCHIVE_END
    return _archive_page(walk, (), rest, end=end)


def _page(
    walk: Walk,
    place: Place,
    parsed: ParsedFeed,
    rest: Sequence[Place],
    links: Sequence[str],
    now: datetime | None,
) -> ArchivePage:
    entries = parsed.entries
    content = mark(archive.fingerprint(entries)) if entries else None
    if content in walk.seen:
        # The server answers every request with the same page; other places may still help.
        return _archive_page(walk, (), rest, end=WalkEnd.LOOP)
    further = None if place.kind == "sitemap" else archive.older(parsed, place)
    end = WalkEnd.ARCHIVE_END if place.kind != "feed" or parsed.complete else WalkEnd.NO_ARCHIVE
    back = False
    if place.kind == "sitemap":
        back = any(
            latest(entry.published, entry.published_precision) <= walk.since
            for entry in entries
            if walk.since and entry.published
        )
        entries = tuple(entry for entry in entries if archive.belongs(entry, links))
        if walk.noticed_at:
            entries = tuple(entry for entry in entries if entry.published)
    wanted = tuple(entry for entry in entries if _wanted(entry, walk, now))
    places = [further, *rest] if further else rest
    if entries and not wanted and walk.gap_id is not None:
        back = back or all(_is_before(entry, walk) for entry in entries)
    elif entries and not wanted:
        # Sitemaps are independent of each other; the pages of an archive follow one another.
        end, places = WalkEnd.SINCE, rest if place.kind == "sitemap" else ()
    return _archive_page(walk, wanted, places, end=end, content=content, reaches_back=back)


def _is_before(entry: ParsedEntry, walk: Walk) -> bool:
    """Return whether an entry is certainly from before the gap."""
    at, precision = stated_date(entry)
    return at is not None and walk.since is not None and latest(at, precision) < walk.since - SLACK


def _wanted(entry: ParsedEntry, walk: Walk, now: datetime | None) -> bool:
    """Return whether an entry may be wanted: young enough, for a gap old enough, or not surely dated."""
    at, precision = stated_date(entry)
    if at is None:
        return True
    slack = SLACK if walk.gap_id is not None else timedelta(0)
    if walk.since is not None and at < walk.since - slack:
        return False
    if walk.noticed_at is None or earliest(at, precision) <= walk.noticed_at:
        return True
    return is_ahead(at, precision, now)


def _places(walk: Walk, urls: Sequence[str], rest: Sequence[Place]) -> ArchivePage:
    if not urls and not rest:
        urls = [urljoin(walk.next_url, path) for path in COMMON_SITEMAP_PATHS]
    if walk.gap_id is not None:
        urls = [url for url in urls if sitemap_index.rank(url) < 2][:GAP_SITEMAPS]
    places = [Place("sitemap", url) for url in urls[:MOST_SITEMAPS]]
    return _archive_page(walk, (), [*places, *rest][:MOST_SITEMAPS], end=WalkEnd.NO_ARCHIVE)


def _archive_page(
    walk: Walk,
    entries: tuple[ParsedEntry, ...],
    places: Sequence[Place],
    *,
    end: WalkEnd,
    content: int | None = None,
    reaches_back: bool = False,
) -> ArchivePage:
    """Return a page that leads to the unvisited `places`; without any, the walk ends with `end`."""
    last: WalkEnd | None
    seen = (*walk.seen, mark(walk.next_url), *([content] if content is not None else []))[-MOST_MARKS:]
    fresh = tuple(place for place in places if host_key_or_none(place.url) and mark(place.url) not in seen)
    if not fresh:
        last = WalkEnd.LOOP if places else end
    else:
        last = WalkEnd.PAGES if walk.pages + 1 >= walk.pages_limit else None
    return ArchivePage(entries, fresh, seen, last, reaches_back)


def archive_places(parsed: ParsedFeed, *, url: str) -> tuple[Place, ...]:
    """Return where to look for older entries of a feed: in its archive, then in the sitemaps of its site."""
    further = archive.older(parsed, Place("feed", url))
    site = Place("site", robots_of(parsed.link or url))
    return (further, site) if further else (site,)


def robots_of(url: str) -> str:
    """Return the address of the robots.txt of the host of `url`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def until_known(count: int, known: Sequence[int]) -> tuple[range, bool]:
    """Return the entries before the first known one, of `count` in page order, and whether any is known."""
    first = min(known, default=count)
    return range(first), first < count


def gap_fill(end: str, *, found: int) -> GapFill:
    """Return how far a walk that ended because of `end` filled its gap."""
    if end == WalkEnd.OVERLAP:
        return GapFill.FILLED
    return GapFill.PARTLY if found else GapFill.UNFILLED


def _oldest(entries: Sequence[ParsedEntry]) -> datetime | None:
    """Return the date of the oldest entry."""
    return min((at for entry in entries if (at := entry.published or entry.updated)), default=None)


@dataclass(frozen=True, slots=True)
class WalkDecision:
    """What to save of a page: the state of the walk, new entries, and sightings of known ones.

    `entries` counts those of the page that count for the walk. `update.found` is the number of new entries;
    when another feed brings one at the same moment, saving corrects it.
    """

    outcome: WalkOutcome
    update: WalkUpdate
    reason: str = ""
    detail: str = ""
    new: tuple[Item, ...] = ()
    known: tuple[tuple[int, Item], ...] = ()
    entries: int = 0


def decide_page(
    walk: Walk,
    page: ArchivePage,
    matches: Matches,
    *,
    items: int,
    seen_before: Set[int],
    host_ids: Mapping[str, int],
    now: datetime,
) -> WalkDecision:
    """Decide what a page means for its walk.

    `matches` are its entries, `items` in number, matched with the known ones; `seen_before` are the ids of
    entries that the feed showed before the gap; `host_ids` include that of the next place.
    """
    end, new, known = page.end, matches.new, matches.known
    if walk.noticed_at is not None:
        overlap = [item.position for entry_id, item in known if entry_id in seen_before]
        if overlap or page.reaches_back:
            end = WalkEnd.OVERLAP
        if walk.kind != "sitemap":
            missed, _ = until_known(items, overlap)
            items = len(missed)
            new = tuple(item for item in new if item.position in missed)
            known = tuple((entry_id, item) for entry_id, item in known if item.position in missed)
    after = page.ahead[0] if page.ahead else next_place(walk)
    update = WalkUpdate(
        id=walk.id,
        event=_event(end),
        host_id=host_ids[host_key(after.url)] if page.ahead else walk.host_id,
        kind=after.kind,
        next_url=after.url,
        ahead=plain_places(page.ahead[1:]),
        seen=page.seen,
        due_at=_due(walk, now),
        pages=1,
        found=len(new),
        known=len(known),
        oldest=_oldest(page.entries),
        reason=end,
        detail=end.words if end else None,
    )
    outcome = WalkOutcome.ENDED if end else WalkOutcome.READ
    return WalkDecision(outcome, update, end or "", end.words if end else "", new, known, items)


def decide_failure(walk: Walk, failure: Failure, *, now: datetime, policy: WalkPolicy) -> WalkDecision:
    """Decide how a walk continues after a failure: it is retried a few times, then the walk stops.

    A walk that the operator requested can be resumed; one for a gap is over.
    """
    reason, detail = failure.refusal.reason, failure.refusal.words
    again = failure.retryable and walk.errors + 1 < TRIES
    wait = backoff(walk.errors + 1, base=policy.error_base, cap=policy.error_cap, jitter=0.0)
    update = WalkUpdate(
        id=walk.id,
        event=WalkEvent.POSTPONED if again else WalkEvent.FAILED,
        host_id=walk.host_id,
        kind=walk.kind,
        next_url=walk.next_url,
        ahead=walk.ahead,
        seen=walk.seen,
        due_at=_due(walk, now + max(wait, min(failure.retry_after or timedelta(0), policy.error_cap))),
        errors=walk.errors + 1,
        reason=None if again else reason,
        detail=detail,
    )
    outcome = WalkOutcome.POSTPONED if again else WalkOutcome.FAILED
    return WalkDecision(outcome, update, reason, detail)


def plain_places(places: Sequence[Place]) -> list[dict[str, str]]:
    """Return places as they are stored."""
    return [{"kind": place.kind, "url": place.url} for place in places]


def _event(end: WalkEnd | None) -> WalkEvent:
    """After the limit of pages a walk can continue; after every other end there is nothing more to find."""
    if end is None:
        return WalkEvent.READ
    return WalkEvent.FAILED if end is WalkEnd.PAGES else WalkEvent.ENDED


def _due(walk: Walk, at: datetime) -> datetime | None:
    """Workers continue walks for gaps only; a requested walk is continued by its command."""
    return at if walk.gap_id is not None else None

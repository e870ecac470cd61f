"""What a reply to a poll says: the document with the items that were not known. Pure."""

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

from worker.feeds import ParsedEntry, ParsedFeed, archive, cut, parse
from worker.feeds.discover import discover
from worker.feeds.formats.bounds import bounded
from worker.feeds.formats.sitemap import Sitemap, is_sitemap, read_sitemap
from worker.feeds.inflate import inflated
from worker.feeds.listing.articles import read_listing
from worker.feeds.sitemap_index import ReadSitemap, numbers
from worker.fetch.reply import Failure, Reply
from worker.outcome import Reason, Refusal
from worker.rows.feeds import Feed

_NO_DATE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Document:
    """A changed document: `parsed` has the items that were not known, None when all were.

    `hashes` are those of all its items in order, empty when the format has no items to hash; `new_at` are the
    positions of the items in `parsed`. `left` is how many new items are left for the next poll, which must
    then read the document again: it is not remembered as read. `items` counts all items.

    Of a sitemap, `parsed` has all pages, also known ones, until `unknown_first` has chosen. `overlaps`: it is
    known to go on from the document before. `remembered` is what to keep of an index for its next poll.
    """

    body_hash: UUID
    parsed: ParsedFeed | None
    hashes: tuple[int, ...]
    known: tuple[int, ...]
    new_at: tuple[int, ...]
    left: int = 0
    items: int = 0
    sitemap: Sitemap | None = None
    overlaps: bool = False
    remembered: tuple[int, ...] | None = None

    @property
    def entries(self) -> tuple[ParsedEntry, ...]:
        """The items that were not known."""
        return self.parsed.entries if self.parsed else ()

    @property
    def new_hashes(self) -> tuple[int, ...]:
        """The hashes of the items that were not known."""
        return tuple(self.hashes[at] for at in self.new_at)


def read_document(feed: Feed, reply: Reply, *, most: int) -> Document | Refusal | None:
    """Read at most `most` new items; None when it is the document that was read before.

    Returns a Refusal when the reply holds no feed.
    """
    if reply.unchanged:
        return None
    body = reply.content()
    if (wish := feed.settings.get("listing")) is not None:
        return _listing(feed, read_listing(body, url=reply.url, selector=wish.get("selector")), most=most)
    body_hash = _hash(body)
    if body_hash == feed.body_hash:
        return None
    unpacked = inflated(body)
    if not isinstance(unpacked, Refusal) and is_sitemap(unpacked, url=reply.url):
        return _sitemap(reply, unpacked, body_hash)
    known = frozenset(feed.item_hashes or ())
    cutting = cut(body, known, most=most)
    if cutting.hostile:
        return Refusal(Reason.HOSTILE_XML, cutting.hostile)
    new_at = tuple(at for at, item in enumerate(cutting.hashes) if item not in known)
    if cutting.hashes and not new_at:
        return Document(body_hash, None, cutting.hashes, cutting.hashes, (), items=len(cutting.hashes))
    parsed = parse(cutting.body, url=reply.url, content_type=reply.headers.get("content-type"), most=most)
    if isinstance(parsed, Refusal):
        return parsed
    parsed = bounded(parsed, most=most)
    if cutting.left:
        what = "new entries are left for the next poll" if new_at else "entries were left out"
        parsed = replace(
            parsed, warnings=(f"{cutting.left} {what}, beyond the first {most}", *parsed.warnings)
        )
    again = tuple(item for item in cutting.hashes if item in known)
    return Document(
        body_hash,
        parsed,
        cutting.hashes,
        again,
        new_at,
        left=cutting.left if new_at else 0,
        items=len(cutting.hashes) or len(parsed.entries),
    )


def _sitemap(reply: Reply, body: bytes, body_hash: UUID) -> Document | Refusal:
    """Read a sitemap with all its pages: which of them are taken depends on what the store knows."""
    found = _read_sitemap(reply, body)
    if isinstance(found, Refusal):
        return found
    return Document(body_hash, found.pages, (), (), (), items=len(found.pages.entries), sitemap=found)


def sitemap_of(reply: Reply) -> Sitemap | Refusal:
    """Return the sitemap in a reply; refuse anything else."""
    body = inflated(reply.content())
    if isinstance(body, Refusal):
        return body
    if not is_sitemap(body, url=reply.url):
        return Refusal(Reason.NOT_A_FEED, "not a sitemap")
    return _read_sitemap(reply, body)


def _read_sitemap(reply: Reply, body: bytes) -> Sitemap | Refusal:
    if hostile := cut(body, frozenset()).hostile:
        return Refusal(Reason.HOSTILE_XML, hostile)
    return read_sitemap(body, url=reply.url, content_type=reply.headers.get("content-type"))


def _listing(feed: Feed, parsed: ParsedFeed | Refusal, *, most: int) -> Document | Refusal | None:
    """A page that lists articles has changed when its links have, whatever else is on it."""
    if isinstance(parsed, Refusal):
        return parsed
    body_hash = _hash(archive.fingerprint(parsed.entries).encode("utf-8", "surrogatepass"))
    same = body_hash == feed.body_hash
    if same:
        return None
    return Document(body_hash, bounded(parsed, most=most), (), (), (), items=len(parsed.entries))


def offered_by(reply: Reply) -> str | None:
    """Return the feed that a web page names, which was given as a feed; None if it names no feed."""
    found = discover(reply.content(), url=reply.url, headers=reply.headers.items())
    return next((one.url for one in found if one.how != "guessed" and one.url != reply.url), None)


def _hash(content: bytes) -> UUID:
    return UUID(bytes=blake2b(content, digest_size=16).digest())


# A sitemap may list more pages than a poll takes, and an index names sitemaps that `poll.turn` requests.


def with_sitemaps(
    document: Document,
    sitemaps: Sequence[ReadSitemap],
    *,
    failures: Sequence[Failure],
    remembered: tuple[int, ...],
) -> Document:
    """Return the document of an index with the pages of the sitemaps that were read for it.

    Those that list what they listed before bring nothing. Pages of an index do not scroll away, and each poll
    reads other sitemaps, so the document shows no gap.
    """
    assert document.parsed is not None
    feeds = [document.parsed, *(one.pages for one in sitemaps)]
    changed = [document.parsed, *(one.pages for one in sitemaps if not one.is_unchanged)]
    unread = tuple(
        f"a sitemap of the index cannot be read: {failure.url} ({failure.refusal.reason})"
        for failure in failures
    )
    listed = (entry for feed in changed for entry in feed.entries)
    parsed = replace(
        document.parsed,
        title=next((feed.title for feed in feeds if feed.title), None),
        entries=tuple({entry.link or str(at): entry for at, entry in enumerate(listed)}.values()),
        warnings=(*unread, *(warning for feed in feeds for warning in feed.warnings)),
    )
    items = sum(len(feed.entries) for feed in feeds)
    return replace(document, parsed=parsed, items=items, overlaps=True, remembered=remembered)


def unknown_first(document: Document, known: Set[int], *, most: int) -> Document:
    """Return a document with at most `most` of its pages; `known` are the places of those in the store.

    First the unknown ones, then the known that last changed, which may have been edited. Of more unknown
    pages than fit, the newest: by their dates if these say something, by the dates and numbers in their
    addresses, and by the end of the list that grows. The next poll takes the others.
    """
    assert document.parsed is not None
    listed = document.entries
    unknown = [at for at in range(len(listed)) if at not in known]
    grows_down = not known or _middle(unknown) >= _middle(known)
    dates = {at: listed[at].updated or listed[at].published or _NO_DATE for at in range(len(listed))}
    has_dates = len({dates[at] for at in unknown}) > 1

    def newness(at: int) -> tuple[datetime, tuple[int, ...], int]:
        date = dates[at] if has_dates else _NO_DATE
        return date, numbers(listed[at].link or ""), at if grows_down else -at

    taken = sorted(unknown, key=newness, reverse=True)[:most]
    taken += sorted(known, key=lambda at: dates[at], reverse=True)[: most - len(taken)]
    left = max(len(unknown) - most, 0)
    warnings = document.parsed.warnings
    if left:
        warnings = (f"{left} new pages are left for the next poll, beyond the first {most}", *warnings)
    parsed = replace(document.parsed, entries=tuple(listed[at] for at in sorted(taken)), warnings=warnings)
    return replace(
        document,
        parsed=bounded(parsed, most=most),
        left=left,
        overlaps=document.overlaps or bool(known),
    )


def _middle(places: Collection[int]) -> float:
    return sum(places) / len(places) if places else 0.0

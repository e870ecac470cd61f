"""What a poll means for its feed: the document read, and the next poll chosen. Pure.

The interval that `cadence` chooses is bounded below by the operator's floor and by what the publisher asks
for: ttl and sy:updatePeriod in the document, Cache-Control max-age and Retry-After in the answer. What the
document asked for is kept with the cadence, since a 304 does not say it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from worker.config.groups import PollPolicy
from worker.feeds import ParsedEntry, ParsedFeed, archive, cadence, cut, parse
from worker.feeds.cadence.backoff import backoff
from worker.feeds.formats.bounds import bounded
from worker.feeds.listing.articles import read_listing
from worker.fetch.headers import max_age
from worker.fetch.reply import Failure, Reply
from worker.model import FEED_MOVES, FeedEvent, move
from worker.outcome import Reason, Refusal
from worker.rows.feeds import Feed, FeedUpdate
from worker.services.engine.poison_rows import poison_refusal

LONGEST_WISH = timedelta(days=1)

STEADY = 5
"""Polls in a row that must see the same permanent redirect before the feed is moved: some are mistakes."""


@dataclass(frozen=True, slots=True)
class Document:
    """A changed document: `parsed` has the items that were not known, None when all were.

    `hashes` are those of all its items in order, empty when they could not be told; `new_at` are the
    positions of the items in `parsed`. `left` says how many new items are left for the next poll, which must
    then see the document again: it is not kept as the one that was read.
    """

    body_hash: UUID
    parsed: ParsedFeed | None
    hashes: tuple[int, ...]
    known: tuple[int, ...]
    new_at: tuple[int, ...]
    left: int = 0

    @property
    def entries(self) -> tuple[ParsedEntry, ...]:
        """The items that were not known."""
        return self.parsed.entries if self.parsed else ()

    @property
    def new_hashes(self) -> tuple[int, ...]:
        """Their hashes."""
        return tuple(self.hashes[at] for at in self.new_at)


def read(feed: Feed, reply: Reply, *, most: int) -> Document | Refusal | None:
    """The document of a reply; None when it is the one that was read before; a Refusal when it is no feed.

    At most `most` new items are read.
    """
    if reply.unchanged:
        return None
    body = reply.content()
    if (wish := feed.settings.get("listing")) is not None:
        return _listing(feed, read_listing(body, url=reply.url, selector=wish.get("selector")), most=most)
    body_hash = _hash(body)
    if body_hash == feed.body_hash:
        return None
    known = frozenset(feed.item_hashes or ())
    cutting = cut(body, known, most=most)
    if cutting.hostile:
        return Refusal(Reason.HOSTILE_XML, cutting.hostile)
    new_at = tuple(at for at, item in enumerate(cutting.hashes) if item not in known)
    if cutting.hashes and not new_at:
        return Document(body_hash, None, cutting.hashes, cutting.hashes, ())
    parsed = parse(cutting.body, url=reply.url, content_type=reply.headers.get("content-type"), most=most)
    if isinstance(parsed, Refusal):
        return parsed
    parsed = bounded(parsed, most=most)
    if cutting.left:
        what = "new entries are left for the next poll" if new_at else "entries were left out"
        parsed = replace(
            parsed, warnings=(f"{cutting.left} {what}, beyond the first {most}", *parsed.warnings)
        )
    again = tuple(h for h in cutting.hashes if h in known)
    return Document(body_hash, parsed, cutting.hashes, again, new_at, left=cutting.left if new_at else 0)


def _listing(feed: Feed, parsed: ParsedFeed | Refusal, *, most: int) -> Document | Refusal | None:
    """A page that lists articles: it has changed where its links have, whatever else is on it."""
    if isinstance(parsed, Refusal):
        return parsed
    body_hash = _hash(archive.fingerprint(parsed.entries).encode("utf-8", "surrogatepass"))
    same = body_hash == feed.body_hash
    return None if same else Document(body_hash, bounded(parsed, most=most), (), (), ())


def _hash(content: bytes) -> UUID:
    return UUID(bytes=blake2b(content, digest_size=16).digest())


def after_failure(
    feed: Feed, failure: Failure, *, now: datetime, jitter: float, limits: PollPolicy
) -> FeedUpdate:
    """Back off, and say why. A 410 retires the feed; nothing else ever gives it up."""
    reason, detail = failure.refusal.reason, failure.refusal.detail
    if failure.status == 410:
        return FeedUpdate(
            state=move(FEED_MOVES, feed.state, FeedEvent.GONE),
            due_at=None,
            errors=feed.errors + 1,
            reason=reason,
            detail="the host answers 410: the feed is gone for good",
        )
    wait = backoff(feed.errors + 1, base=limits.error_base, cap=limits.error_cap, jitter=jitter)
    return FeedUpdate(
        state=move(FEED_MOVES, feed.state, FeedEvent.FAILED),
        due_at=now + max(wait, min(failure.retry_after or timedelta(0), limits.error_cap)),
        errors=feed.errors + 1,
        reason=reason,
        detail=detail,
        moved_to=feed.moved_to,
        moved_seen=feed.moved_seen,
    )


def after_unchanged(feed: Feed, reply: Reply, *, now: datetime, limits: PollPolicy) -> FeedUpdate:
    """Nothing new: only the next poll is chosen."""
    planned, due_at = _next(feed, reply, None, (), now, limits)
    return FeedUpdate(
        state=move(FEED_MOVES, feed.state, FeedEvent.POLLED),
        due_at=due_at,
        errors=0,
        cadence=planned,
        ok=True,
        unchanged=True,
        **_moved(feed, reply),
    )


def after_document(
    feed: Feed,
    reply: Reply,
    document: Document,
    *,
    new: int,
    overlap: int,
    seen: tuple[datetime, ...],
    now: datetime,
    limits: PollPolicy,
    missed: timedelta | None = None,
) -> FeedUpdate:
    """A changed document with `new` entries, published at `seen`, and `overlap` that were known.

    `missed` is the time since the last poll where the document shows that entries came and went in it.
    """
    parsed = document.parsed
    planned, due_at = _next(feed, reply, document, seen, now, limits, missed)
    return FeedUpdate(
        state=move(FEED_MOVES, feed.state, FeedEvent.POLLED),
        due_at=due_at,
        errors=0,
        warning="; ".join(parsed.warnings)[:1000] or None if parsed else None,
        kind=parsed.kind if parsed else None,
        title=parsed.title if parsed else None,
        link=parsed.link if parsed else None,
        language=parsed.language if parsed else None,
        etag=None if document.left else reply.headers.get("etag"),
        last_modified=None if document.left else reply.headers.get("last-modified"),
        body_hash=None if document.left else document.body_hash,
        item_hashes=document.hashes,
        cadence=planned,
        ok=True,
        new=new,
        items=len(document.hashes) or len(document.entries),
        overlap=overlap,
        **_moved(feed, reply),
    )


def _next(
    feed: Feed,
    reply: Reply,
    document: Document | None,
    seen: tuple[datetime, ...],
    now: datetime,
    limits: PollPolicy,
    missed: timedelta | None = None,
) -> tuple[dict[str, Any], datetime]:
    kept = feed.cadence or {}
    asked = float(kept.get("asked", 0.0))
    if document is not None and document.parsed is not None:
        wanted = document.parsed.hints.min_interval
        asked = wanted.total_seconds() if wanted else 0.0
    fresh = max_age(reply.headers) or timedelta(0)
    # The publisher's wish stands above our cap, but a ttl or max-age of a year is a mistake.
    wished = min(max(timedelta(seconds=asked), fresh), LONGEST_WISH)
    floor = max(limits.floor, wished, bearable(feed.host_share, limits.host_per_hour))
    before = cadence.from_json(kept["state"]) if kept.get("state") else None
    hurry = hurried(kept.get("hurry"), missed, floor=floor, cap=limits.cap)
    state, due_at = cadence.plan(
        before, now=now, seen=sorted(seen), price=limits.price, floor=floor, cap=hurry or limits.cap
    )
    if document is not None and document.left:
        due_at = min(due_at, now + floor)
    planned = {"state": cadence.to_json(state), "asked": asked, "rate": state.rate.per_second}
    return planned | ({"hurry": hurry.total_seconds()} if hurry else {}), due_at


def hurried(
    before: float | None, missed: timedelta | None, *, floor: timedelta, cap: timedelta
) -> timedelta | None:
    """The longest wait for the next poll while a feed outran us, in place of `cap`; None: it does not.

    Half of the time in which entries came and went, halved again while they do; each poll that overlaps with
    the one before doubles it, until `cap` is reached.
    """
    if missed is not None:
        base = min(missed, timedelta(seconds=before)) if before else missed
        return min(max(base / 2, floor), cap)
    if before is None or timedelta(seconds=2 * before) >= cap:
        return None
    return timedelta(seconds=2 * before)


def bearable(share: float | None, per_hour: float | None) -> timedelta:
    """The least interval of a feed with this share of what its host bears, as `Feed.host_share`.

    Were all feeds of the host polled at theirs, it would get `per_hour` polls an hour, and their entries
    would be found as soon as this allows.
    """
    if not share or per_hour is None:
        return timedelta(0)
    return min(timedelta(hours=1) / (per_hour * share), LONGEST_WISH)


def spread(due_at: datetime, *, now: datetime, jitter: float) -> datetime:
    """A little later, by `jitter` (0 to 1) of a twentieth of the wait, or of a minute.

    All that see a feed publish on the hour would else come in the same second.
    """
    return due_at + jitter * min((due_at - now) / 20, timedelta(minutes=1))


def waits(
    published: Sequence[datetime | None], *, since: datetime | None, now: datetime
) -> tuple[int, float]:
    """How many of the new entries waited for this poll, and how many seconds in all.

    Of an entry that its feed showed late only the time since the last poll counts: no poll can help the rest.
    """
    if since is None:
        return 0, 0.0
    passed = (now - since).total_seconds()
    found = [min(max((now - at).total_seconds(), 0.0), passed) for at in published if at is not None]
    return len(found), sum(found)


def seen_at(
    published: Sequence[datetime | None], *, since: datetime | None, now: datetime
) -> tuple[datetime, ...]:
    """When new entries were published: as dated; those without a date somewhere between two polls.

    At a feed's first poll nobody can say, and they count for nothing.
    """
    dated = tuple(at for at in published if at is not None and at <= now)
    undated = sum(1 for at in published if at is None)
    if since is None or not undated:
        return dated
    step = (now - since) / (undated + 1)
    return (*dated, *(since + step * number for number in range(1, undated + 1)))


def _moved(feed: Feed, reply: Reply) -> dict[str, Any]:
    """How often in a row the same permanent redirect was seen; None and 0 where there was none."""
    if reply.moved_permanently_to is None:
        return {"moved_to": None, "moved_seen": 0}
    seen = feed.moved_seen + 1 if reply.moved_permanently_to == feed.moved_to else 1
    return {"moved_to": reply.moved_permanently_to, "moved_seen": seen}


def has_moved(update: FeedUpdate) -> bool:
    """Whether the redirect has been seen steadily enough to be believed."""
    return update.moved_to is not None and update.moved_seen >= STEADY


def poison_failure(feed: Feed, *, attempts: int) -> Failure | None:
    """The failure of a feed on which workers die, so that it backs off like any other."""
    dead = poison_refusal(feed.attempts, allowed=attempts, how="while they polled it")
    return Failure(refusal=dead, retryable=True, url=feed.url) if dead else None

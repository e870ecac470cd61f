"""What a poll means: the entries to save, the gap that it shows, and how it leaves its feed. Pure.

`decide` gets what the store knows (`LoadedPoll`) and the answer, and returns one `PollDecision`. A push is
decided by the same rules (`decide_push`), but it may be a part of the feed, so it shows no gap, and leaves
the validators and failures of polls alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from worker.config.groups import PollPolicy
from worker.fetch.headers import max_age
from worker.fetch.reply import Failure, Reply
from worker.model import FEED_MOVES, FeedEvent, move
from worker.outcome import PollOutcome, Reason
from worker.rows.entries import Item, Known
from worker.rows.feeds import Feed, FeedUpdate
from worker.services.engine import validators
from worker.services.engine.poison_rows import poison_refusal
from worker.services.engine.validators import Validators
from worker.services.poll.match import NO_MATCHES, Matches, match, stated_date
from worker.services.poll.next_poll import Answered, Failed, NextPoll, Pushed, next_poll
from worker.services.poll.read import Document
from worker.text.dates.precision import is_ahead, latest

STEADY = 5
"""Polls in a row that must see the same permanent redirect before the feed is moved: some are mistakes."""

PINNED = 2
"""Entries that a feed may keep at its top, above newer ones."""
FEWEST_NEW = 3
"""With fewer new entries below pinned ones, nothing can be said about a gap."""

SEEK_AFTER = 3
"""Failures in a row after which another feed is sought on the site. A guess: it may be an outage."""
_GONE = frozenset({Reason.HTTP_GONE, Reason.NOT_A_FEED, Reason.DNS_FAILED})
"""Failures that say that there is no such feed, and not that it is out of order."""

PUSH_ON_ITS_WAY = timedelta(minutes=5)
"""An entry younger than this may still be on its way from the hub: a poll that finds it proves nothing."""

MOST_HASHES = 5000
"""Items remembered of a feed between two polls: more than any document holds, and 40 KB a feed."""


@dataclass(frozen=True, slots=True)
class NewAddress:
    """The address that a steady permanent redirect leads to; `taken`: another feed has it already."""

    url: str
    host_id: int
    taken: bool


@dataclass(frozen=True, slots=True)
class LoadedPoll:
    """What the store knows when a poll is decided.

    `items` are the document's items that its feed did not show before, with the ids of their hosts; `known`
    the entries that they may be.
    """

    feed: Feed
    items: tuple[Item, ...] = ()
    known: tuple[Known, ...] = ()
    new_address: NewAddress | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The document shares nothing with the one at `since`: entries before `after` were not seen."""

    since: datetime
    after: str | None


@dataclass(frozen=True, slots=True)
class PollDecision:
    """What a poll or a push means for the store; `seen_again` are the hashes of unchanged items."""

    outcome: PollOutcome
    next_poll: NextPoll
    feed_update: FeedUpdate
    matches: Matches = NO_MATCHES
    seen_again: tuple[int, ...] = ()
    gap: Gap | None = None

    @property
    def later(self) -> int:
        """The number of new entries that wait, since they lead to too many hosts that were never asked."""
        return sum(1 for item in self.matches.new if item.wait_seconds)


def decide_poll(
    loaded: LoadedPoll,
    answer: Reply | Failure,
    document: Document | None,
    *,
    now: datetime,
    jitter: float,
    policy: PollPolicy,
) -> PollDecision:
    """Decide a poll; `document` is None after a failure, and when the feed has not changed."""
    feed = loaded.feed
    if isinstance(answer, Failure):
        return _failed(feed, answer, now, jitter, policy)
    if document is None:
        chosen = next_poll(
            feed, Answered(fresh_for=_fresh_for(answer)), now=now, policy=policy, jitter=jitter
        )
        update = _moved(loaded, answer, _of_unchanged(feed, answer, chosen))
        return PollDecision(PollOutcome.UNCHANGED, chosen, update)
    if document.remembered is not None and not document.entries and not document.left:
        # None of the sitemaps that were read of an index has changed.
        chosen = next_poll(feed, Answered(), now=now, policy=policy, jitter=jitter)
        update = _moved(loaded, answer, _update(feed, FeedEvent.POLLED, chosen, ok=True, unchanged=True))
        update = replace(update, whole=True, item_hashes=document.remembered)
        return PollDecision(PollOutcome.UNCHANGED, chosen, update)
    matches = _matches(loaded, document, now)
    shown = _shown(document, matches, loaded.known)
    gap = None if document.overlaps else _gap(loaded, shown, now)
    published = [appeared_at(item, now=now) for item in matches.new]
    missed_pushes = pushes_missed(feed.pushed_until, published, now=now)
    chosen = next_poll(
        feed,
        Answered(
            published=published_at(published, since=feed.last_polled_at, now=now),
            wish=_wish(document),
            fresh_for=_fresh_for(answer),
            left=bool(document.left),
            missed=now - gap.since if gap else None,
            pushes_missed=missed_pushes,
        ),
        now=now,
        policy=policy,
        jitter=jitter,
    )
    timed, waited = waits(published, since=feed.last_polled_at, now=now)
    update = replace(
        _of_document(feed, answer, document, chosen),
        new=len(matches.new),
        overlap=len(shown.known),
        pushes_missed=missed_pushes,
        timed=timed,
        waited=waited,
        validators_off_until=now + validators.DISTRUST
        if validators.was_false(feed, answer.headers, published)
        else None,
    )
    return PollDecision(
        PollOutcome.NEW if matches.new else PollOutcome.NOTHING_NEW,
        chosen,
        _moved(loaded, answer, update),
        matches,
        document.known,
        gap,
    )


def decide_push(
    loaded: LoadedPoll,
    document: Document | None,
    *,
    now: datetime,
    policy: PollPolicy,
    until: datetime | None,
) -> PollDecision:
    """Decide a push; `document` is None if it was read before.

    Pushes are relied on until `until`.
    """
    feed = loaded.feed
    matches = _matches(loaded, document, now)
    published = [appeared_at(item, now=now) for item in matches.new]
    pushed = Pushed(until)
    if document is not None:
        seen = published_at(published, since=feed.last_polled_at, now=now)
        pushed = Pushed(until, seen, _wish(document))
    chosen = next_poll(feed, pushed, now=now, policy=policy, jitter=0.0)
    # Where entries were left for the next poll, it has to read all of them.
    fresh = document.new_hashes if document and document.parsed and not document.left else ()
    hashes = tuple(dict.fromkeys((*fresh, *(feed.item_hashes or ()))))[:MOST_HASHES]
    items = document.items if document else None
    update = replace(
        _update(feed, FeedEvent.POLLED, chosen),
        new=len(matches.new),
        items=items,
        item_hashes=hashes,
        pushed_until=until,
    )
    outcome = PollOutcome.NEW if matches.new else PollOutcome.NOTHING_NEW
    return PollDecision(outcome, chosen, update, matches, document.known if document else ())


def _failed(feed: Feed, failure: Failure, now: datetime, jitter: float, policy: PollPolicy) -> PollDecision:
    """Back off, and say why. A 410 retires the feed; nothing else ever gives it up."""
    gone = failure.status == 410
    chosen = next_poll(feed, Failed(failure, gone), now=now, policy=policy, jitter=jitter)
    detail = "the host answers 410: the feed is gone for good" if gone else failure.refusal.detail
    update = replace(
        _update(feed, FeedEvent.GONE if gone else FeedEvent.FAILED, chosen),
        errors=feed.errors + 1,
        reason=failure.refusal.reason,
        detail=detail,
        moved_to=None if gone else feed.moved_to,
        moved_seen=0 if gone else feed.moved_seen,
    )
    return PollDecision(PollOutcome.RETIRED if gone else PollOutcome.FAILED, chosen, update)


def seeks_successor(feed: Feed, answer: Reply | Failure) -> bool:
    """Whether another feed is sought on the feed's site: this one is gone, for good or by all appearances.

    After a 410 at once, else after the third failure in a row, and whenever that number has doubled.
    """
    if not isinstance(answer, Failure) or answer.status == 410:
        return isinstance(answer, Failure)
    times, rest = divmod(feed.errors + 1, SEEK_AFTER)
    return answer.refusal.reason in _GONE and rest == 0 and times.bit_count() == 1


def _update(
    feed: Feed,
    event: FeedEvent,
    chosen: NextPoll,
    *,
    ok: bool = False,
    unchanged: bool = False,
    **found: Any,
) -> FeedUpdate:
    return FeedUpdate(
        state=move(FEED_MOVES, feed.state, event),
        due_at=chosen.due_at,
        due_because=chosen.because,
        errors=0,
        cadence=chosen.cadence,
        ok=ok,
        unchanged=unchanged,
        **found,
    )


def _of_unchanged(feed: Feed, reply: Reply, chosen: NextPoll) -> FeedUpdate:
    """Return the update after a 304, or after the same document once more."""
    if reply.unchanged:
        found = validators.after_not_modified(Validators(feed.etag, feed.last_modified), reply.headers)
    else:
        found = validators.of_reply(reply.headers)
    return _update(
        feed,
        FeedEvent.POLLED,
        chosen,
        ok=True,
        unchanged=True,
        etag=found.etag,
        last_modified=found.last_modified,
        whole=not reply.unchanged,
        not_modified=feed.not_modified + 1 if reply.unchanged else 0,
    )


def _of_document(feed: Feed, reply: Reply, document: Document, chosen: NextPoll) -> FeedUpdate:
    parsed = document.parsed
    update = _update(
        feed,
        FeedEvent.POLLED,
        chosen,
        ok=True,
        whole=True,
        item_hashes=document.hashes if document.remembered is None else document.remembered,
        items=document.items,
    )
    if parsed:
        update = replace(
            update,
            warning="; ".join(parsed.warnings)[:1000] or None,
            kind=parsed.kind,
            title=parsed.title,
            link=parsed.link,
            language=parsed.language,
        )
    if document.left or document.remembered is not None:
        # The next poll must read the document again, so nothing may say that it is known. An index can stay
        # the same while a sitemap below it changes.
        return update
    return replace(
        update,
        etag=reply.headers.get("etag"),
        last_modified=reply.headers.get("last-modified"),
        body_hash=document.body_hash,
    )


def _wish(document: Document) -> timedelta | None:
    """Return the least interval that the document requests; None: all its items were known, so it was not
    parsed.
    """
    return (document.parsed.hints.min_interval or timedelta(0)) if document.parsed else None


def _fresh_for(reply: Reply) -> timedelta:
    return max_age(reply.headers) or timedelta(0)


def _matches(loaded: LoadedPoll, document: Document | None, now: datetime) -> Matches:
    listed = document.known if document else ()
    matches = match(loaded.items, loaded.known, feed_id=loaded.feed.id, listed=listed)
    if (max_age := loaded.feed.overrides.max_age) is not None:
        new = tuple(_aged(item, now, max_age) for item in matches.new)
        moved = tuple(move for move in matches.moved if _aged(move.item, now, max_age).reason is None)
        matches = replace(matches, new=new, moved=moved)
    if loaded.feed.is_listing:
        # A front page words its links as it likes, from hour to hour: that does not edit the article.
        return replace(matches, edited=(), renewed=(), moved=())
    return matches


def _aged(item: Item, now: datetime, max_age: timedelta) -> Item:
    """Refuse an item that is too old for its feed; one without a date may be new."""
    dated, precision = stated_date(item)
    if dated is None or now - latest(dated, precision) <= max_age:
        return item
    detail = f"dated {dated:%Y-%m-%d}, {(now - dated).days} days before it was seen"
    return replace(item, reason=Reason.TOO_OLD, detail=detail)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A document's items: the positions of old ones in the feed, and the new ones."""

    known: tuple[int, ...]
    new: tuple[Item, ...]

    def overlaps(self, now: datetime) -> bool:
        """Whether the document goes on where the one before it ended.

        Not if all that is known is one or two entries pinned above new ones: what scrolled past below them
        would never be noticed.
        """
        return bool(self.known) and not self._is_pinned(now)

    def _is_pinned(self, now: datetime) -> bool:
        few = len(self.known) <= PINNED and len(self.new) >= FEWEST_NEW
        return (
            few and max(self.known) < min(item.position for item in self.new) and _newest_first(self.new, now)
        )


def _newest_first(new: Sequence[Item], now: datetime) -> bool:
    """Whether new items are in the usual order: a document that grows at its end has the old ones on top."""
    ordered = sorted(new, key=lambda item: item.position)
    dates = [at for item in ordered if (at := appeared_at(item, now=now)) is not None]
    return len(dates) < len(new) or dates[0] > dates[-1]


def _shown(document: Document, matches: Matches, known: Sequence[Known]) -> _Shown:
    """Sort a document's items by whether its feed showed them before; other feeds do not count."""
    here = frozenset(entry.id for entry in known if entry.here)
    new_at = frozenset(document.new_at)
    cut = [at for at in range(len(document.hashes)) if at not in new_at]
    matched = [item.position for number, item in matches.known if number in here]
    elsewhere = [item for number, item in matches.known if number not in here]
    return _Shown(tuple(cut + matched), (*matches.new, *elsewhere))


def _gap(loaded: LoadedPoll, shown: _Shown, now: datetime) -> Gap | None:
    feed = loaded.feed
    if shown.overlaps(now) or not shown.new or not feed.last_items or feed.last_polled_at is None:
        return None
    after = max(loaded.items, key=lambda item: item.position).title
    return Gap(feed.last_polled_at, after)


def permanent_redirect(feed: Feed, reply: Reply) -> tuple[str | None, int]:
    """Return the permanent redirect that a poll saw, and how often in a row; None and 0 without one."""
    if reply.moved_permanently_to is None:
        return None, 0
    return (
        reply.moved_permanently_to,
        feed.moved_seen + 1 if reply.moved_permanently_to == feed.moved_to else 1,
    )


def _moved(loaded: LoadedPoll, reply: Reply, update: FeedUpdate) -> FeedUpdate:
    """Add the redirect that was seen, and the feed's new address once it was seen steadily."""
    if reply.moved_permanently_to is None:
        return update
    to, seen = permanent_redirect(loaded.feed, reply)
    address = loaded.new_address
    if seen < STEADY or address is None:
        return replace(update, moved_to=to, moved_seen=seen)
    if address.taken:
        detail = f"it has moved to {address.url}, which is a separate feed here"
        return replace(update, moved_to=to, moved_seen=seen, detail=detail)
    return replace(update, url=to, host_id=address.host_id)


def appeared_at(item: Item, *, now: datetime) -> datetime | None:
    """Return when an item was published; None if its feed states only a day, or what lies ahead."""
    stated = ((item.published, item.published_precision), (item.updated, item.updated_precision))
    instants = (at for at, precision in stated if at is not None and precision != "day")
    return next((min(at, now) for at in instants if not is_ahead(at, "instant", now)), None)


def waits(
    published: Sequence[datetime | None], *, since: datetime | None, now: datetime
) -> tuple[int, float]:
    """Count the new entries that waited for this poll, and sum the seconds that they waited.

    Of an entry that its feed showed late, only the time since the last poll counts: no poll can help the
    rest.
    """
    if since is None:
        return 0, 0.0
    passed = (now - since).total_seconds()
    found = [min(max((now - at).total_seconds(), 0.0), passed) for at in published if at is not None]
    return len(found), sum(found)


def published_at(
    published: Sequence[datetime | None], *, since: datetime | None, now: datetime
) -> tuple[datetime, ...]:
    """Return when new entries were published: as dated, and those without a date spread between two polls.

    At a feed's first poll nothing is known of undated entries, and they are left out.
    """
    dated = tuple(at for at in published if at is not None and at <= now)
    undated = sum(1 for at in published if at is None)
    if since is None or not undated:
        return dated
    step = (now - since) / (undated + 1)
    return (*dated, *(since + step * number for number in range(1, undated + 1)))


def pushes_missed(
    pushed_until: datetime | None, published: Iterable[datetime | None], *, now: datetime
) -> bool:
    """Whether a poll found new entries, published then, that pushes should have brought before."""
    if pushed_until is None or pushed_until <= now:
        return False
    return any(instant is None or now - instant > PUSH_ON_ITS_WAY for instant in published)


def poison_failure(feed: Feed, *, attempts: int) -> Failure | None:
    """Return the failure of a feed on which workers die, so that it backs off like any other."""
    dead = poison_refusal(feed.attempts, allowed=attempts, how="while they polled it")
    return Failure(refusal=dead, retryable=True, url=feed.url) if dead else None

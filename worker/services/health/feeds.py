"""The health of feeds, checked every few minutes; changes of their conditions emit events.

stop if another process is checking
load every feed with its numbers of the last check
update the numbers: the size of the document, how entries ended since then, and for a feed that went silent
    the time at which it counts as quiet
judge each feed                                                 (feeds.health: pure)
save: new conditions begin, conditions that were not found again end; then emit their events
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from worker.feeds.health import conditions, rhythm
from worker.feeds.health.conditions import Finding, Numbers
from worker.feeds.health.habits import Size
from worker.model import FeedState
from worker.monitor.events import FeedCondition, emit
from worker.outcome import ConditionOutcome
from worker.services.poll.decide import STEADY
from worker.store import Connection, Store, feed_conditions, feed_health
from worker.store.feed_conditions import Lasting
from worker.store.feed_health import Ended, WatchedFeed

SAVED_BY = timedelta(minutes=1)
"""Entries become visible when their transaction ends, so the newest are left for the next check. A
transaction of extraction takes seconds; a minute is a guess."""

FIRST_LOOK = timedelta(days=7)
"""How far back the first check counts entries. A guess."""

RHYTHMS_PER_QUERY = 20
RHYTHMS_PER_CHECK = 500
"""Silent feeds whose publication times are loaded by one query, and by one check; the next check does the
rest. Guesses: they bound memory and the time of a check."""


def check_feeds(store: Store, *, now: datetime) -> None:
    """Check all feeds once. Raises `StoreUnavailable`."""
    with store.begin() as db:
        if not feed_health.alone(db):
            return
        feeds = _updated(db, now)
        feed_health.save(db, feeds, counted_to=now - SAVED_BY)
        found = _conditions(db, feeds, now)
        before = {(one.feed_id, one.condition): one for one in feed_conditions.lasting(db)}
        changed = {key: why for key, why in found.items() if key not in before or before[key].reason != why}
        over = [one for key, one in before.items() if key not in found]
        feed_conditions.begin(db, changed, now=now)
        feed_conditions.end(db, [(one.feed_id, one.condition) for one in over], now=now)
    begun = {key: why for key, why in changed.items() if key not in before}
    _emit(begun, over, {feed.id: feed.url for feed in feeds}, now)


def _updated(db: Connection, now: datetime) -> list[WatchedFeed]:
    feeds = feed_health.watched(db)
    since = max((feed.counted_to for feed in feeds if feed.counted_to), default=now - FIRST_LOOK)
    ended = feed_health.ended(db, since=since, until=now - SAVED_BY)
    counted = [_counted(feed, ended.get(feed.id, Ended()), now) for feed in feeds]
    silent = _quiet_times(db, counted)
    return [silent.get(feed.id, feed) for feed in counted]


def _counted(feed: WatchedFeed, ended: Ended, now: datetime) -> WatchedFeed:
    size = feed.size
    if feed.last_ok_at is not None:
        passed = max(now - SAVED_BY - feed.counted_to, timedelta(0)) if feed.counted_to else timedelta(0)
        size = size.after(feed.last_items, passed) if size else Size(feed.last_items, feed.last_items)
    return replace(
        feed,
        size=size,
        refused=feed.refused.after(ended.refused, ended.ended),
        fallback=feed.fallback.after(ended.fallback, ended.stored),
    )


def _quiet_times(db: Connection, feeds: Sequence[WatchedFeed]) -> dict[int, WatchedFeed]:
    """Return feeds that went silent since the last check, each with the time at which it counts as quiet."""
    silent = [feed for feed in feeds if _went_silent(feed)][:RHYTHMS_PER_CHECK]
    found: dict[int, WatchedFeed] = {}
    for start in range(0, len(silent), RHYTHMS_PER_QUERY):
        batch = silent[start : start + RHYTHMS_PER_QUERY]
        times = feed_health.times(db, [feed.id for feed in batch], back=rhythm.FARTHEST)
        for feed in batch:
            assert feed.seen_at is not None
            known = [*times[feed.id], feed.seen_at]
            found[feed.id] = replace(
                feed,
                silent_since=feed.seen_at,
                quiet_at=rhythm.quiet_at(known),
                a_week=rhythm.a_week(known),
            )
    return found


def _went_silent(feed: WatchedFeed) -> bool:
    if feed.state is not FeedState.ACTIVE or feed.seen_at is None or feed.last_ok_at is None:
        return False
    return feed.seen_at != feed.silent_since and feed.last_ok_at - feed.seen_at >= rhythm.LEAST_SILENCE


def _conditions(
    db: Connection, feeds: Sequence[WatchedFeed], now: datetime
) -> dict[feed_conditions.Key, str]:
    """Return the reason of each condition that a feed is in, by feed and condition."""
    high = [feed.id for feed in feeds if feed.refused.high or feed.fallback.high]
    mostly = feed_health.mostly(db, high) if high else {}
    return {
        (feed.id, finding.condition): finding.reason
        for feed in feeds
        for finding in _findings(feed, mostly.get(feed.id), now)
    }


def _findings(feed: WatchedFeed, mostly: str | None, now: datetime) -> list[Finding]:
    numbers = Numbers(
        state=feed.state,
        errors=feed.errors,
        reason=feed.reason,
        detail=feed.detail,
        last_ok_at=feed.last_ok_at,
        last_seen_at=feed.seen_at,
        quiet_at=feed.quiet_at if feed.silent_since == feed.seen_at else None,
        a_week=feed.a_week,
        items=feed.last_items,
        size=feed.size,
        refused=feed.refused,
        fallback=feed.fallback,
        mostly=mostly,
        moving_to=feed.moved_to,
        moving_seen=feed.moved_seen,
        moved_from=feed.moved_from,
        moved_at=feed.moved_at,
        steady=STEADY,
    )
    return conditions.find_conditions(numbers, now=now)


def _emit(
    begun: Mapping[feed_conditions.Key, str], over: Sequence[Lasting], urls: Mapping[int, str], now: datetime
) -> None:
    for (feed_id, condition), why in begun.items():
        emit(
            FeedCondition(
                outcome=ConditionOutcome.BEGAN,
                reason=condition,
                feed_id=feed_id,
                url=urls[feed_id],
                detail=why,
            )
        )
    for one in over:
        emit(
            FeedCondition(
                outcome=ConditionOutcome.ENDED,
                reason=one.condition,
                feed_id=one.feed_id,
                url=one.url,
                detail=one.reason,
                lasted=(now - one.since).total_seconds(),
            )
        )

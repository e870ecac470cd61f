"""The health of feeds: looked at every few minutes, and told when it changes.

nobody else is at it?
every feed with its numbers of the last turn
bring them forward: the size of its document, how its entries ended since then, and for one that has been
    silent for long, when that will be too long
judge each                                                      (feeds.health: pure)
conditions that are new begin, those that are not found any more end; events once that is saved
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
from worker.store.feed_health import Ended, Watched

SAVED_BY = timedelta(minutes=1)
"""Entries that finish are seen once their transaction ends, so the newest are left for the next turn."""

FIRST_LOOK = timedelta(days=7)
"""How far back entries are counted at the first turn of all."""

READ_AT_ONCE = 20
READ_AT_MOST = 500
"""Feeds whose times are read together, and in one turn; the rest are read in the next."""


def watch(store: Store, *, now: datetime) -> None:
    """One turn over all feeds. Raises `StoreUnavailable`."""
    with store.begin() as db:
        if not feed_health.alone(db):
            return
        feeds = _brought_forward(db, now)
        feed_health.save(db, feeds, counted_to=now - SAVED_BY)
        found = _judged(db, feeds, now)
        before = {(one.feed_id, one.condition): one for one in feed_conditions.lasting(db)}
        changed = {key: why for key, why in found.items() if key not in before or before[key].reason != why}
        over = [one for key, one in before.items() if key not in found]
        feed_conditions.begin(db, changed, now=now)
        feed_conditions.end(db, [(one.feed_id, one.condition) for one in over], now=now)
    begun = {key: why for key, why in changed.items() if key not in before}
    _tell(begun, over, {feed.id: feed.url for feed in feeds}, now)


def _brought_forward(db: Connection, now: datetime) -> list[Watched]:
    feeds = feed_health.watched(db)
    since = max((feed.counted_to for feed in feeds if feed.counted_to), default=now - FIRST_LOOK)
    ended = feed_health.ended(db, since=since, until=now - SAVED_BY)
    counted = [_counted(feed, ended.get(feed.id, Ended()), now) for feed in feeds]
    rhythms = _rhythms(db, counted)
    return [rhythms.get(feed.id, feed) for feed in counted]


def _counted(feed: Watched, ended: Ended, now: datetime) -> Watched:
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


def _rhythms(db: Connection, feeds: Sequence[Watched]) -> dict[int, Watched]:
    """The feeds that have become silent since it was last told when that will be too long, with that told."""
    silent = [feed for feed in feeds if _is_silent(feed)][:READ_AT_MOST]
    told: dict[int, Watched] = {}
    for start in range(0, len(silent), READ_AT_ONCE):
        batch = silent[start : start + READ_AT_ONCE]
        times = feed_health.times(db, [feed.id for feed in batch], back=rhythm.FARTHEST)
        for feed in batch:
            assert feed.seen_at is not None
            known = [*times[feed.id], feed.seen_at]
            told[feed.id] = replace(
                feed,
                silent_since=feed.seen_at,
                quiet_at=rhythm.quiet_at(known),
                a_week=rhythm.a_week(known),
            )
    return told


def _is_silent(feed: Watched) -> bool:
    if feed.state is not FeedState.ACTIVE or feed.seen_at is None or feed.last_ok_at is None:
        return False
    return feed.seen_at != feed.silent_since and feed.last_ok_at - feed.seen_at >= rhythm.LEAST_SILENCE


def _judged(db: Connection, feeds: Sequence[Watched], now: datetime) -> dict[feed_conditions.Key, str]:
    """Why each feed is in each condition that it is in."""
    high = [feed.id for feed in feeds if feed.refused.high or feed.fallback.high]
    mostly = feed_health.mostly(db, high) if high else {}
    return {
        (feed.id, finding.condition): finding.reason
        for feed in feeds
        for finding in _findings(feed, mostly.get(feed.id), now)
    }


def _findings(feed: Watched, mostly: str | None, now: datetime) -> list[Finding]:
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
    return conditions.judge(numbers, now=now)


def _tell(
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

"""What is wrong with a feed, and why we think so, told from its numbers.

A condition is no error of a single poll or entry: those have reasons of their own. It is what an operator
would see who looked at the feed's last weeks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.feeds.health.habits import Share, Size
from worker.model import Condition, FeedState
from worker.outcome import Reason

LONG_STREAK = 5
"""Polls in a row that must fail before it is more than a bad hour: with the waits between them over an
hour."""

TOLD_OF_MOVE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What is known of a feed.

    `last_seen_at` is when it last showed something new, `quiet_at` when that will be too long ago. `a_week`
    is how many entries are usual. `moving_to` is the target of a permanent redirect that was seen
    `moving_seen` times in a row and is followed after `steady`; `moved_from` the address that it had until
    `moved_at`.
    """

    state: FeedState
    errors: int
    reason: str | None
    detail: str | None
    last_ok_at: datetime | None
    last_seen_at: datetime | None
    quiet_at: datetime | None
    a_week: float
    items: int
    size: Size | None
    refused: Share
    fallback: Share
    mostly: str | None
    moving_to: str | None
    moving_seen: int
    moved_from: str | None
    moved_at: datetime | None
    steady: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition that a feed is in, and why we think so."""

    condition: Condition
    reason: str


def judge(numbers: Numbers, *, now: datetime) -> list[Finding]:
    """What is wrong with the feed, the weightiest first; nothing for one that the operator has paused."""
    if numbers.state is FeedState.PAUSED:
        return []
    if numbers.state is FeedState.RETIRED:
        return [Finding(Condition.RETIRED, _why(numbers))]
    found = (
        _failing(numbers),
        _quiet(numbers),
        _shrank(numbers),
        _refused(numbers),
        _no_full_text(numbers),
        _moved(numbers, now),
    )
    return [finding for finding in found if finding]


def _failing(numbers: Numbers) -> Finding | None:
    if numbers.errors < LONG_STREAK:
        return None
    last = numbers.last_ok_at
    since = f"the last that went well was at {_told(last)}" if last else "none ever went well"
    return Finding(Condition.FAILING, f"{numbers.errors} polls in a row failed, {since}: {_why(numbers)}")


def _quiet(numbers: Numbers) -> Finding | None:
    """Its silence is counted up to the last poll that went well: while we cannot ask, it is not silent."""
    if not (numbers.quiet_at and numbers.last_ok_at and numbers.last_seen_at):
        return None
    if numbers.last_ok_at < numbers.quiet_at:
        return None
    rate = numbers.a_week
    usual = f"{rate / 7:.0f} entries a day" if rate >= 14 else f"{rate:.1f} entries a week"
    return Finding(
        Condition.QUIET,
        f"nothing new since {_told(numbers.last_seen_at)}; usual are {usual}, "
        f"and by its rhythm some should have come by {_told(numbers.quiet_at)}",
    )


def _shrank(numbers: Numbers) -> Finding | None:
    size = numbers.size
    if size is None or not size.shrank:
        return None
    has = f"has {numbers.items} entries" if numbers.items else "is empty"
    return Finding(Condition.SHRANK, f"its document {has}, usual were {size.usual:.0f}")


def _refused(numbers: Numbers) -> Finding | None:
    if not numbers.refused.high:
        return None
    mostly = f"; mostly {numbers.mostly}: {_words(numbers.mostly)}" if numbers.mostly else ""
    return Finding(Condition.REFUSED, f"{_shares(numbers.refused)} of its entries are refused{mostly}")


def _no_full_text(numbers: Numbers) -> Finding | None:
    """The usual cause is a change of the site's layout, or a wall; a site without pages was so from the
    first."""
    share = numbers.fallback
    if not share.high or share.lately < share.usual + 0.3:
        return None
    return Finding(
        Condition.NO_FULL_TEXT,
        f"{_shares(share)} of its articles have only the text that the feed carries, none from their pages",
    )


def _moved(numbers: Numbers, now: datetime) -> Finding | None:
    if numbers.moving_to and numbers.moving_seen >= numbers.steady:
        words = f"it has moved to {numbers.moving_to}, which is a feed of its own here: remove one of the two"
    elif numbers.moving_to and numbers.moving_seen > 1:
        words = (
            f"it says that it has moved to {numbers.moving_to}, and is followed when it has said so "
            f"{numbers.steady} times in a row"
        )
    elif numbers.moved_from and numbers.moved_at and now - numbers.moved_at < TOLD_OF_MOVE:
        words = f"it was at {numbers.moved_from} until {_told(numbers.moved_at)}, and was followed"
    else:
        return None
    return Finding(Condition.MOVED, words)


def _shares(share: Share) -> str:
    return f"lately {share.lately:.0%} (usual {share.usual:.0%})"


def _why(numbers: Numbers) -> str:
    words = _words(numbers.reason) if numbers.reason else "no reason is known"
    return f"{words} ({numbers.detail})" if numbers.detail else words


def _words(slug: str) -> str:
    try:
        return Reason.of(slug).words
    except KeyError:
        return slug


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

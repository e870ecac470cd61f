"""What is wrong with a feed and how that shows, decided from its numbers.

A condition is not the failure of one poll or entry, which has a reason already. It is what an operator would
notice in the feed's last weeks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.feeds.health.habits import Share, Size
from worker.model import Condition, FeedState
from worker.outcome import Reason

LONG_STREAK = 5
"""Polls in a row that must fail to be more than a bad hour: with the waits between them, over an hour."""
MOVE_SHOWN = timedelta(days=7)
"""How long a move that was followed is shown."""
MANY_A_WEEK = 14
"""From two entries a day, the usual number is given for a day and not for a week."""
RISE = 0.3
"""Rise of a share above the usual one that is worth a mention: a guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What is known about a feed.

    `last_seen_at` is when it last showed something new, `quiet_at` when it counts as quiet, `a_week` the
    usual number of entries, `mostly` the commonest reason of refusals. `moving_to` is the target of a
    permanent redirect that was seen `moving_seen` times in a row and is followed after `steady`; `moved_from`
    is the address that it had until `moved_at`."""

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
    """A condition of a feed, and the sentence that says how it shows."""

    condition: Condition
    reason: str


def find_conditions(numbers: Numbers, *, now: datetime) -> list[Finding]:
    """Return what is wrong with the feed, the worst first; nothing if the operator has paused it."""
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
    since = f"the last success was at {_date(last)}" if last else "none has ever succeeded"
    return Finding(Condition.FAILING, f"{numbers.errors} polls in a row failed, {since}: {_why(numbers)}")


def _quiet(numbers: Numbers) -> Finding | None:
    """The silence counts up to the last successful poll: a feed that cannot be polled is not silent."""
    if not (numbers.quiet_at and numbers.last_ok_at and numbers.last_seen_at):
        return None
    if numbers.last_ok_at < numbers.quiet_at:
        return None
    rate = numbers.a_week
    usual = f"{rate / 7:.0f} entries a day" if rate >= MANY_A_WEEK else f"{rate:.1f} entries a week"
    return Finding(
        Condition.QUIET,
        f"nothing new since {_date(numbers.last_seen_at)}; usual are {usual}, "
        f"and by its rhythm some should have come by {_date(numbers.quiet_at)}",
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
    """The usual cause is a new layout or a paywall. A site that never had full text has no rise."""
    share = numbers.fallback
    if not share.high or share.lately < share.usual + RISE:
        return None
    return Finding(
        Condition.NO_FULL_TEXT,
        f"{_shares(share)} of its articles have only the text that the feed carries, none from their pages",
    )


def _moved(numbers: Numbers, now: datetime) -> Finding | None:
    if numbers.moving_to and numbers.moving_seen >= numbers.steady:
        words = f"it has moved to {numbers.moving_to}, which is another feed here: remove one of the two"
    elif numbers.moving_to and numbers.moving_seen > 1:
        words = (
            f"it redirects permanently to {numbers.moving_to}, and is followed there after {numbers.steady} "
            f"such answers in a row"
        )
    elif numbers.moved_from and numbers.moved_at and now - numbers.moved_at < MOVE_SHOWN:
        words = f"it moved here from {numbers.moved_from} at {_date(numbers.moved_at)}, and was followed"
    else:
        return None
    return Finding(Condition.MOVED, words)


def _shares(share: Share) -> str:
    return f"lately {share.lately:.0%} (usual {share.usual:.0%})"


def _why(numbers: Numbers) -> str:
    words = _words(numbers.reason) if numbers.reason else "the reason is unknown"
    return f"{words} ({numbers.detail})" if numbers.detail else words


def _words(slug: str) -> str:
    try:
        return Reason.of(slug).words
    except KeyError:
        return slug


def _date(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

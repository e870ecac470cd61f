"""How often a publisher wants its feed polled: RSS 2.0 and the Syndication module of RSS 1.0."""

from datetime import timedelta

from worker.feeds.types import Hints

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_LONGEST = timedelta(days=365)
_MOST_DIGITS = 8
"""Longer numbers are mistakes, and would overflow a `timedelta`."""


def publisher_hints(*, ttl: str | None, period: str | None, frequency: str | None) -> Hints:
    """Return the longest interval that `ttl` or `sy:updatePeriod` over `sy:updateFrequency` requests."""
    intervals = [interval for interval in (_ttl(ttl), _syndication(period, frequency)) if interval]
    return Hints(min_interval=max(intervals) if intervals else None)


def _ttl(text: str | None) -> timedelta | None:
    """RSS 2.0 `ttl`: minutes."""
    minutes = _number(text)
    return min(timedelta(minutes=minutes), _LONGEST) if minutes else None


def _syndication(period: str | None, frequency: str | None) -> timedelta | None:
    """RSS 1.0 Syndication module: `updateFrequency` times (by default once) in each `updatePeriod`."""
    whole = _PERIODS.get((period or "").strip().lower())
    return whole / (_number(frequency) or 1) if whole else None


def _number(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else None

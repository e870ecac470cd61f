"""How often a publisher wants its feed read: RSS 2.0 and the Syndication module of RSS 1.0."""

import re
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
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SKIP = re.compile(rb"<skip(Hours|Days)>(.*?)</skip\1>", re.S | re.I)
_VALUE = re.compile(rb"<(?:hour|day)>\s*(\w+)\s*<", re.I)


def hints(*, ttl: str | None, period: str | None, frequency: str | None, head: bytes) -> Hints:
    """The lower bound on the interval, and the hours and days that `head` (the document's start) names."""
    bounds = [bound for bound in (_ttl(ttl), _syndication(period, frequency)) if bound]
    skipped = {kind.lower(): _VALUE.findall(inner) for kind, inner in _SKIP.findall(head)}
    return Hints(
        min_interval=max(bounds) if bounds else None,
        # 24 stands for midnight in RSS 0.92 and before, 0 in RSS 2.0.
        skip_hours=frozenset(int(h) % 24 for h in skipped.get(b"hours", []) if h.isdigit() and int(h) <= 24),
        skip_days=frozenset(
            _DAYS.index(d) for v in skipped.get(b"days", []) if (d := v.decode().lower()) in _DAYS
        ),
    )


def _ttl(text: str | None) -> timedelta | None:
    """RSS 2.0 `ttl`: minutes."""
    minutes = _number(text)
    return min(timedelta(minutes=minutes), _LONGEST) if minutes else None


def _syndication(period: str | None, frequency: str | None) -> timedelta | None:
    """RSS 1.0 Syndication module: `updateFrequency` times (1 unless said) in each `updatePeriod`."""
    whole = _PERIODS.get((period or "").strip().lower())
    return whole / (_number(frequency) or 1) if whole else None


def _number(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None

"""Dates as pages write them for programs: aware, with the page's own offset, and how much of them is known.

A clock without a zone is kept, but counts as precision 'day': read in the wrong zone it is off by hours.
Nothing is ever guessed from the present.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Literal

Precision = Literal["instant", "day"]
"""Whether a date is known to the instant, or only its day (a clock without a zone counts as a day)."""

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T\s,@]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:](\d{1,9}))?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{1,2}:?\d{2}|[+-]\d{1,2}(?!\d))?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(20\d{2}|19\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[\s,]+(\d{1,2}):(\d{2}))?")
_EPOCH = re.compile(r"1[0-9]{9}(?:[0-9]{3})?$")
_YEARS = range(1990, 2100)


def read_date(text: str | None) -> tuple[datetime, Precision] | None:
    """The date in `text`: ISO 8601 and its near misses, RFC 5322, epoch seconds, or day.month.year."""
    text = (text or "").strip()
    if not text or len(text) > 100:
        return None
    try:
        if _EPOCH.match(text):
            return datetime.fromtimestamp(int(text[:10]), UTC), "instant"
        if match := _ISO.search(text) or _COMPACT.match(text):
            return _from_iso(match)
        if match := _DAY_FIRST.search(text):
            day, month, year, hour, minute = match.groups()
            return _checked(
                datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=UTC), "day"
            )
        return _from_mail(text)
    except (ValueError, OverflowError):
        return None


def _from_iso(match: re.Match[str]) -> tuple[datetime, Precision] | None:
    year, month, day, hour, minute, second, *rest = match.groups()
    fraction, zone = rest if len(rest) == 2 else (None, rest[0])
    at = datetime(int(year), int(month), int(day), tzinfo=UTC)
    if hour is None:
        return _checked(at, "day")
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    at = at.replace(
        hour=int(hour) % 24, minute=int(minute), second=min(int(second or 0), 59), microsecond=microsecond
    )
    return _checked(at.replace(tzinfo=_zone(zone)), "instant") if zone else _checked(at, "day")


def _zone(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").zfill(4) if len(text) > 3 else text[1:].zfill(2) + "00"
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return timezone(-offset if text[0] == "-" else offset)


def _from_mail(text: str) -> tuple[datetime, Precision] | None:
    """RFC 5322; a zone of -0000 or none at all is an unknown one."""
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, IndexError):
        return None
    return _checked(at, "instant") if at.tzinfo else _checked(at.replace(tzinfo=UTC), "day")


def _checked(at: datetime, precision: Precision) -> tuple[datetime, Precision] | None:
    return (at, precision) if at.year in _YEARS else None

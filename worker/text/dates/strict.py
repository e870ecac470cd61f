"""Dates as feeds write them, to instants. A wrong instant is worse than none: what is not sure is None.

RFC 822 and 2822, RFC 3339 and ISO 8601, asctime, and the spellings of many countries. The order of day and
month is taken from names, from numbers that can only be one of them, from the weekday beside it, or from the
separator (dots: day first; slashes with AM or PM: month first); else there is no date. Bare numbers, week
numbers and dates that do not exist give None. Without a zone it is UTC.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from worker.text.dates.days import day_of
from worker.text.dates.feed_zones import REGION, zone

_LONGEST = 100
_COMPACT = re.compile(r"\b(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)?")
# An hour without minutes: in ISO 8601, and before an offset as in RFC 822.
_HOUR = re.compile(r"(\d{4}-\d{1,2}-\d{1,2}t\d\d)(?=\s*(?:z|[+-]\d|$))|(\b\d{4} \d\d)(?= [+-]\d{4}$)")
_CLOCK = re.compile(r"(?<![\d:.+-])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?")
_OFFSET = re.compile(r"[+-]\d\d?(?::?\d\d){0,2}(?!\d)")
_HALF = re.compile(r"\s*([ap])\.?m\b\.?")
_LEFT_OVER = re.compile(r"^:\d\d(?!\d)|^\s+00(?:00)?$")
_EAST_ASIAN_HALF = re.compile("(午前|上午|오전)|午後|下午|오후")
_EAST_ASIAN_CLOCK = re.compile(r"(\d{1,2})\s*[時时시]\s*(\d{1,2})\s*[分분](?:\s*(\d{1,2})\s*[秒초])?")
_EAST_ASIAN_DAY = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_PARENTHESES = re.compile(r"\([^)]*\)?")


def parse_date(text: str | None) -> datetime | None:
    """The instant that `text` names, aware; None where it names none, or none that is sure."""
    if not text or len(text) > _LONGEST:
        return None
    try:
        return _instant(_normal(text))
    except (ValueError, OverflowError):
        return None


def _normal(text: str) -> str:
    """Lower case, ASCII digits, no remarks in parentheses, compact and East Asian forms spelled out."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
    text = _PARENTHESES.sub(" ", text).strip().lower()
    text = _EAST_ASIAN_CLOCK.sub(lambda found: f" {found[1]}:{found[2]}:{found[3] or '0'} ", text)
    text = _EAST_ASIAN_DAY.sub(r"\1-\2-\3 ", text)
    text = _HOUR.sub(lambda found: f"{(found[1] or found[2]).replace('t', ' ')}:00", text)
    return _COMPACT.sub(lambda found: "{}-{}-{} {}:{}:{}".format(*found.groups(default="0")), text)


def _instant(text: str) -> datetime | None:
    clock = _CLOCK.search(text)
    if not clock:
        day = day_of(text, month_first=False)
        return datetime.combine(day, time(), UTC) if day else None
    before, half, after = _around(text, clock)
    rest = REGION.sub(" ", _OFFSET.sub(" ", after))
    day, place = day_of(f"{before} {rest}", month_first=half is not None), zone(after)
    if day is None or place is None or _CLOCK.search(rest):
        return None
    return _joined(day, clock, half, place)


def _around(text: str, clock: re.Match[str]) -> tuple[str, str | None, str]:
    """What stands before the time; `a` or `p` where half a day is named beside it; what stands after both."""
    before, after = text[: clock.start()], text[clock.end() :]
    half = _HALF.match(after)
    if half:
        return before, half[1], after[half.end() :]
    east_asian = _EAST_ASIAN_HALF.search(before)
    if east_asian:
        return _EAST_ASIAN_HALF.sub(" ", before), "a" if east_asian[1] else "p", after
    return before, None, _LEFT_OVER.sub("", after)


def _joined(day: date, clock: re.Match[str], half: str | None, place: tzinfo) -> datetime:
    """The instant; ValueError for a time that does not exist. 24:00 is the next day's start (ISO 8601), and a
    leap second counts as the second before it."""
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if half == "a" and hour > 12:
        raise ValueError("there is no such hour in the morning")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    late = hour == 24 and minute == second == 0
    micro = int((clock[4] or "0")[:6].ljust(6, "0"))
    start = datetime.combine(
        day, time(0 if late else hour, minute, min(second, 59 + (second > 60)), micro), place
    )
    return start + timedelta(days=1) if late else start

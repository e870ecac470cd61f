"""Dates that feeds and pages state for programs, as instants. A wrong instant is worse than none.

Reads RFC 822 and 2822, RFC 3339 and ISO 8601, asctime, and the spellings of many countries. The order of
day and month is taken from names, from numbers that can only be one of them, from the weekday in the date, or
from the separator (dots: day first; slashes with AM or PM: month first). Week numbers and days that do not
exist give None. Nothing is guessed from the present.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from worker.text.dates.names import FILLERS, MONTHS, WEEKDAYS
from worker.text.dates.precision import WEB, Precision, is_placeholder_date
from worker.text.dates.zones import is_zone, zone_of

_LONGEST = 100
"""Characters; no date is longer, and the patterns need not be fast on what is."""

# The parts of a date, in folded text. A clock is not part of a longer number, an address or an offset.
_CLOCK = re.compile(r"(?<![\d:.+-])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,:](\d+))?)?")
_OFFSET = re.compile(r"([+-]\d\d?(?::?\d\d)?)(?::?\d\d)?(?!\d)")
_REGION = re.compile(r"\b[a-z]+/[a-z_]+(?:/[a-z_]+)?\b")
_HALF = re.compile(r"\s*([ap])\.?m\b\.?")
_PARENTHESES = re.compile(r"\([^)]*\)?")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"(?<![\d.:])\d{1,4}(?![\d:])")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª)\b")

# Days in numbers: 2006-01-02 and 2006/1/2, 2006-01, 2/1/2006.
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_AND_MONTH = re.compile(r"\s*(\d{4})-(\d{2})\s*")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")

# Compact forms: ISO 8601's basic format, with and without a time, and seconds (or milliseconds) of Unix time.
_COMPACT = re.compile(r"\b(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)?")
_COMPACT_DAY = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_EPOCH = re.compile(r"1[0-9]{9}(?:[0-9]{3})?")

# An hour without minutes: in ISO 8601, and before an offset as in RFC 822.
_HOUR = re.compile(r"(\d{4}-\d{1,2}-\d{1,2}t\d\d)(?=\s*(?:z|[+-]\d|$))|(\b\d{4} \d\d)(?= [+-]\d{4}$)")
# What some systems print after the seconds: a fourth pair of digits, or an offset without its sign.
_LEFT_OVER = re.compile(r"^:\d\d(?!\d)|^\s+00(?:00)?$")

# Chinese, Japanese and Korean; the first group of the half of the day is the morning.
_EAST_ASIAN_HALF = re.compile("(午前|上午|오전)|午後|下午|오후")
_EAST_ASIAN_CLOCK = re.compile(r"(\d{1,2})\s*[時时시]\s*(\d{1,2})\s*[分분](?:\s*(\d{1,2})\s*[秒초])?")
_EAST_ASIAN_DAY = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")

_FEED_YEARS = range(1900, 2200)
_PAGE_YEARS = range(WEB, 2100)
"""Years of news on the web. Pages state 1970 and 0001 where they have no date; feeds carry older archives."""


NO_DATE: tuple[None, None] = (None, None)
"""Stands for a missing date and its precision: `feed_date(text) or NO_DATE`."""


class _Stated(NamedTuple):
    """`at` as written, naive; whether it has hours and minutes; the zone, None where none is known."""

    at: datetime
    has_clock: bool
    zone: tzinfo | None


def parse_date(text: str | None) -> datetime | None:
    """Return the aware instant that `text` names, UTC where it has no zone; None where it is not sure.

    Bare numbers give None, and `02/03/2025` does, whose order of day and month nothing tells.
    """
    found = _stated(text or "", day_first=False)
    return found.at.replace(tzinfo=found.zone or UTC) if found and found.at.year in _FEED_YEARS else None


def feed_date(text: str | None) -> tuple[datetime, Precision] | None:
    """Return the date that a feed states, aware and in its zone, and how much of it is known.

    Reads what `parse_date` reads, except months without a day, and placeholders: they say that the feed has
    no date."""
    text = text or ""
    return _with_precision(_stated(text, day_first=False), text, _FEED_YEARS)


def read_date(text: str | None) -> tuple[datetime, Precision] | None:
    """Return the date that a page states for programs, aware and in its zone, and how much of it is known.

    Reads what `parse_date` reads, seconds of the Unix epoch and `20250302`; in `02/03/2025` the day is first.
    """
    text = (text or "").strip()
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC), "instant"
    spelled = _COMPACT_DAY.sub(r"\1-\2-\3", text) if len(text) == 8 else text
    return _with_precision(_stated(spelled, day_first=True), text, _PAGE_YEARS)


def _with_precision(found: _Stated | None, text: str, years: range) -> tuple[datetime, Precision] | None:
    if found is None or found.at.year not in years or _YEAR_AND_MONTH.fullmatch(text):
        return None
    at = found.at.replace(tzinfo=found.zone or UTC)
    is_instant = found.has_clock and found.zone is not None
    return None if is_placeholder_date(at) else (at, "instant" if is_instant else "day")


def _stated(text: str, *, day_first: bool) -> _Stated | None:
    if len(text) > _LONGEST:
        return None
    try:
        return _read(_normal(text), day_first)
    except (ValueError, OverflowError):
        return None


def _normal(text: str) -> str:
    """Fold case, write ASCII digits, drop remarks in parentheses, spell out compact and East Asian forms."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
        text = _EAST_ASIAN_CLOCK.sub(lambda found: f" {found[1]}:{found[2]}:{found[3] or '0'} ", text)
        text = _EAST_ASIAN_DAY.sub(r"\1-\2-\3 ", text)
    text = _PARENTHESES.sub(" ", text).strip().casefold()
    text = _HOUR.sub(lambda found: f"{(found[1] or found[2]).replace('t', ' ')}:00", text)
    return _COMPACT.sub(lambda found: "{}-{}-{} {}:{}:{}".format(*found.groups(default="0")), text)


def _read(text: str, day_first: bool) -> _Stated | None:
    clock = _CLOCK.search(text)
    if not clock:
        day = _day_of(text, day_first=day_first, month_first=False)
        return _Stated(datetime.combine(day, time()), False, None) if day else None
    before, half, after = _around(text, clock)
    rest = _REGION.sub(" ", _OFFSET.sub(" ", after))
    day = _day_of(f"{before} {rest}", day_first=day_first, month_first=half is not None)
    if day is None or _CLOCK.search(rest):
        return None
    at = _at(day, clock, half)
    return _Stated(at, True, _zone(after, at))


def _around(text: str, clock: re.Match[str]) -> tuple[str, str | None, str]:
    """Return what is before the time; `a` or `p` where half a day is named next to it; what is after both."""
    before, after = text[: clock.start()], text[clock.end() :]
    half = _HALF.match(after)
    if half:
        return before, half[1], after[half.end() :]
    east_asian = _EAST_ASIAN_HALF.search(before)
    if east_asian:
        return _EAST_ASIAN_HALF.sub(" ", before), "a" if east_asian[1] else "p", after
    return before, None, _LEFT_OVER.sub("", after)


def _at(day: date, clock: re.Match[str], half: str | None) -> datetime:
    """Return the local time; ValueError if it does not exist.

    24:00 is the start of the next day (ISO 8601), and a leap second counts as the second before it.
    """
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if half == "a" and hour > 12:
        raise ValueError("there is no such hour in the morning")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    late = hour == 24 and minute == second == 0
    micro = int((clock[4] or "0")[:6].ljust(6, "0"))
    start = datetime.combine(day, time(0 if late else hour, minute, min(second, 59 + (second > 60)), micro))
    return start + timedelta(days=1) if late else start


def _zone(after: str, at: datetime) -> tzinfo | None:
    """Return the zone named after the time; None where none is known (-0000 says so: RFC 5322, section 3.3).

    A numeric offset wins over names. ValueError for an offset or region that does not exist.
    """
    if found := _OFFSET.search(after) or _REGION.search(after):
        name = found[1] if found.re is _OFFSET else found[0]
        if name == "-0000":
            return None
        zone = zone_of(name, at)
        if zone is None:
            raise ValueError("there is no such zone")
        return zone
    return next((zone for word in _WORD.findall(after) if (zone := zone_of(word, at))), None)


def _day_of(text: str, *, day_first: bool, month_first: bool) -> date | None:
    """Return the day in `text`, which has no time and no offset; None where it is missing or not certain.

    `day_first`: whether to read `02/03/2025` so; else `month_first` decides, which says whether the date has
    another mark of the American order. ValueError for a day that does not exist.
    """
    text = _ORDINAL.sub("", text)
    words = _WORD.findall(text)
    if sum(1 for word in words if not _is_known(word)) > 1:
        return None
    return _year_first(text) or _named(text, words) or _numeric(text, words, day_first, month_first)


def _is_known(word: str) -> bool:
    return word in MONTHS or word in WEEKDAYS or word in FILLERS or is_zone(word)


def _year_first(text: str) -> date | None:
    """Read 2006-01-02, 2006/01/02 and 2006.01.02; 2006-01 is its first day (W3C note on ISO 8601)."""
    month = _YEAR_AND_MONTH.fullmatch(text)
    if month:
        return date(int(month[1]), int(month[2]), 1)
    found = _YEAR_FIRST.search(text)
    return date(int(found[1]), int(found[3]), int(found[4])) if found else None


def _named(text: str, words: list[str]) -> date | None:
    """Read a day, a month's name and a year.

    Next to another month, `mar` is a Tuesday and `awst` a zone, not March and the Welsh August.
    """
    months = {MONTHS[word] for word in words if word in MONTHS}
    if len(months) > 1:
        months = {
            MONTHS[word] for word in words if word in MONTHS and word not in WEEKDAYS and not is_zone(word)
        }
    numbers = _NUMBER.findall(text)
    if len(months) != 1 or len(numbers) != 2:
        return None
    day, year = sorted(numbers, key=len) if max(map(len, numbers)) == 4 else numbers
    return date(_full_year(year), months.pop(), int(day)) if len(day) < 3 else None


def _full_year(digits: str) -> int:
    """Complete a year of two digits as RFC 2822, section 4.3, with POSIX's turn of the century."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 69 else 1900)


def _numeric(text: str, words: list[str], day_first: bool, month_first: bool) -> date | None:
    found = _NUMERIC.search(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), _full_year(found[4])
    if found[2] == ".":
        return date(year, second, first)
    if len(found[4]) == 2 and (found[2] != "/" or second <= 12):
        return None  # may as well begin with the year
    if second > 12 or first == second:
        return date(year, first, second)
    if first > 12:
        return date(year, second, first)
    if month_first and not day_first:
        return date(year, first, second)
    return _by_weekday(year, first, second, words) or (date(year, second, first) if day_first else None)


def _by_weekday(year: int, first: int, second: int, words: list[str]) -> date | None:
    """Return the reading that falls on the weekday named with it, where only one of the two does."""
    named = {WEEKDAYS[word] for word in words if word in WEEKDAYS}
    readings = [date(year, first, second), date(year, second, first)]
    fitting = [day for day in readings if day.weekday() in named]
    return fitting[0] if len(fitting) == 1 else None

"""Which day the words and numbers of a date mean, by names first and by what else is certain."""

import re
from datetime import date

from worker.text.dates.feed_names import FILLERS, MONTHS, WEEKDAYS
from worker.text.dates.feed_zones import is_zone

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"(?<![\d.:])\d{1,4}(?![\d:])")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª)\b")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_AND_MONTH = re.compile(r"\s*(\d{4})-(\d{2})\s*")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_YEARS = range(1900, 2200)


def day_of(text: str, *, month_first: bool) -> date | None:
    """The day in `text` (lower case, no time and no offset in it), None where it is missing or not certain.

    `month_first`: whether the writing has another mark of the American order. ValueError for a day that does
    not exist.
    """
    text = _ORDINAL.sub("", text)
    words = _WORD.findall(text)
    if sum(1 for word in words if not _known(word)) > 1:
        return None
    found = _year_first(text) or _named(text, words) or _numeric(text, words, month_first=month_first)
    return found if found and found.year in _YEARS else None


def _known(word: str) -> bool:
    return word in MONTHS or word in WEEKDAYS or word in FILLERS or is_zone(word)


def _year_first(text: str) -> date | None:
    """2006-01-02, 2006/01/02, 2006.01.02; 2006-01 is its first day (W3C note on ISO 8601)."""
    month = _YEAR_AND_MONTH.fullmatch(text)
    if month:
        return date(int(month[1]), int(month[2]), 1)
    found = _YEAR_FIRST.search(text)
    return date(int(found[1]), int(found[3]), int(found[4])) if found else None


def _named(text: str, words: list[str]) -> date | None:
    """A day, a month's name and a year. `mar` is March, but Tuesday where another month stands beside it."""
    months = {MONTHS[word] for word in words if word in MONTHS}
    if len(months) > 1:
        months = {MONTHS[word] for word in words if word in MONTHS and word not in WEEKDAYS}
    numbers = _NUMBER.findall(text)
    if len(months) != 1 or len(numbers) != 2:
        return None
    day, year = sorted(numbers, key=len) if max(map(len, numbers)) == 4 else numbers
    return date(_full_year(year), months.pop(), int(day)) if len(day) < 3 else None


def _full_year(digits: str) -> int:
    """Two digits as RFC 2822, section 4.3, with POSIX's turn of the century; three are no year."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 69 else 1900)


def _numeric(text: str, words: list[str], *, month_first: bool) -> date | None:
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
    return date(year, first, second) if month_first else _by_weekday(year, first, second, words)


def _by_weekday(year: int, first: int, second: int, words: list[str]) -> date | None:
    """The reading that falls on the weekday named beside it, where only one of the two does."""
    named = {WEEKDAYS[word] for word in words if word in WEEKDAYS}
    readings = [date(year, first, second), date(year, second, first)]
    fitting = [day for day in readings if day.weekday() in named]
    return fitting[0] if len(fitting) == 1 else None

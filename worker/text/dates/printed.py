"""Dates in words and figures, as printed for readers: '3 мая 2024, 14:05', '2024年5月3日', '١٤ مايو ٢٠٢٤'.

Figures of any script count (`int` reads them). Thai years of the Buddhist era and Persian dates of the Jalali
calendar are converted. Dates without a year, or relative to now, are ignored.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from worker.text.dates.names import JALALI_MONTHS, month_of
from worker.text.dates.zones import PRINTED_ZONE, zone_of

# Repetitions are possessive where what follows begins with another character: blanks are read once, not again
# for each way to divide them.
_WORD = r"[^\W\d_][^\s\d,/|()\[\]:;–—-]{1,19}"
_OF = r"(?:\s*+(?:(?:of|de|del|do|da|di)\s++|d['’]|ta['’])|[\s.,/-]*+)"
_BOTH = rf"(?:\s?/\s?{_WORD})?+"
"""The second name of a month in Arabic news: 24 نيسان / أبريل."""
_YEAR = r"(?P<y>\d{4}|['’]?\d{2}(?!\d))"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<y>\d{4})\s?[년年]\s?(?P<m>\d{1,2})\s?[월月]\s?(?P<d>\d{1,2})\s?[일日]?",
        r"(?<![\d.])(?P<y>\d{4})(?:\s?[/.-]\s?)(?P<m>\d{1,2})(?:\s?[/.-]\s?)(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<d>\d{1,2})\s++tháng\s++(?P<m>\d{1,2})\s*+,?\s*+(?:năm\s*+)?(?P<y>\d{4})",
        rf"(?<!\d)(?P<d>\d{{1,2}})\s?(?:(?:st|nd|rd|th|er|º|ª|°|-?го)(?![^\W\d_]))?{_OF}(?P<w>{_WORD}){_BOTH}{_OF}{_YEAR}",
        rf"(?P<w>{_WORD})\s*+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*+[,،])?+\s++{_YEAR}",
        rf"(?<!\d)(?P<y>\d{{4}})[.,]?\s*+(?:m\.|gada)?\s*+(?P<w>{_WORD})[\s,.-]*+(?P<d>\d{{1,2}})(?!\d)",
        r"(?<!\d)(?P<y>\d{4})\.\s*+gada\s*+(?P<d>\d{1,2})\.\s*+(?P<w>[^\W\d_]+)",
        r"(?<![\d./-])(?P<a>\d{1,2})\s?(?P<s>[./-])\s?(?P<b>\d{1,2})\s?(?P=s)\s?(?P<y>\d{4}|\d{2})(?![\d./-]?\d)",
    )
)
_HALF = r"(?P<half>[ap]\.?\s?m\b\.?|오전|오후|午前|午後|上午|下午|ص|م)"
_AT = "at|um|à|às|as|alle|ore|klo|kl|la|в|о|om|a las|saat|ngày|lúc|pukul|γιας|बजे|ساعت|الساعة"
_CLOCK = re.compile(
    rf"(?:[\s.,،|@·•/(–—-]|(?<=\d)T(?=\d)|\b(?:{_AT})\b\.?)*"
    rf"(?:(?P<before>오전|오후|午前|午後|上午|下午)\s?)?"
    rf"(?P<hour>\d{{1,2}})\s?[:.h時时시]\s?(?P<minute>\d{{2}})(?!\d)"
    rf"(?:\s?[:.分분]\s?(?P<second>\d{{2}})(?!\d))?[分분]?\s*+{_HALF}?(?:\s*+(?:Uhr|hrs?|h|น)\b\.?)?[\s(,]*+(?P<zone>{PRINTED_ZONE})?",
    re.IGNORECASE,
)
_CLOCK_BEFORE = re.compile(
    rf"(?<!\d)(?P<hour>\d{{1,2}})[:.h](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}}))?\s*+{_HALF}?(?P<before>)"
    rf"(?:\s*+(?:Uhr|hrs?|h)\b)?[\s(]*+(?P<zone>{PRINTED_ZONE})?[\s),|·•–—-]*+(?:\b(?:on|am|le|el|den|em|il|de)\b)?"
    rf"(?:\s*+[^\W\d_]{{2,12}}\.?,?)?\s*+$",
    re.IGNORECASE,
)
_AFTERNOON = ("p", "오후", "午後", "下午", "م")
_FORENOON = ("a", "오전", "午前", "上午", "ص")
_OLDEST, _LATEST = 1990, 2100
_BUDDHIST = 543
MAX_TEXT = 250
"""Characters that are read of a text: lines that print a date are short."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date found in a text, from `start` to `end`. `at` is naive; `clock`: it has hours and minutes."""

    at: datetime
    clock: bool
    zone: tzinfo | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Habits:
    """What decides an ambiguous date: the page's language (a tag) and country ('us'), '' if unknown."""

    language: str = ""
    country: str = ""

    @property
    def month_first(self) -> bool:
        """Whether 5/3/2024 is the third of May: in English, where the country is not another than America."""
        tag = self.language.lower()
        return (
            tag in ("en-us", "en_us")
            or (tag == "en" and self.country in ("", "us", "ph"))
            or self.country == "us"
        )


def written_dates(text: str, habits: Habits) -> Iterator[WrittenDate]:
    """Yield the dates in a text, in order; where two forms match, the earlier match."""
    text = unicodedata.normalize("NFC", text[:MAX_TEXT])
    found = [(match.start(), match) for form in _FORMS for match in form.finditer(text)]
    end = 0
    for start, match in sorted(found, key=lambda one: one[0]):
        if start < end or (day := _day(match, habits)) is None:
            continue
        clock = _CLOCK.match(text, match.end()) or _CLOCK_BEFORE.search(text[end:start])
        written = _with_clock(day, clock, habits) if clock else None
        end = clock.end() if clock and written and clock.re is _CLOCK else match.end()
        at, zone = written or (day, None)
        yield WrittenDate(at, written is not None, zone, start, end)


def _day(match: re.Match[str], habits: Habits) -> datetime | None:
    parts = match.groupdict()
    year = int(parts["y"].strip("'’"))
    jalali = JALALI_MONTHS.get(parts.get("w") or "")
    if parts.get("w"):
        month, day = jalali or month_of(parts["w"], habits.language), int(parts["d"])
    elif parts.get("a"):
        first, second = int(parts["a"]), int(parts["b"])
        in_order = second > 12 or (habits.month_first and parts["s"] != "." and first <= 12)
        month, day = (first, second) if in_order else (second, first)
    else:
        month, day = int(parts["m"]), int(parts["d"])
    if month is None:
        return None
    if year < 100:
        year += 2000
    if jalali or (1350 < year < 1450 and habits.language[:2] == "fa"):
        return _from_jalali(year, month, day)
    if _OLDEST + _BUDDHIST <= year < _LATEST + _BUDDHIST:
        year -= _BUDDHIST
    try:
        return datetime(year, month, day) if _OLDEST <= year < _LATEST else None  # noqa: DTZ001 -- as written
    except ValueError:
        return None


def _with_clock(day: datetime, match: re.Match[str], habits: Habits) -> tuple[datetime, tzinfo | None] | None:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or match["before"] or "").casefold()
    if half.startswith(_AFTERNOON) and hour < 12:
        hour += 12
    elif half.startswith(_FORENOON) and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return None
    at = day.replace(hour=hour, minute=minute, second=second)
    return at, zone_of(match["zone"], at, habits.country) if match["zone"] else None


def _from_jalali(year: int, month: int, day: int) -> datetime | None:
    """Convert a Persian date by the 33-year cycle of leap years, which holds from AD 1865 to 2093."""
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1300 <= year <= 1470):
        return None
    leaps = sum((one * 25 + 11) % 33 < 8 for one in range(1300, year))
    before = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    return datetime(1921, 3, 21) + timedelta(days=365 * (year - 1300) + leaps + before + day - 1)  # noqa: DTZ001

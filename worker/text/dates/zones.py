"""What the name of a time zone behind a clock means.

Of several meanings of an abbreviation, news uses one: CST is Central Standard Time and not China's, BST
British Summer Time and not Bangladesh's, PST Pacific and not Philippine, AST Atlantic and not Arabian, unless
the page's country says otherwise; IST is India's unless the page is Irish or Israeli. ET, CT, MT and PT
follow the daylight saving time of the United States.
"""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_ZONES = """
+0:00 z ut utc gmt wet
+1:00 bst west cet met mez wat
+2:00 cest mest mesz eet sast cat
+3:00 eest msk мск eat trt idt
+4:00 msd gst
+5:00 pkt uzt
+5:30 ist
+5:45 npt
+7:00 ict wib
+8:00 hkt sgt myt awst pht wita
+9:00 jst kst wit
+9:30 acst
+10:00 aest
+10:30 acdt
+11:00 aedt
+12:00 nzst
+13:00 nzdt
-2:30 ndt
-3:00 brt art adt uyt clst
-3:30 nst
-4:00 edt ast at clt hae
-5:00 est cdt pet hne
-6:00 cst mdt
-7:00 mst pdt
-8:00 pst akdt
-9:00 akst
-10:00 hst
"""
"""Abbreviations by offset: RFC 822's, and those of the IANA database or national usage that news prints."""

_ELSEWHERE = """
+1:00 ist-ie
+2:00 ist-il
+3:00 ast-sa ast-kw ast-qa ast-iq ast-bh
+6:00 bst-bd
+8:00 cst-cn cst-tw pst-ph
"""
"""The same where a page's country (behind the hyphen) gives an abbreviation another meaning."""

_AMERICAN = {"et": -5, "ct": -6, "mt": -7, "pt": -8}
"""Hours of standard time for names that mean standard or daylight saving time, whichever is in force."""

# Spellings of offsets and of names of the IANA database.
_OFFSET = re.compile(r"(?:gmt|utc|ut)?\s?([+\u2212-])\s?(\d{1,2})(?::?(\d{2}))?")
_REGION = re.compile(r"[a-z]+/[a-z_]+(?:/[a-z_]+)?")
_FARTHEST = timedelta(hours=14)
"""The largest offset in use (Kiribati)."""

PRINTED_ZONE = (
    r"(?:(?:GMT|UTC|UT)\s?[+\u2212-]\s?\d{1,2}(?::?\d{2})?|[+\u2212-]\d{2}:?\d{2}"
    r"|(?!(?:at|met)\b)[A-Za-zМмСсКк]{1,4}\b)"
)
"""Matches what `zone_of` may know behind a clock in print, where `at` and `met` are words of a sentence."""


def _by_name(table: str) -> dict[str, timezone]:
    lines = (line.split() for line in table.strip().splitlines())
    return {name: _fixed(offset[0], *offset[1:].split(":")) for offset, *names in lines for name in names}


def _fixed(sign: str, hours: str, minutes: str) -> timezone:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(offset if sign == "+" else -offset)


NAMED_ZONES = _by_name(_ZONES) | _by_name(_ELSEWHERE)


def is_zone(word: str) -> bool:
    """Whether `word` (case folded) is an abbreviation of a zone."""
    return word in NAMED_ZONES or word in _AMERICAN


def zone_of(name: str, at: datetime, country: str = "") -> tzinfo | None:
    """Return the zone that `name` means at a local time; None if unknown.

    `name` is an offset, an abbreviation or an IANA name (`America/New_York`), in any case. `country` has two
    small letters, or is empty where it is unknown.
    """
    name = name.strip().casefold()
    if match := _OFFSET.fullmatch(name):
        sign, hours, minutes = match.groups()
        if int(minutes or 0) > 59 or timedelta(hours=int(hours), minutes=int(minutes or 0)) > _FARTHEST:
            return None
        return _fixed(sign, hours, minutes or "0")
    if name in _AMERICAN:
        return timezone(timedelta(hours=_AMERICAN[name] + (1 if _is_summer_in_america(at) else 0)))
    if _REGION.fullmatch(name):
        return _region(name)
    return NAMED_ZONES.get(f"{name}-{country}") or NAMED_ZONES.get(name)


def _region(name: str) -> tzinfo | None:
    try:
        return ZoneInfo("/".join("_".join(map(str.capitalize, part.split("_"))) for part in name.split("/")))
    except (ValueError, OSError, KeyError):
        return None


def _is_summer_in_america(at: datetime) -> bool:
    """Since 2007 from the second Sunday of March to the first of November; before, from April to October."""
    day = at.replace(tzinfo=None)
    if at.year >= 2007:
        return _sunday(at.year, 3, 8) <= day < _sunday(at.year, 11, 1)
    return _sunday(at.year, 4, 1) <= day < _sunday(at.year, 10, 25)


def _sunday(year: int, month: int, first_day: int) -> datetime:
    """Return two in the morning of the first Sunday from a day on."""
    start = datetime(year, month, first_day, 2)  # noqa: DTZ001 -- a local time
    return start + timedelta(days=6 - start.weekday())

"""Zones as news pages print them behind a clock, where the name leaves no doubt.

What one abbreviation means in news is taken from its use: CST is Central Standard Time and not China's, BST
British Summer Time and not Bangladesh's, PST Pacific and not Philippine, AST Atlantic and not Arabian, unless
the page's country says otherwise; IST is India's unless the page is Irish or Israeli. ET, CT, MT and PT
follow the daylight saving of the United States (in force since 2007, and since 1987 before that).
"""

import re
from datetime import datetime, timedelta, timezone

_HOURS: dict[str, float] = {
    **{
        "z": 0,
        "ut": 0,
        "utc": 0,
        "gmt": 0,
        "wet": 0,
        "west": 1,
        "bst": 1,
        "cet": 1,
        "mez": 1,
        "cest": 2,
        "mesz": 2,
    },
    **{"eet": 2, "eest": 3, "msk": 3, "мск": 3, "trt": 3, "sast": 2, "cat": 2, "wat": 1, "eat": 3, "gst": 4},
    **{
        "pkt": 5,
        "ist": 5.5,
        "npt": 5.75,
        "wib": 7,
        "wita": 8,
        "wit": 9,
        "ict": 7,
        "hkt": 8,
        "sgt": 8,
        "myt": 8,
    },
    **{
        "pht": 8,
        "jst": 9,
        "kst": 9,
        "awst": 8,
        "acst": 9.5,
        "aest": 10,
        "acdt": 10.5,
        "aedt": 11,
        "nzst": 12,
    },
    **{
        "nzdt": 13,
        "ndt": -2.5,
        "nst": -3.5,
        "adt": -3,
        "ast": -4,
        "edt": -4,
        "est": -5,
        "cdt": -5,
        "cst": -6,
    },
    **{"mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10, "brt": -3, "art": -3},
    **{"clt": -4, "pet": -5, "hae": -4, "hne": -5},
}
_ELSEWHERE: dict[str, dict[str, float]] = {
    "ist": {"ie": 1, "il": 2},
    "cst": {"cn": 8, "tw": 8},
    "bst": {"bd": 6},
    "pst": {"ph": 8},
    "ast": {"sa": 3, "kw": 3, "qa": 3, "iq": 3, "bh": 3},
}
_AMERICAN = {"et": -5, "ct": -6, "mt": -7, "pt": -8}
_OFFSET = re.compile(r"(?:gmt|utc|ut)?\s?([+\u2212-])\s?(\d{1,2})(?::?(\d{2}))?$")
_FARTHEST = timedelta(hours=14)

ZONE = r"(?:(?:GMT|UTC|UT)\s?[+\u2212-]\s?\d{1,2}(?::?\d{2})?|[+\u2212-]\d{2}:?\d{2}|[A-Za-zМмСсКк]{1,4}\b)"
"""A regular expression of what `zone_of` may know."""


def zone_of(name: str, at: datetime, country: str) -> timezone | None:
    """The offset that `name` stands for at a local time; `country` is two small letters or ''."""
    name = name.strip().casefold()
    if match := _OFFSET.fullmatch(name):
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(offset if sign == "+" else -offset) if offset <= _FARTHEST else None
    if name in _AMERICAN:
        return timezone(timedelta(hours=_AMERICAN[name] + (1 if _summer_in_america(at) else 0)))
    hour = _ELSEWHERE.get(name, {}).get(country, _HOURS.get(name))
    return None if hour is None else timezone(timedelta(hours=hour))


def _summer_in_america(at: datetime) -> bool:
    """Second Sunday of March to first of November; before 2007 from early April to late October."""
    day = at.replace(tzinfo=None)
    if at.year >= 2007:
        return _sunday(at.year, 3, 8) <= day < _sunday(at.year, 11, 1)
    return _sunday(at.year, 4, 1) <= day < _sunday(at.year, 10, 25)


def _sunday(year: int, month: int, first_day: int) -> datetime:
    """Two in the morning of the first Sunday from a day on."""
    start = datetime(year, month, first_day, 2)  # noqa: DTZ001 -- a local time
    return start + timedelta(days=6 - start.weekday())

"""What a zone's name in a date means: RFC 822's names, the abbreviations feeds use, and IANA names."""

import re
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# Minutes east of Greenwich. Where an abbreviation has several meanings, the one most used in feeds.
_MINUTES: dict[str, int] = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("bst", "west", "cet", "met", "mez", "wat"), 60),
    **dict.fromkeys(("cest", "mest", "mesz", "eet", "sast", "cat"), 120),
    **dict.fromkeys(("eest", "msk", "eat", "trt", "idt"), 180),
    **dict.fromkeys(("msd", "gst"), 240),
    **dict.fromkeys(("pkt", "uzt"), 300),
    **dict.fromkeys(("ist",), 330),
    **dict.fromkeys(("npt",), 345),
    **dict.fromkeys(("ict", "wib"), 420),
    **dict.fromkeys(("hkt", "sgt", "myt", "awst", "pht", "wita"), 480),
    **dict.fromkeys(("jst", "kst", "wit"), 540),
    **dict.fromkeys(("acst",), 570),
    **dict.fromkeys(("aest",), 600),
    **dict.fromkeys(("acdt",), 630),
    **dict.fromkeys(("aedt",), 660),
    **dict.fromkeys(("nzst",), 720),
    **dict.fromkeys(("nzdt",), 780),
    **dict.fromkeys(("ndt",), -150),
    **dict.fromkeys(("brt", "art", "adt", "uyt", "clst"), -180),
    **dict.fromkeys(("nst",), -210),
    **dict.fromkeys(("edt", "ast", "at", "clt"), -240),
    **dict.fromkeys(("est", "et", "cdt", "pet"), -300),
    **dict.fromkeys(("cst", "ct", "mdt"), -360),
    **dict.fromkeys(("mst", "mt", "pdt"), -420),
    **dict.fromkeys(("pst", "pt", "akdt"), -480),
    **dict.fromkeys(("akst",), -540),
    **dict.fromkeys(("hst",), -600),
}

_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?(?::?\d{2})?(?!\d)")
REGION = re.compile(r"\b[a-z]+/[a-z_]+(?:/[a-z_]+)?\b")
_WORD = re.compile(r"[a-z]+")


def zone(rest: str) -> tzinfo | None:
    """The zone that `rest` (what follows the time, in lower case) names; UTC where it names none.

    A numeric offset wins over names beside it. A name nobody knows counts as UTC (RFC 2822, section 4.3).
    None for an offset that no place on earth has.
    """
    offset = _OFFSET.search(rest)
    if offset:
        return _fixed(offset)
    region = REGION.search(rest)
    if region:
        return _region(region[0])
    known = (_MINUTES[word] for word in _WORD.findall(rest) if word in _MINUTES)
    return timezone(timedelta(minutes=next(known, 0)))


def is_zone(word: str) -> bool:
    """Whether `word` (in lower case) is an abbreviation of a zone."""
    return word in _MINUTES


def _fixed(offset: re.Match[str]) -> tzinfo | None:
    hours, minutes = int(offset[2]), int(offset[3] or 0)
    if hours > 15 or minutes > 59:
        return None
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if offset[1] == "-" else span)


def _region(name: str) -> tzinfo | None:
    spelled = "/".join("_".join(part.capitalize() for part in piece.split("_")) for piece in name.split("/"))
    try:
        return ZoneInfo(spelled)
    except (ValueError, OSError, KeyError):
        return None

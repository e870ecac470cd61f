"""Dates as pages write them: an aware datetime with the page's own offset, and how precise it is.

A clock without a zone is kept, but counts as precision 'day': read in the wrong zone it is off by hours.
Nothing is ever guessed from the present.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from worker.extract.head import Head
from worker.extract.types import FeedItem, Precision, Source

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{1,2}(?!\d))?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(20\d{2}|19\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[\s,]+(\d{1,2}):(\d{2}))?")
_EPOCH = re.compile(r"1[0-9]{9}(?:[0-9]{3})?$")
_URL_DAY = re.compile(r"/((?:19|20)\d{2})[/-]?(\d{2})[/-]?(\d{2})(?=\D|$)")
_YEARS = range(1990, 2100)

_PUBLISHED = (
    *("article:published_time", "og:published_time", "og:article:published_time", "article:published"),
    *("datepublished", "pubdate", "publish-date", "publish_date", "publishdate", "published_date"),
    *(
        "publication_date",
        "date.published",
        "parsely-pub-date",
        "sailthru.date",
        "cxenseparse:recs:publishtime",
    ),
    *("cxenseparse:publishtime", "dcterms.created", "dc.date.issued", "dcterms.date", "dc.date"),
    *("dcterms.issued", "date", "original-publish-date", "article.published", "citation_publication_date"),
    *("bt:pubdate", "rnews:datepublished", "vr:published_time", "article_date_original"),
)
_MODIFIED = (
    *("article:modified_time", "og:updated_time", "og:article:modified_time", "article:modified"),
    *("datemodified", "lastmod", "last-modified", "modified", "date.modified", "dc.date.modified"),
    *("dcterms.modified", "article:updated", "revised"),
)


class Dated(NamedTuple):
    """A date, how much of it is known, and who says so."""

    at: datetime
    precision: Precision
    source: Source


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


def published(head: Head, url: str, entry: FeedItem | None) -> Dated | None:
    """When the article was first published: the best statement, an instant before a mere day."""
    stated = _first(
        [
            ("json-ld", _strings(head.json_ld.get("datePublished"))),
            ("json-ld", _strings(head.json_ld.get("dateCreated"))),
        ],
        [("opengraph" if ":" in name else "meta", head.meta.get(name, [])) for name in _PUBLISHED],
        [("microdata", head.itemprops.get("datePublished", []))],
        [("feed", [entry.published] if entry and entry.published else [])],
        [("html", list(head.times[:1]))],
    )
    return stated or _from_url(url)


def modified(head: Head, entry: FeedItem | None) -> Dated | None:
    """When it was last changed, None where nobody says."""
    return _first(
        [("json-ld", _strings(head.json_ld.get("dateModified")))],
        [("opengraph" if ":" in name else "meta", head.meta.get(name, [])) for name in _MODIFIED],
        [("microdata", head.itemprops.get("dateModified", []))],
        [("feed", [entry.updated] if entry and entry.updated else [])],
    )


def _first(*groups: Iterable[tuple[Source, Iterable[str | datetime]]]) -> Dated | None:
    """The first date that is an instant within a day of the first date at all, else that first one.

    So a day in JSON-LD is refined by an instant elsewhere, and never contradicted by it.
    """
    found = [
        Dated(*parsed, source)
        for group in groups
        for source, values in group
        for value in values
        if (parsed := _from_feed(value) if isinstance(value, datetime) else read_date(value))
    ]
    if not found:
        return None
    near = (
        one
        for one in found
        if one.precision == "instant" and abs(one.at - found[0].at) <= timedelta(hours=36)
    )
    return next(near, found[0])


def _from_feed(at: datetime) -> tuple[datetime, Precision]:
    return (at, "instant") if at.tzinfo else (at.replace(tzinfo=UTC), "day")


def _strings(value: object) -> list[str]:
    return [
        str(item) for item in (value if isinstance(value, list) else [value]) if isinstance(item, str | int)
    ]


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
    digits = text[1:].replace(":", "").ljust(4, "0") if len(text) > 3 else text[1:].zfill(2) + "00"
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


def _from_url(url: str) -> Dated | None:
    match = _URL_DAY.search(url)
    parsed = read_date("-".join(match.groups())) if match else None
    return Dated(*parsed, "url") if parsed else None

"""The few response headers that matter later, and what the ones about time mean."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from multidict import CIMultiDictProxy, istr

KEPT = (
    "etag",
    "last-modified",
    "content-type",
    "content-encoding",
    "cache-control",
    "retry-after",
    "x-robots-tag",
    "tdm-reservation",
    "tdm-policy",
    "link",
    "expires",
    "date",
)
LONGEST = 8 * 1024
"""Characters of a header that is kept with a page; a real one has a hundredth."""
_KEPT = tuple((name, istr(name.title())) for name in KEPT)
# Fields that may stand on several lines and then mean the same as one joined by commas (RFC 9110, 5.3).
_LISTS = frozenset({"link", "x-robots-tag", "cache-control", "content-encoding"})
# An agent that one line of X-Robots-Tag names is that of this line only: the next begins with all of them.
_BETWEEN = {"x-robots-tag": ", *:, "}
_LONGEST = timedelta(days=30)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def kept_headers(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    """The headers of `KEPT` that are there, names in lower case, stray bytes replaced.

    One of more than `LONGEST` characters is left out; of a list on several lines, the lines beyond them.
    """
    found = {}
    for name, key in _KEPT:
        if (value := headers.get(key)) is not None and len(value) <= LONGEST:
            joined = value
            for line in headers.getall(key)[1:] if name in _LISTS else ():
                if len(joined) + len(line) <= LONGEST:
                    joined += _BETWEEN.get(name, ", ") + line
            # aiohttp keeps bytes that are not UTF-8 as lone surrogates, which no database takes; nor NUL.
            found[name] = joined.encode("utf-8", "replace").decode().replace("\0", "")
    return found


def http_date(text: str) -> datetime | None:
    """An HTTP date (RFC 9110, 5.6.7) as an aware UTC instant; None if it cannot be read."""
    try:
        read = parsedate_to_datetime(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def retry_after(text: str | None, *, now: datetime) -> timedelta | None:
    """A Retry-After (RFC 9110, 10.2.3), seconds or a date, as the time from `now`.

    Between zero and 30 days; None if it is absent or cannot be read.
    """
    if not text:
        return None
    text = text.strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        return min(timedelta(seconds=min(float(text[:12]), 1e9)), _LONGEST)
    until = http_date(text)
    return None if until is None else min(max(until - now, timedelta(0)), _LONGEST)


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """For how long Cache-Control lets the reply be kept; None if it does not say."""
    directives = headers.get("cache-control", "")
    if "no-store" in directives.lower() or "no-cache" in directives.lower():
        return timedelta(0)
    found = _MAX_AGE.search(directives)
    return None if found is None else timedelta(seconds=int(found[1]))

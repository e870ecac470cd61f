"""The response headers that are kept, and the meaning of those about time."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from multidict import CIMultiDictProxy, istr

# Validators, type, caching, rights and WebSub links: all that later stages read.
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
MAX_CHARACTERS = 8 * 1024
"""Characters of a header that is kept with a page, about a hundred times those of a usual one."""
_KEPT = tuple((name, istr(name.title())) for name in KEPT)
# Fields that may be repeated, with the same meaning as one field joined by commas (RFC 9110, 5.3).
_LISTS = frozenset({"link", "x-robots-tag", "cache-control", "content-encoding"})
# An agent named in one line of X-Robots-Tag must not apply to the next, so "*:" resets it to all agents.
_BETWEEN = {"x-robots-tag": ", *:, "}
# Longer Retry-After headers are cut. A guess.
_MAX_WAIT = timedelta(days=30)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def kept_headers(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    """Return the headers of `KEPT` that are present, by lower-case name; lines of a list header are joined.

    A header whose first line exceeds `MAX_CHARACTERS` is dropped, and so is each further line that would
    exceed it. Bytes that are not UTF-8 become "?"; NUL is removed.
    """
    found = {}
    for name, key in _KEPT:
        if (value := headers.get(key)) is not None and len(value) <= MAX_CHARACTERS:
            joined = value
            for line in headers.getall(key)[1:] if name in _LISTS else ():
                if len(joined) + len(line) <= MAX_CHARACTERS:
                    joined += _BETWEEN.get(name, ", ") + line
            # aiohttp keeps bytes that are not UTF-8 as lone surrogates; PostgreSQL refuses these and NUL.
            found[name] = joined.encode("utf-8", "replace").decode().replace("\0", "")
    return found


def http_date(text: str) -> datetime | None:
    """Parse an HTTP date (RFC 9110, 5.6.7) into an aware UTC time; None if it is invalid."""
    try:
        read = parsedate_to_datetime(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def retry_after(text: str | None, *, now: datetime) -> timedelta | None:
    """Parse a Retry-After (RFC 9110, 10.2.3), seconds or a date, into the time from `now`.

    Returns 0 to 30 days; None if it is missing or invalid.
    """
    if not text:
        return None
    text = text.strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        return min(timedelta(seconds=min(float(text[:12]), 1e9)), _MAX_WAIT)
    until = http_date(text)
    return None if until is None else min(max(until - now, timedelta(0)), _MAX_WAIT)


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long Cache-Control allows the reply to be cached; None if it does not say."""
    directives = headers.get("cache-control", "")
    if "no-store" in directives.lower() or "no-cache" in directives.lower():
        return timedelta(0)
    found = _MAX_AGE.search(directives)
    return None if found is None else timedelta(seconds=int(found[1]))

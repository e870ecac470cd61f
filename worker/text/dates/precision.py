"""How much of a date is known, and whether it can be true: placeholders, and dates that lie ahead."""

from datetime import UTC, datetime, timedelta
from typing import Literal

Precision = Literal["instant", "day"]
"""Whether a date is known to the instant, or only its day (a clock without a zone counts as a day)."""

CLOCK_ERROR = timedelta(minutes=10)
"""How far ahead a date may lie and be that of a clock that runs fast. A guess: most clocks follow NTP, and a
wrong zone or an announced date is off by half an hour at least."""

WEB = 1990
"""The first year in which something can be published on the web."""

_EARLIEST_ZONE, _LATEST_ZONE = timedelta(hours=-12), timedelta(hours=14)
"""The offsets in use: Baker Island, and Kiribati. They move placeholders, too: 1969-12-31T23:00Z is one in
Berlin."""
_DAY = timedelta(days=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FOR_SECONDS = timedelta(days=25)
"""Seconds of Unix time read as milliseconds give a day in January 1970: 2^31 of them are 24.9 days."""
_FIRST_YEAR = 1900
"""The first year of a date: older news is not in feeds. A guess."""
_ZEROS = (
    datetime(1900, 1, 1, tzinfo=UTC),  # SQL Server, NTP, Excel
    datetime(1904, 1, 1, tzinfo=UTC),  # classic Mac OS, Excel on it
    datetime(1980, 1, 1, tzinfo=UTC),  # FAT, and ZIP archives
)
"""Days that programs show for an empty date. Those of .NET and Go (0001), Windows (1601) and Delphi (1899)
are before the first year, from which on an archive may have dates."""
_LAST_SECOND = datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)
"""The largest signed number of 32 bits as Unix time: "never"."""


def is_placeholder_date(at: datetime) -> bool:
    """Return whether a program shows `at` (aware) where it has no date, in its zone or in UTC."""
    if (
        at.year < _FIRST_YEAR
        or at == _LAST_SECOND
        or _EPOCH - _LATEST_ZONE <= at < _EPOCH + _MILLISECONDS_FOR_SECONDS
    ):
        return True
    return any(-_LATEST_ZONE <= at - zero < _DAY - _EARLIEST_ZONE for zero in _ZEROS)


def earliest(at: datetime, precision: Precision | None) -> datetime:
    """Return the first instant that a date can mean. `at` is aware; a day's clock and zone mean nothing."""
    return at if precision != "day" else at.replace(tzinfo=UTC) - _LATEST_ZONE


def latest(at: datetime, precision: Precision | None) -> datetime:
    """Return the last instant that a date can mean."""
    if precision != "day":
        return at
    length = timedelta(0) if has_clock(at) else _DAY
    return at.replace(tzinfo=UTC) + length - _EARLIEST_ZONE


def has_clock(at: datetime) -> bool:
    """Return whether a date shows another time than midnight, which stands for "no time"."""
    return (at.hour, at.minute, at.second) != (0, 0, 0)


def is_ahead(at: datetime, precision: Precision | None, now: datetime | None) -> bool:
    """Return whether a date is certainly after `now`, whatever its zone; False while `now` is unknown."""
    return now is not None and earliest(at, precision) > now + CLOCK_ERROR

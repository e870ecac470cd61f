"""How much of a date is known in each spelling, placeholders, and dates that lie ahead."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.dates.precision import CLOCK_ERROR, earliest, is_ahead, is_placeholder_date, latest
from worker.text.dates.strict import feed_date

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905

DAYS = {
    "ISO 8601": lambda day: f"{day:%Y-%m-%d}",
    "slashes": lambda day: f"{day:%Y/%m/%d}",
    "dots": lambda day: f"{day:%d.%m.%Y}",
    "RFC 822": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    "French": lambda day: f"{day.day} {FRENCH[day.month - 1]} {day.year}",
    "Japanese": lambda day: f"{day.year}年{day.month}月{day.day}日",
}
CLOCKS = {
    "minutes": lambda at: f" {at:%H:%M}",
    "seconds": lambda at: f" {at:%H:%M:%S}",
    "twelve hours": lambda at: f" {at.hour % 12 or 12}:{at:%M} {'pm' if at.hour >= 12 else 'am'}",
}
ZONES = {
    " Z": 0,
    " GMT": 0,
    " UTC": 0,
    " +0000": 0,
    " +02:00": 120,
    " -0330": -210,
    " CET": 60,
    " EST": -300,
    " Europe/Berlin": None,
}
WEB_DAYS = st.datetimes(datetime(1995, 1, 1), datetime(2038, 1, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001


@given(at=WEB_DAYS, day=st.sampled_from(sorted(DAYS)))
def test_a_day_in_any_spelling_stays_a_day(at: datetime, day: str) -> None:
    found = feed_date(DAYS[day](at))
    assert found is not None
    assert (found[0].date(), found[1]) == (at.date(), "day")


@given(at=WEB_DAYS, day=st.sampled_from(sorted(DAYS)), clock=st.sampled_from(sorted(CLOCKS)))
def test_a_clock_without_a_zone_stays_a_day_with_its_clock(at: datetime, day: str, clock: str) -> None:
    found = feed_date(DAYS[day](at) + CLOCKS[clock](at))
    assert found is not None
    written = at if clock == "seconds" else at.replace(second=0)
    assert (found[0].replace(tzinfo=None), found[1]) == (written, "day")


@given(
    at=WEB_DAYS,
    day=st.sampled_from(sorted(DAYS)),
    clock=st.sampled_from(sorted(CLOCKS)),
    zone=st.sampled_from(sorted(ZONES)),
)
def test_a_clock_with_a_zone_is_an_instant(at: datetime, day: str, clock: str, zone: str) -> None:
    found = feed_date(DAYS[day](at) + CLOCKS[clock](at) + zone)
    assert found is not None
    written = at if clock == "seconds" else at.replace(second=0)
    assert (found[0].replace(tzinfo=None), found[1]) == (written, "instant")
    if (minutes := ZONES[zone]) is not None:
        assert found[0].utcoffset() == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01T00:00:00Z",
        "1970-01-01",
        "Thu, 01 Jan 1970 01:00:00 +0100",
        "1969-12-31T23:00:00Z",
        "Wed, 31 Dec 1969 19:00:00 EST",
        "1969-12-31T16:00:00-08:00",
        "1970-01-01T05:30:00+05:30",
        "1970-01-21T15:46:40Z",
        "1904-01-01T00:00:00Z",
        "1903-12-31T23:00:00Z",
        "1900-01-01",
        "1899-12-30T00:00:00Z",
        "1980-01-01T00:00:00Z",
        "1601-01-01T00:00:00Z",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "Wed, 30 Nov -0001 00:00:00 +0000",
        "0000-00-00 00:00:00",
        "2038-01-19T03:14:07Z",
        "9999-12-31T23:59:59Z",
        "1997-07",
    ],
)
def test_what_programs_write_for_no_date_is_unknown(text: str) -> None:
    assert feed_date(text) is None


@given(minutes=st.integers(-14 * 60, 14 * 60), zero=st.sampled_from([1900, 1904, 1970, 1980]))
def test_a_placeholder_is_one_in_every_zone(minutes: int, zero: int) -> None:
    assert is_placeholder_date(datetime(zero, 1, 1, tzinfo=UTC) - timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "text", ["1970-02-03T10:00:00Z", "1955-03-12", "2000-01-01T00:00:00Z", "1969-07-20T20:17:40Z"]
)
def test_an_old_date_that_no_program_writes_for_none_is_read(text: str) -> None:
    assert feed_date(text) is not None


@given(at=WEB_DAYS, minutes=st.integers(-12 * 60, 14 * 60), clock=st.booleans())
def test_a_day_spans_what_it_can_mean_in_all_zones(at: datetime, minutes: int, clock: bool) -> None:
    meant = at.replace(tzinfo=UTC) - timedelta(minutes=minutes)
    stated = at.replace(tzinfo=UTC)
    stated = stated if clock else stated.replace(hour=0, minute=0, second=0)
    assert earliest(stated, "day") <= meant <= latest(stated, "day")
    assert earliest(stated, "instant") == stated == latest(stated, "instant")


@pytest.mark.parametrize(
    ("ahead", "precision", "is_after"),
    [
        (CLOCK_ERROR, "instant", False),
        (CLOCK_ERROR + timedelta(seconds=1), "instant", True),
        (timedelta(hours=-1), "instant", False),
        (timedelta(hours=14), "day", False),
        (timedelta(hours=15), "day", True),
        (timedelta(days=365), None, True),
    ],
)
def test_a_date_lies_ahead_only_where_no_zone_and_no_clock_error_explains_it(
    ahead: timedelta, precision: str, is_after: bool
) -> None:
    assert is_ahead(NOW + ahead, precision, NOW) is is_after
    assert not is_ahead(NOW + ahead, precision, None)

"""Dates become instants if they are certain; other dates are not read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds import parse_date
from worker.text.dates.strict import read_date


@pytest.mark.parametrize(
    "text, instant",
    [
        # RFC 822 and 2822, with their named zones
        ("Tue, 14 Jan 2025 09:05:03 GMT", "2025-01-14T09:05:03Z"),
        ("14 Jan 2025 09:05 UT", "2025-01-14T09:05:00Z"),
        ("Tue, 14 Jan 25 09:05:03 Z", "2025-01-14T09:05:03Z"),
        ("Tue, 14 Jan 70 09:05:03 Z", "1970-01-14T09:05:03Z"),
        ("Tue, 14 Jan 2025 09:05:03 EST", "2025-01-14T14:05:03Z"),
        ("Tue, 15 Jul 2025 09:05:03 EDT", "2025-07-15T13:05:03Z"),
        ("Tue, 14 Jan 2025 09:05:03 PST", "2025-01-14T17:05:03Z"),
        ("Tue, 14 Jan 2025 09:05:03 -0330", "2025-01-14T12:35:03Z"),
        ("Tue, 14 Jan 2025 09:05:03 CEST", "2025-01-14T07:05:03Z"),
        ("Tue, 14 Jan 2025 09:05:03 JST", "2025-01-14T00:05:03Z"),
        ("Tue, 14 Jan 2025 09:05:03 America/New_York", "2025-01-14T14:05:03Z"),
        ("Tue, 14 Jan 2025 09:05:03 XYZ", "2025-01-14T09:05:03Z"),
        ("Tue, 14 Jan 2025 09:05:03", "2025-01-14T09:05:03Z"),
        # RFC 3339 and ISO 8601
        ("2025-01-14T09:05:03Z", "2025-01-14T09:05:03Z"),
        ("2025-01-14t09:05:03.25+02:00", "2025-01-14T07:05:03.25Z"),
        ("2025-01-14 09:05", "2025-01-14T09:05:00Z"),
        ("2025-01-14T09:05:03+0530", "2025-01-14T03:35:03Z"),
        ("2025-01-14 09:05:03+00", "2025-01-14T09:05:03Z"),
        ("20250114T090503Z", "2025-01-14T09:05:03Z"),
        ("2025-01-14T09Z", "2025-01-14T09:00:00Z"),
        ("2025-01-14T09+02:00", "2025-01-14T07:00:00Z"),
        ("2025-01-14T09", "2025-01-14T09:00:00Z"),
        ("Tue, 14 Jan 2025 09 -0700", "2025-01-14T16:00:00Z"),
        ("2025-01-14", "2025-01-14T00:00:00Z"),
        ("2025-01", "2025-01-01T00:00:00Z"),
        ("2024-12-31T24:00:00Z", "2025-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        # both halves of the day
        ("January 14, 2025 9:05 PM", "2025-01-14T21:05:00Z"),
        ("Jan. 14, 2025, 12:05 a.m.", "2025-01-14T00:05:00Z"),
        ("14 Jan 2025 12:05 p.m. +0100", "2025-01-14T11:05:00Z"),
        # other writings
        ("Tue Jan 14 09:05:03 2025", "2025-01-14T09:05:03Z"),
        ("Tue Jan 14 2025 09:05:03 GMT+0100 (CET)", "2025-01-14T08:05:03Z"),
        ("Tuesday the 14th of January 2025", "2025-01-14T00:00:00Z"),
        ("14.1.2025 9:05", "2025-01-14T09:05:00Z"),
        ("09:05 14.01.2025 +0100", "2025-01-14T08:05:00Z"),
        ("2025/01/14", "2025-01-14T00:00:00Z"),
        ("01/14/2025 09:05", "2025-01-14T09:05:00Z"),
        ("14/01/2025", "2025-01-14T00:00:00Z"),
        ("05/05/2025", "2025-05-05T00:00:00Z"),
        ("02/03/2025 1:00 AM", "2025-02-03T01:00:00Z"),
        ("Monday, 02/03/2025", "2025-02-03T00:00:00Z"),
        ("Sunday, 02/03/2025", "2025-03-02T00:00:00Z"),
        # other languages
        ("Dienstag, 14. Januar 2025, 9:05 Uhr", "2025-01-14T09:05:00Z"),
        ("Di, 04 Mär 2025 09:05:00 +0100", "2025-03-04T08:05:00Z"),
        ("mar. 14 janvier 2025 09:05", "2025-01-14T09:05:00Z"),
        ("14 de agosto de 2025", "2025-08-14T00:00:00Z"),
        ("14 dicembre 2025 09:05", "2025-12-14T09:05:00Z"),
        ("14 maja 2025", "2025-05-14T00:00:00Z"),
        ("14 февраля 2025 г. 09:05", "2025-02-14T09:05:00Z"),
        ("14 Ιουλίου 2025 09:05", "2025-07-14T09:05:00Z"),
        ("14 Ağustos 2025", "2025-08-14T00:00:00Z"),
        ("2025-július-14 9:05", "2025-07-14T09:05:00Z"),
        ("2025年7月14日 9時05分", "2025-07-14T09:05:00Z"),
        ("2025년 7월 14일 오후 9:05", "2025-07-14T21:05:00Z"),
        ("١٤ يناير ٢٠٢٥", "2025-01-14T00:00:00Z"),
    ],
)
def test_a_certain_date_is_read_as_its_instant(text: str, instant: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.tzinfo is not None
    assert found == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "   ",
        "soon",
        "2025",
        "1520932969",
        "20250114",
        "12:30",
        "2025-02-29T12:00:00Z",
        "2025-13-01",
        "2025-01-32",
        "30 Feb 2025",
        "2025-01-14T12:60:00Z",
        "2025-01-14T25:00:00Z",
        "14 Jan 2025 15:04 AM",
        "Tue, 14 Jan 2025 09:05:03 +9900",
        "0001-01-01T00:00:00Z",
        "02/03/2025",
        "02-03-25",
        "13/05/08",
        "3 days ago",
        "Published by Ana on 14 Jan 2025",
        "14 Jan 2025 to 15 Feb 2025",
        "2025-W03",
        "9" * 5000,
        "１" * 80,
    ],
)
def test_an_uncertain_date_is_not_read(text: str | None) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=60))
def test_any_text_gives_an_aware_instant_or_none(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.utcoffset() is not None


_INSTANTS = st.integers(0, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(_INSTANTS, st.integers(-14 * 60, 14 * 60))
def test_dates_written_by_the_standards_are_read_back(instant: datetime, minutes: int) -> None:
    sign, offset = "-" if minutes < 0 else "+", "{:02}{:02}".format(*divmod(abs(minutes), 60))
    local = instant + timedelta(minutes=minutes)
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][
        local.month - 1
    ]
    assert parse_date(f"{local.day} {month} {local.year:04} {local:%H:%M:%S} {sign}{offset}") == instant
    assert parse_date(f"{local:%Y-%m-%dT%H:%M:%S}{sign}{offset[:2]}:{offset[2:]}") == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Tue, 15 Jul 2025 09:05 ET", "2025-07-15T13:05:00Z"),
        ("Tue, 14 Jan 2025 09:05 ET", "2025-01-14T14:05:00Z"),
        ("5 Jul 2025 09:05 AWST", "2025-07-05T01:05:00Z"),
    ],
)
def test_a_zones_name_is_read_by_season_and_never_as_a_month(text: str, instant: str) -> None:
    assert parse_date(text) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        (
            "Tue Jan 14 2025 09:05:03 GMT+0100 (Central European Time)",
            "2025-01-14T08:05:03Z",
            "instant",
        ),
        ("2025-01-14@09:05:03 CST", "2025-01-14T15:05:03Z", "instant"),
        ("Tue, 14 Jan 2025 09:05:03 -0000", "2025-01-14T09:05:03Z", "day"),
        ("02/03/2025 5:22 pm", "2025-03-02T17:22:00Z", "day"),
        ("14. Januar 2025 9:05", "2025-01-14T09:05:00Z", "day"),
        ("20250114", "2025-01-14T00:00:00Z", "day"),
        ("1736845503000", "2025-01-14T09:05:03Z", "instant"),
    ],
)
def test_a_pages_date_says_how_much_of_it_is_known(text: str, at: str, precision: str) -> None:
    assert read_date(text) == (datetime.fromisoformat(at), precision)


@pytest.mark.parametrize("text", ["1969-12-31T23:59:59Z", "2025-W03", "12:30", "soon", "9" * 200])
def test_a_page_that_states_no_year_of_the_web_has_no_date(text: str) -> None:
    assert read_date(text) is None

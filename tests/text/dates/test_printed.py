"""Dates in words and figures, in the forms of many languages, scripts and calendars."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.dates.names import MONTHS, month_of
from worker.text.dates.printed import Habits, written_dates
from worker.text.dates.zones import zone_of

MAY_3 = datetime(2024, 5, 3)  # noqa: DTZ001 -- dates as written have no zone
AT_NOON = MAY_3.replace(hour=14, minute=5)


def first(text, language="", country=""):
    return next(iter(written_dates(text, Habits(language, country))), None)


@pytest.mark.parametrize(
    "text",
    [
        "May 3, 2024", "3 May 2024", "3rd of May, 2024", "Fri., May 3rd 2024", "03-May-2024", "2024 May 3",
        "Freitag, 3. Mai 2024", "3 mai 2024", "Viernes, 3 de mayo de 2024", "3 de maio de 2024",
        "3 maggio 2024", "3 mei 2024", "3 maj 2024", "3. maj 2024", "3. mai 2024", "3. toukokuuta 2024",
        "3 maja 2024",
        "3. května 2024", "3. mája 2024", "3. svibnja 2024.", "3. мај 2024.", "3 май 2024", "3 мая 2024 г.",
        "3 травня 2024", "2024. május 3.", "3 Μαΐου 2024", "3 Mayıs 2024", "3 may 2024",
        "2024 m. gegužės 3 d.", "2024. gada 3. maijs", "3 tháng 5, 2024", "ngày 3 tháng 5 năm 2024",
        "3 Mei 2024", "3 مايو 2024", "٣ مايو ٢٠٢٤", "3 أيار 2024", "3 מאי 2024", "3 मई 2024", "३ मई २०२४",
        "৩ মে ২০২৪", "3 أيار / مايو 2024", "3 مايو/ أيار 2024",
        "14 \u0627\u0631\u062f\u064a\u0628\u0647\u0634\u062a 1403",
        "2024年5月3日", "2024년 5월 3일", "2024. 5. 3.", "3 พฤษภาคม 2567", "3 พ.ค. 2567", "14 اردیبهشت 1403",
        "03.05.2024", "3.5.24", "2024-05-03", "2024/05/03",
    ],
)  # fmt: skip
def test_a_day_is_read_in_many_languages(text):
    assert first(text).at == MAY_3


def test_a_persian_date_in_figures_is_read_by_the_jalali_calendar():
    assert first("۱۴۰۳/۰۲/۱۴", "fa").at == MAY_3
    assert first("1403/12/30", "fa-IR").at == datetime(2025, 3, 20)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "language", "country", "day"),
    [
        ("5/3/2024", "en", "", MAY_3),
        ("5/3/2024", "en-US", "", MAY_3),
        ("3/5/2024", "en", "uk", MAY_3),
        ("3/5/2024", "fr", "", MAY_3),
        ("5/13/2024", "fr", "", MAY_3.replace(day=13)),
        ("13/5/2024", "en-US", "us", MAY_3.replace(day=13)),
        ("03.05.2024", "en-US", "us", MAY_3),
    ],
)
def test_the_order_of_day_and_month_follows_the_language_unless_the_figures_decide_it(
    text, language, country, day
):
    assert first(text, language, country).at == day


@pytest.mark.parametrize(
    "text",
    [
        "May 3, 2024 2:05 PM", "May 3, 2024 at 2:05 p.m.", "May 3, 2024 | 14:05", "3 May 2024, 14.05",
        "3. Mai 2024, 14:05 Uhr", "3 mai 2024 à 14h05", "3 mai 2024 à 14 h 05", "03/05/2024 - 14:05",
        "3 мая 2024, в 14:05", "14:05, 3 мая 2024", "2024年5月3日 14時05分", "2024年5月3日 下午2:05",
        "2024. 5. 3. 오후 2:05", "2024-05-03 14:05", "03.05.2024 kl. 14:05", "3 พ.ค. 2567 14:05 น.",
        "2:05 PM on Friday, May 3, 2024", "2024-05-03T14:05",
    ],
)  # fmt: skip
def test_a_clock_next_to_the_day_is_read_without_a_zone(text):
    found = first(text, "fr")
    assert (found.at, found.clock, found.zone) == (AT_NOON, True, None)


@pytest.mark.parametrize(
    ("zone", "country", "hours"),
    [
        ("GMT", "", 0), ("BST", "", 1), ("CET", "", 1), ("CEST", "", 2), ("MESZ", "", 2),
        ("MSK", "", 3), ("мск", "", 3),
        ("EST", "", -5), ("EDT", "", -4), ("ET", "", -4), ("PT", "", -7), ("PST", "", -8), ("IST", "in", 5.5),
        ("IST", "ie", 1), ("IST", "il", 2), ("CST", "", -6), ("CST", "cn", 8), ("JST", "", 9), ("HKT", "", 8),
        ("WIB", "id", 7), ("AEST", "", 10), ("GMT+3", "", 3), ("UTC -5", "", -5),
        ("(GMT+7)", "", 7), ("+05:30", "", 5.5),
    ],
)  # fmt: skip
def test_a_zone_after_the_clock_is_read(zone, country, hours):
    found = first(f"May 3, 2024 14:05 {zone}", "en", country)
    assert (found.at, found.zone.utcoffset(None)) == (AT_NOON, timedelta(hours=hours))


@pytest.mark.parametrize("name", ["XYZ", "by", "Uhr", "+15:00", "", "hrs"])
def test_unknown_names_of_zones_are_ignored(name):
    assert zone_of(name, AT_NOON, "") is None


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ((2024, 1, 15), -5),
        ((2024, 3, 9), -5),
        ((2024, 3, 11), -4),
        ((2024, 11, 2), -4),
        ((2024, 11, 4), -5),
        ((2005, 3, 20), -5),
    ],
)
def test_eastern_time_follows_daylight_saving_time(day, hours):
    assert zone_of("ET", datetime(*day, 12), "").utcoffset(None) == timedelta(hours=hours)  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "3 hours ago",
        "May 3",
        "31 Foo 2024",
        "31.02.2024",
        "45 May 2024",
        "1024-05-03",
        "192.168.24.1",
        "5/3",
    ],
)
def test_text_without_a_complete_date_gives_no_date(text):
    assert first(text) is None


def test_several_dates_are_read_in_order():
    found = list(written_dates("Written: 2023-11-07 15:03:30 / Updated: 2023-11-08 15:30:46", Habits()))
    assert [(date.at.day, date.at.hour) for date in found] == [(7, 15), (8, 15)]


def test_croatian_and_polish_differ_about_listopad():
    assert (month_of("listopada", "hr"), month_of("listopada", "pl")) == (10, 11)


@given(st.sampled_from(sorted(MONTHS)), st.integers(1, 28), st.integers(1990, 2099))
def test_every_name_of_a_month_is_read_in_a_date(name, day, year):
    found = first(f"{day} {name} {year}")
    assert (found.at.day, found.at.month) == (day, MONTHS[name])


@given(st.text(max_size=300))
def test_dates_in_any_text_lie_within_it(text):
    for date in written_dates(text, Habits("en")):
        assert 0 <= date.start < date.end <= 1000
        assert 1990 <= date.at.year < 2100

"""The meaning of headers about time and identity."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from worker.fetch.headers import http_date, kept_headers, max_age, retry_after

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text,seconds",
    [
        ("120", 120),
        (" 0 ", 0),
        ("1.5", 1.5),
        ("Fri, 01 May 2026 12:01:00 GMT", 60),
        ("Friday, 01-May-26 12:01:00 GMT", 60),
        ("Fri, 01 May 2026 11:00:00 GMT", 0),
        ("99999999999999999999", 30 * 86400),
        ("Fri, 01 May 2099 11:00:00 GMT", 30 * 86400),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_and_as_a_date(text: str | None, seconds: float | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after(text, now=NOW) == expected


@given(st.text(max_size=40))
def test_any_retry_after_is_a_bounded_wait_or_none(text: str) -> None:
    wait = retry_after(text, now=NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=30)


@given(st.text(max_size=40))
def test_a_date_is_aware_or_unknown(text: str) -> None:
    found = http_date(text)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    "text,seconds",
    [
        ("max-age=600", 600),
        ("public, MAX-AGE = 60", 60),
        ('max-age="5"', 5),
        ("s-maxage=9", None),
        ("no-cache, max-age=9", 0),
        ("", None),
    ],
)
def test_max_age_is_read_from_cache_control(text: str, seconds: int | None) -> None:
    found = max_age({"cache-control": text})
    assert found == (None if seconds is None else timedelta(seconds=seconds))


def test_few_headers_are_kept_and_lists_are_joined() -> None:
    sent = CIMultiDict([("ETAG", '"1"'), ("Link", "<a>"), ("Link", "<b>"), ("Set-Cookie", "x")])
    assert kept_headers(CIMultiDictProxy(sent)) == {"etag": '"1"', "link": "<a>, <b>"}


def test_bytes_that_a_database_refuses_are_replaced() -> None:
    sent = CIMultiDict([("ETag", "a\udce9\0b")])
    assert kept_headers(CIMultiDictProxy(sent)) == {"etag": "a?b"}


def test_each_line_of_x_robots_tag_begins_with_all_agents() -> None:
    lines = CIMultiDict([("X-Robots-Tag", "otherbot: noindex"), ("X-Robots-Tag", "noarchive")])
    assert kept_headers(CIMultiDictProxy(lines)) == {"x-robots-tag": "otherbot: noindex, *:, noarchive"}


def test_a_header_of_more_than_8_kib_is_not_kept() -> None:
    headers = CIMultiDict({"ETag": '"' + "x" * 9000 + '"', "Date": "today"})
    headers.extend([("Link", f"<{'h' * 3000}{number}>") for number in range(100)])
    found = kept_headers(CIMultiDictProxy(headers))
    assert found.keys() == {"date", "link"}
    assert found["link"].count("<") == 2

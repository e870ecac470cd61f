"""Dates as pages write them, and which of several statements wins."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extract.pages import Item, article_html, json_ld, meta, page
from tests.extract.read import article
from worker.text.dates.strict import read_date

NINE = datetime(2024, 5, 3, 9, 30, tzinfo=UTC)
FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1995, 2090))


@pytest.mark.parametrize(
    ("text", "at", "hours"),
    [
        ("2024-05-03T09:30:00Z", NINE, 0),
        ("2024-05-03T11:30:00+02:00", NINE, 2),
        ("2024-05-03T11:30:00+0200", NINE, 2),
        ("2024-05-03T11:30+02", NINE, 2),
        ("2024-05-03 04:30:00 -05:00", NINE, -5),
        ("2024-05-03T15:00:00.000000+05:30", NINE, 5.5),
        ("20240503T093000Z", NINE, 0),
        ("Fri, 03 May 2024 09:30:00 GMT", NINE, 0),
        ("Fri, 3 May 2024 11:30:00 +0200", NINE, 2),
        ("1714728600", NINE, 0),
        ("1714728600000", NINE, 0),
    ],
)
def test_an_instant_keeps_its_offset(text, at, hours):
    found, precision = read_date(text) or (None, None)
    assert found == at
    assert found.utcoffset() == timedelta(hours=hours)
    assert precision == "instant"


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-03",
        "2024/5/3",
        "2024.05.03",
        "20240503",
        "03.05.2024",
        "3/5/2024",
        "2024-05-03T09:30:00",
        "03.05.2024, 09:30",
    ],
)
def test_without_a_zone_only_the_day_is_known(text):
    found, precision = read_date(text) or (None, None)
    assert found.date() == NINE.date()
    assert found.tzinfo is not None
    assert precision == "day"


@pytest.mark.parametrize(
    "text", ["", None, "yesterday", "2024-13-45", "0000-00-00", "31.02.2024", "1970-01-01", "x" * 500]
)
def test_text_without_a_date_gives_none_and_never_the_present(text):
    assert read_date(text) is None


@given(st.text(max_size=120))
def test_any_text_is_a_date_or_none(text):
    found = read_date(text)
    assert found is None or found[0].tzinfo is not None


@given(st.datetimes(FIRST, LAST), st.integers(-12 * 4, 14 * 4))
def test_every_iso_instant_is_read_back(clock, quarters):
    at = clock.replace(tzinfo=timezone(timedelta(minutes=15 * quarters)))
    assert read_date(at.isoformat()) == (at, "instant")


def test_json_ld_wins_over_meta():
    head = json_ld(datePublished="2024-05-03T09:30:00Z") + meta(
        article__published_time="2024-05-01T00:00:00Z"
    )
    assert article(page(article_html(), head=head)).published == NINE


def test_a_day_is_refined_by_an_instant_of_the_same_day():
    head = json_ld(datePublished="2024-05-03") + meta(article__published_time="2024-05-03T09:30:00Z")
    found = article(page(article_html(), head=head))
    assert (found.published, found.published_precision) == (NINE, "instant")


def test_an_instant_of_another_day_does_not_contradict_the_day():
    head = json_ld(datePublished="2024-05-03") + meta(article__published_time="2023-01-01T09:30:00Z")
    found = article(page(article_html(), head=head))
    assert found.published.date() == NINE.date()
    assert found.published_precision == "day"


def test_the_visible_time_element_and_the_address_come_last():
    shown = article_html(before='<time datetime="2024-05-03T09:30:00Z">Friday</time>')
    assert article(page(shown), url="https://news.example/x").published == NINE
    found = article(page(article_html()), url="https://news.example/2024/05/03/x")
    assert (found.published.date(), found.published_precision) == (NINE.date(), "day")
    assert dict(found.provenance)["published"] == "url"


def test_a_printed_date_is_known_to_the_day():
    found = article(
        page(article_html(before='<p class="date">May 3, 2024</p>')), url="https://news.example/x"
    )
    assert (found.published.date(), found.published_precision) == (NINE.date(), "day")


def test_microdata_is_read():
    body = article_html(before='<span itemprop="datePublished" content="2024-05-03T09:30:00Z">Friday</span>')
    assert article(page(body)).published == NINE


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2024-05-03T04:30-500", -5),
        ("2024-05-03@09:30:00Z", 0),
        ("2024-05-03T09:30:00:123Z", 0),
        ("2024-05-03 09:30 GMT", 0),
    ],
)
def test_common_deviations_from_iso_8601_are_read(text, hours):
    at, precision = read_date(text)
    assert (at.replace(microsecond=0), at.utcoffset(), precision) == (NINE, timedelta(hours=hours), "instant")


@pytest.mark.parametrize(
    "name",
    [
        "article__published_time",
        "og__article__published_time",
        "pubdate",
        "publish-date",
        "parsely-pub-date",
        "sailthru.date",
        "DC.date.issued",
        "dcterms.created",
        "cXenseParse__recs__publishtime",
        "citation_publication_date",
        "datePublished",
        "published-date",
        "og__publish_date",
        "cms.publicationTime",
    ],
)
def test_the_names_of_content_systems_for_the_publication_are_read(name):
    found = article(page(article_html(), head=meta(**{name: "2024-05-03T09:30:00Z"})))
    assert (found.published, found.modified) == (NINE, None)


@pytest.mark.parametrize(
    "name", ["article__modified_time", "og__updated_time", "dateModified", "last-modified", "date-updated"]
)
def test_names_for_the_last_change_are_not_read_as_the_publication(name):
    head = meta(**{name: "2024-05-03T09:30:00Z"})
    found = article(page(article_html(), head=head), url="https://news.example/x")
    assert (found.published, found.modified) == (None, NINE)


def test_microdata_of_several_days_is_that_of_other_articles():
    dates = (f"<time itemprop='datePublished'>2026-03-1{day}</time>" for day in (0, 4, 8))
    cards = "".join(f"<div class='related'>Card {date}</div>" for date in dates)
    printed = "<h1>The bridge is closed</h1><p class='date'>3 May 2024</p>"
    found = article(
        page(printed + article_html() + cards, title="The bridge is closed"), url="https://news.example/x"
    )
    assert found.published.date() == NINE.date()


def test_the_feeds_date_is_used_if_the_page_has_no_date():
    found = article(
        page(article_html()), url="https://news.example/x", entry=Item(published=NINE, updated=NINE)
    )
    assert (found.published, found.modified) == (NINE, NINE)
    assert dict(found.provenance)["published"] == "feed"


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://news.example/2024/05/03/x", 3),
        ("https://news.example/2024-05-03-x", 3),
        ("https://news.example/article-20240503.html", 3),
        ("https://news.example/20240503/x", 3),
        ("https://news.example/2024/05/x", None),
        ("https://news.example/id/120240503991", None),
        ("https://news.example/2024/13/45/x", None),
    ],
)
def test_a_whole_day_in_the_address_is_read(url, day):
    found = article(page(article_html()), url=url)
    assert (found.published.day if found.published else None) == day


def test_a_page_without_a_date_gives_none():
    found = article(page(article_html()), url="https://news.example/x")
    assert (found.published, found.published_precision, found.modified) == (None, None, None)

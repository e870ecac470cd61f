"""Which statement wins: by how exact it is, and by whether it can be true."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extract.pages import Item, article_html, json_ld, meta, page
from worker.extract import Article, extract
from worker.text.dates.precision import CLOCK_ERROR, Precision

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)
AT = datetime(2026, 11, 23, 13, 35, tzinfo=UTC)
DAY = datetime(2026, 11, 23, tzinfo=UTC)
PRINTED = '<p class="byline">Published: 23 November 2026, 14:35 CET</p>'
URL = "https://news.example/x"


@dataclass(frozen=True)
class Said(Item):
    """A feed's item that knows how exact its dates are, and when a poll found it."""

    published_precision: Precision | None = None
    updated_precision: Precision | None = None
    discovered_at: datetime | None = None


def read(
    entry: Item | None = None,
    *,
    before: str = PRINTED,
    head: str = "",
    url: str = URL,
    now: datetime | None = NOW,
) -> Article:
    found = extract(page(article_html(before=before), head=head), url=url, entry=entry, now=now)
    assert isinstance(found, Article)
    return found


def source(found: Article, field: str = "published") -> str | None:
    return dict(found.provenance).get(field)


@pytest.mark.parametrize(
    "entry",
    [
        Said(published=DAY, published_precision="day"),
        Said(published=DAY - timedelta(days=2), published_precision="day"),
        Said(published=DAY.replace(hour=14, minute=35), published_precision="day"),
        Said(published=DAY.replace(hour=9, minute=7), published_precision="day"),
        Said(published=DAY, published_precision="instant"),
        Said(published=datetime(1970, 1, 1, tzinfo=UTC), published_precision="instant"),
        Said(published=datetime(1, 1, 1, tzinfo=UTC), published_precision="instant"),
        Said(published=datetime(1985, 5, 5, 10, 10, tzinfo=UTC), published_precision="instant"),
        Said(published=NOW + timedelta(days=1), published_precision="instant"),
        Said(published=NOW + timedelta(days=2), published_precision="day"),
        Item(published=DAY.replace(tzinfo=None)),
        Item(published=NOW + timedelta(days=1)),
    ],
)
def test_a_printed_instant_wins_over_a_poor_date_of_the_feed(entry: Item) -> None:
    found = read(entry)
    assert (found.published, found.published_precision, source(found)) == (AT, "instant", "html")


@given(ahead=st.timedeltas(CLOCK_ERROR + timedelta(seconds=1), timedelta(days=20_000)))
def test_what_lies_ahead_never_outranks_what_the_page_prints(ahead: timedelta) -> None:
    later = NOW + ahead
    said = Said(published=later, updated=later, published_precision="instant", updated_precision="instant")
    for entry, head in ((said, ""), (None, json_ld(datePublished=later.isoformat()))):
        found = read(entry, head=head)
        assert (found.published, found.modified) == (AT, None)


@given(ago=st.timedeltas(timedelta(minutes=1) - CLOCK_ERROR, timedelta(days=6)))
def test_an_exact_date_of_the_feed_wins_over_print(ago: timedelta) -> None:
    said = (NOW - ago).replace(second=7)
    found = read(Said(published=said, published_precision="instant"))
    assert (found.published, source(found)) == (said, "feed")


def test_without_the_time_of_reading_no_date_lies_ahead() -> None:
    later = NOW + timedelta(days=300)
    assert read(Item(published=later), now=None).published == later


def test_an_item_that_was_found_before_its_date_is_not_believed_after_it() -> None:
    said = Said(published=NOW, published_precision="instant", discovered_at=NOW - timedelta(days=3))
    assert read(said, now=NOW + timedelta(days=300)).published == AT


def test_an_old_year_that_the_address_names_is_the_feeds() -> None:
    said = Said(published=datetime(1955, 3, 12, tzinfo=UTC), published_precision="day")
    found = read(said, before="", url="https://news.example/archive/1955/the-flood.html")
    assert (found.published, found.published_precision) == (said.published, "day")
    assert read(said, before="").published is None


@pytest.mark.parametrize("precision", ["day", "instant"])
def test_a_coming_date_of_the_feed_is_kept_as_stated_if_nothing_else_is(precision: Precision) -> None:
    later = NOW + timedelta(days=300)
    said = Said(published=later, updated=later, published_precision=precision, updated_precision=precision)
    found = read(said, before="")
    assert (found.published, found.published_precision, source(found)) == (later, precision, "feed")
    assert found.modified is None


def test_a_coming_day_in_the_address_or_in_print_is_an_events() -> None:
    url = "https://news.example/event/20270628.html"
    assert read(url=url).published == AT
    assert read(url=url, before="").published is None
    assert read(before='<p class="date">28 June 2027</p>').published is None
    assert read(url=url, before="", now=None).published is not None


def test_a_page_that_states_a_coming_date_first_gives_the_next_statement() -> None:
    head = json_ld(datePublished="2027-05-03T09:30:00Z") + meta(
        article__published_time="2026-11-23T13:35:00Z"
    )
    found = read(head=head, before="")
    assert (found.published, source(found)) == (AT, "opengraph")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (json_ld(datePublished="2026-11-23"), "day"),
        (meta(date="2026-11-23T14:35:00+01:00"), "instant"),
        ("", "day"),
    ],
)
def test_a_feeds_day_is_as_exact_as_the_page_makes_it(head: str, expected: str) -> None:
    found = read(Said(published=DAY, published_precision="day"), head=head, before="")
    assert (found.published_precision, found.published.date() if found.published else None) == (
        expected,
        DAY.date(),
    )


def test_a_feeds_clock_takes_a_zone_only_from_a_statement_of_the_same_clock() -> None:
    said = Said(published=DAY.replace(hour=14, minute=35), published_precision="day")
    same = meta(article__modified_time="2026-11-23T14:35:20+01:00")
    other = meta(article__modified_time="2026-11-23T16:02:00+01:00")
    assert read(said, head=same, before="").published == AT
    assert read(said, head=other, before="").published_precision == "day"


def test_a_change_is_as_exact_as_it_is_stated() -> None:
    said = Said(updated=DAY, updated_precision="day")
    found = read(said)
    assert (found.modified, found.modified_precision, source(found, "modified")) == (DAY, "day", "feed")
    updated = '<p class="byline">Updated: 23 November 2026, 15:10 CET</p>'
    found = read(said, before=PRINTED + updated)
    assert (found.modified, found.modified_precision) == (AT + timedelta(minutes=35), "instant")


@pytest.mark.parametrize("text", ["2026-11", "2026"])
def test_a_month_is_not_read_as_its_first_day(text: str) -> None:
    assert read(head=json_ld(datePublished=text), before="").published is None


def test_a_publication_after_all_changes_gives_way_to_an_earlier_one() -> None:
    head = meta(published_time="2026-11-20T08:45:32Z", published_date="2024-02-16")
    head += meta(article__modified_time="2025-07-30T10:00:00Z")
    found = read(head=head, before="")
    assert found.published == datetime(2024, 2, 16, tzinfo=UTC)


@pytest.mark.parametrize("path", ["2026/october/03/the-bridge", "world/2026/oct/3/the-bridge"])
def test_the_month_of_a_day_in_the_address_may_be_a_word(path: str) -> None:
    found = read(before="", url=f"https://news.example/{path}")
    assert (found.published, source(found)) == (datetime(2026, 10, 3, tzinfo=UTC), "url")

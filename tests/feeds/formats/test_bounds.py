"""A feed cannot fill the store, and everything that is cut gives a warning."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds import Enclosure, ParsedEntry, ParsedFeed
from worker.feeds.formats import bounds
from worker.feeds.formats.bounds import bounded, bounded_entry

ENTRY = ParsedEntry(
    id="1",
    link="https://a.example/1",
    title="One",
    authors=("Ana",),
    summary="s",
    content="c",
    tags=("t",),
    language="en",
)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def feed(*entries: ParsedEntry, **fields: str) -> ParsedFeed:
    return replace(ParsedFeed(kind="rss", entries=entries), **fields)  # type: ignore[arg-type]


def test_an_ordinary_feed_is_not_changed_by_the_limits() -> None:
    whole = feed(ENTRY, ENTRY, title="News", link="https://a.example/", language="de-CH")
    assert bounded(whole, most=2) == whole


@pytest.mark.parametrize(
    "field,long,kept,words",
    [
        ("title", "t" * 3000, "t" * bounds.TITLE, "titles of more than 2000"),
        ("content", "c" * 1_000_001, "c" * bounds.TEXT, "texts of more than 1000000"),
        ("summary", "c" * 1_000_001, "c" * bounds.TEXT, "texts of more than 1000000"),
        ("link", "https://a.example/" + "x" * 8000, None, "links of more than 8000"),
        ("authors", ("a" * 300,) * 60, ("a" * 200,) * 50, "bylines of more than 50"),
        ("tags", ("a",) * 101, ("a",) * 100, "more than 100 tags"),
        ("language", "x" * 36, None, "languages of more than 35"),
        ("id", "g" * 2001, "g" * 2001, "guids of more than 2000"),
    ],
)
def test_a_field_over_its_limit_is_cut_or_dropped_with_a_warning(
    field: str, long: Any, kept: Any, words: str
) -> None:
    got = bounded(feed(replace(ENTRY, **{field: long}), ENTRY), most=2)
    assert getattr(got.entries[0], field) == kept
    assert got.entries[1] is ENTRY
    assert [warning.startswith("1 ") and words in warning for warning in got.warnings] == [True]


def test_enclosures_over_the_limit_are_dropped() -> None:
    many = replace(ENTRY, enclosures=(Enclosure("https://a.example/a.mp3"),) * 200)
    assert len(bounded_entry(many).enclosures) == bounds.ENCLOSURES


def test_the_feeds_own_fields_are_limited_too() -> None:
    got = bounded(feed(title="t" * 3000, link="https://a.example/" + "x" * 9000, language="x" * 99), most=1)
    assert (got.title, got.link, got.language) == ("t" * bounds.TITLE, None, None)
    assert "titles of the feed" in got.warnings[0]


def test_of_too_many_entries_the_newest_are_kept_in_document_order() -> None:
    dated = [replace(ENTRY, id=str(day), published=MAY + timedelta(days=day)) for day in (1, 5, 2, 9)]
    got = bounded(feed(*dated, replace(ENTRY, id="undated")), most=2)
    assert [entry.id for entry in got.entries] == ["5", "9"]
    assert got.warnings == ("3 entries beyond the first 2 were left out",)


def test_of_too_many_undated_entries_the_first_are_kept() -> None:
    got = bounded(feed(*(replace(ENTRY, id=str(number)) for number in range(5))), most=2)
    assert [entry.id for entry in got.entries] == ["0", "1"]


@given(st.builds(ParsedEntry, title=st.text(max_size=3) | st.just("x" * 3000), tags=st.just(("a" * 500,))))
def test_limiting_a_limited_feed_changes_nothing(entry: ParsedEntry) -> None:
    cuts: Counter[str] = Counter()
    once = bounded_entry(entry)
    assert bounded_entry(once, cuts) == once
    assert not cuts

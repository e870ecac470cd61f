"""Filters are read from pairs and from text, and written back; mistakes get one helpful line."""

import pytest
from hypothesis import given

from tests.filters.filters import pairs
from worker.filters import EVERYTHING, Filter, FilterError, Term, parse_pairs, parse_text, search_name
from worker.filters.conditions import CONDITIONS

Pairs = list[tuple[str, str]]


def test_the_text_of_the_manual_is_read() -> None:
    found = parse_text('q="storm surge" language=de publisher=-x.example')
    assert found.terms == (
        Term("q", ("storm surge",)),
        Term("language", ("de",)),
        Term("publisher", ("x.example",), negated=True),
    )


@given(pairs())
def test_a_filter_is_read_back_from_its_text(given: Pairs) -> None:
    found = parse_pairs(given)
    assert parse_text(str(found)) == found


@given(pairs(), pairs())
def test_two_filters_together_are_read_back_from_their_text(one: Pairs, other: Pairs) -> None:
    both = parse_pairs(one) & parse_pairs(other)
    assert parse_text(str(both)) == both
    assert both == parse_pairs(other) & parse_pairs(one)


@given(pairs())
def test_the_order_of_conditions_does_not_matter(given: Pairs) -> None:
    assert parse_pairs(reversed(given)) == parse_pairs(given)


def test_the_empty_text_matches_everything() -> None:
    assert parse_text("  ") == parse_pairs([]) == EVERYTHING
    assert str(EVERYTHING) == ""
    assert not EVERYTHING


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("language=fr language=de", "language=de language=fr"),
        ("language=DE-at language=de-AT", "language=de-AT"),
        ("publisher=https://www.News.example/politics", "publisher=news.example"),
        ("publisher=Bücher.example", "publisher=xn--bcher-kva.example"),
        ("feed=007", "feed=7"),
        ("q='\"storm surge\" -rain'", "q='\"storm surge\" -rain'"),
        ('q="it\'s \\"so\\""', 'q="it\'s \\"so\\""'),
        ("q=  'two   words'".replace("=  ", "="), 'q="two words"'),
        ('q=-storm q="-storm surge"', 'q="-storm surge" q=-storm'),
        ("published_from=20260504", "published_from=2026-05-04"),
        ("published_from=2026-05-04T12:00", "published_from=2026-05-04T12:00:00Z"),
        ("published_to='2026-05-04 12:00+02:00'", "published_to=2026-05-04T10:00:00Z"),
        ("published_to='2026-05-04T12:00:00 02:00'", "published_to=2026-05-04T10:00:00Z"),
        ("language=de and language=fr", "language=de and language=fr"),
        ("language=de and kind=video", "language=de kind=video"),
        ("label=-a and label=-b", "label=-a label=-b"),
    ],
)
def test_each_filter_has_one_canonical_text(text: str, canonical: str) -> None:
    assert str(parse_text(text)) == canonical


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("langauge=de", "'langauge': no such condition; did you mean language?"),
        (
            "x=1",
            "'x': no such condition; known: " + ", ".join([*CONDITIONS, "search"]),
        ),
        ("storm", "'storm' is not a condition: write NAME=VALUE, such as q=storm"),
        ("'a b'=c", "'a b=c' is not a condition: write NAME=VALUE, such as q=storm"),
        (
            "q='-storm -rain'",
            "q: the query, and each side of an OR, needs a word that must occur, not only words to leave out",
        ),
        ("q='title:'", "q: no word behind title: in the query: write it without a space, as title:word"),
        ("language=", "language: is empty; leave it out, or write a value"),
        ("language=-", "language: nothing follows the -"),
        (
            "language=german",
            "language: 'german' is not possible: write a language tag such as de or de-AT, or und for "
            "unknown",
        ),
        (
            "publisher='a b'",
            "publisher: 'a b' is not possible: write the name of a host, such as news.example",
        ),
        (
            "feed=news.example",
            "feed: 'news.example' is not possible: write a feed's id or address; `wiredesk feeds list` shows "
            "them",
        ),
        ("feed=0", "feed: '0' is not possible: ids are numbers from 1"),
        ("story=" + "9" * 30, f"story: '{'9' * 30}' is not possible: ids are numbers from 1"),
        ("story=x", "story: 'x' is not possible: write the id of a story, or none"),
        ("state=dead", "state: 'dead' is not possible: write live or removed"),
        ("wire=-maybe", "wire: 'maybe' is not possible: write true, false or unknown"),
        (
            "published_from=yesterday",
            "published_from: 'yesterday' is not possible: write a day such as 2026-05-04, or an instant such "
            "as 2026-05-04T12:00:00Z",
        ),
        ("stored_to=2026-01-01 stored_to=2026-02-01", "stored_to: write it once"),
        ('q="storm', "\" is never closed in: 'q=\"storm'"),
        ("q=a\\b", "\\ outside quotes is not allowed in: 'q=a\\\\b'"),
        ("q=a\x00", "q: has characters that no text has"),
        ("label=" + "x" * 101, f"label: '{'x' * 80}' is not possible: labels have at most 100 characters"),
        ("q=" + "x" * 501, "q: is longer than 500 characters"),
        ("kind=video " * 101, "a filter has at most 100 values"),
        (
            "search=floods",
            "search: no search is saved as 'floods'; `wiredesk searches list` shows them",
        ),
        (
            "search=Floods",
            "'Floods' cannot name a search: write small letters, digits, - and _, at most 64",
        ),
    ],
)
def test_a_mistake_gets_one_line_that_says_how_to_fix_it(text: str, message: str) -> None:
    with pytest.raises(FilterError) as raised:
        parse_text(text)
    assert str(raised.value) == message
    assert "\n" not in message


def test_days_of_impossible_years_are_refused() -> None:
    for day in ("0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-12:00"):
        with pytest.raises(FilterError):
            parse_pairs([("published_to", day)])


def test_a_saved_search_and_further_conditions_must_both_hold() -> None:
    saved: dict[str, Filter] = {"floods": parse_text("q=flood language=de language=fr")}
    found = parse_text("search=floods language=de", saved=saved.get)
    assert found == saved["floods"] & parse_text("language=de")
    assert str(found) == "q=flood language=de and language=de language=fr"
    with pytest.raises(FilterError, match="name one saved search"):
        parse_text("search=floods search=floods", saved=saved.get)


def test_a_name_that_is_part_of_an_address_can_name_a_search() -> None:
    assert search_name("storm-2026_a") == "storm-2026_a"
    for wrong in ("", "A", "a/b", "-a", "a" * 65, "a b"):
        with pytest.raises(FilterError):
            search_name(wrong)

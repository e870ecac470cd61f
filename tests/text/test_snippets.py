"""Snippets show where a query matches, and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.search_query import Wanted, parse_query, terms
from worker.text.snippets import WIDTH, candidates, marks, snippet


def same_letters(said: str, word: Wanted) -> bool:
    """A stand-in for stems: the first four letters."""
    return said.lower()[:4] == word.lower[:4]


def shown(query: str, text: str) -> str:
    """The snippet, with brackets around what is marked."""
    found = snippet(list(terms(parse_query(query), wanted=True)), text, same_letters)
    written, end = "", 0
    for start, stop in found.marks:
        written += f"{found.text[end:start]}[{found.text[start:stop]}]"
        end = stop
    return written + found.text[end:]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("libraries", "The Library is open.", "The [Library] is open."),
        ("panaderia", "La PANADERÍA cierra", "La [PANADERÍA] cierra"),
        ('"storm surge"', "A storm, surge and storm.", "A [storm, surge] and storm."),
        ('"library"', "Libraries, a library", "Libraries, a [library]"),
        ("librar*", "The librarian said", "The [librarian] said"),
        ("storm -surge", "Storm and surge", "[Storm] and surge"),
        ("covid-19", "COVID-19 spreads", "[COVID-19] spreads"),
        ("U.S.", "In the U.S. today", "In the [U.S]. today"),
        ("渡り鳥", "昨日の渡り鳥の季節", "昨日の[渡り鳥]の季節"),
        ("鳥", "渡り鳥の季節", "渡り[鳥]の季節"),
        ("المدرسة", "ثم المَدْرَسَة جديدة", "ثم [المَدْرَسَة] جديدة"),
        ("ελλαδα", "Η Ελλάδα σήμερα", "Η [Ελλάδα] σήμερα"),
        ("ferry OR storm", "Storm stops ferry", "[Storm] stops [ferry]"),
        ("ferry", "Two\nlines: ferry\tnow", "Two lines: [ferry] now"),
        ("ferry", "Nothing here", "Nothing here"),
    ],
)
def test_what_matches_is_marked_and_nothing_else(query: str, text: str, expected: str) -> None:
    assert shown(query, text) == expected


def test_the_part_with_the_most_terms_is_shown() -> None:
    dull = "Nothing of note happened. " * 30
    found = shown("ferry storm", f"The storm began. {dull} A storm and a ferry. {dull}")
    assert "A [storm] and a [ferry]." in found
    assert found.startswith("… ")
    assert found.endswith(" …")


def test_forms_are_looked_up_only_for_words_that_begin_alike() -> None:
    wanted = list(terms(parse_query('libraries "the surge"')))
    assert {said for _, said in candidates(wanted, "A library lights the líbano surge.")} == {
        *("library", "lights", "líbano"),
    }


@given(st.text(), st.text("ab鳥é ", min_size=1).filter(str.strip))
def test_a_snippet_is_one_line_of_bounded_length_with_marks_inside(text: str, query: str) -> None:
    wanted = list(terms(parse_query(query)))
    found = snippet(wanted, text, same_letters)
    assert "\n" not in found.text
    assert len(found.text) <= WIDTH * 2
    for spans, whole in ((found.marks, found.text), (marks(wanted, text, same_letters), text)):
        ends = [place for span in spans for place in span]
        assert ends == sorted(ends)
        assert all(0 <= start < end <= len(whole) for start, end in spans)

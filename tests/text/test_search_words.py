"""Words as the search compares them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.search_words import WORD_LENGTH, fold, words


def folded(text: str) -> list[str]:
    return [word.folded for word in words(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("panadería", "PANADERIA"),
        ("Ærøskøbing", "aeroskobing"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("Ἀθῆναι", "αθηναι"),
        ("ΛΟΓΟΣ", "λόγος"),
        ("Алёна", "алена"),
        ("مَدْرَسَة", "مدرسه"),
        ("أحمد", "احمد"),
        ("שָׁלוֹם", "שלום"),
        ("ﬁnance", "finance"),
        ("ＡＢＣ", "abc"),
        ("٢٠٢٤", "2024"),
        ("बाढ़", "बाढ"),
        ("soft\u00adhyphen", "softhyphen"),
        ("U.S.", "us"),
        ("ｶﾞｽ", "ガス"),
    ],
)
def test_spellings_of_one_word_are_compared_as_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("мой", "мои"), ("їх", "іх"), ("ガス", "カス"), ("की", "क"), ("ที่", "ท")]
)
def test_letters_whose_mark_makes_another_letter_stay_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_words_consist_of_letters_marks_and_digits() -> None:
    assert folded("l'économie—forte, covid-19: 3.5 % (लड़कियों का)") == [
        *("l", "economie", "forte", "covid", "19", "3", "5"),
        *("लडकियों", "का"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("渡り鳥が2024年", ["渡り", "り鳥", "鳥が", "が", "2024", "年"]),
        ("ง่าย", ["ง่า", "าย", "ย"]),
        ("서울에서", ["서울", "울에", "에서", "서"]),
        ("ភាសា", ["ភាសា", "សា"]),
    ],
)
def test_text_without_spaces_is_cut_into_pairs_and_its_last_character(text: str, expected: list[str]) -> None:
    assert folded(text) == expected


@given(st.text())
def test_words_are_in_order_at_their_places_in_the_text(text: str) -> None:
    found = list(words(text))
    assert [word.place for word in found] == list(range(len(found)))
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(one.start < other.start for one, other in pairwise(found))


@given(st.text())
def test_a_folded_word_is_short_has_no_space_and_folds_to_itself(text: str) -> None:
    for word in folded(text):
        assert 0 < len(word) <= WORD_LENGTH
        assert not re.search(r"[\s'\\]", word)
        assert fold(word)[0] == word

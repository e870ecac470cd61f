"""Meanings of words in many languages."""

import pytest

from worker.extract.body.vocabulary import MEANINGS, meanings_of


def about(text: str) -> set[str]:
    found = meanings_of(text)
    return {name for number, name in enumerate(MEANINGS) if found >> number & 1}


@pytest.mark.parametrize(
    "text, meaning",
    [
        ("We use cookies to make this site work.", "consent"),
        ("Unsere Datenschutzerklärung finden Sie hier", "consent"),
        ("Подпишитесь на нас", "call"),
        ("メールの登録はこちら", "call"),
        ("뉴스레터 구독", "call"),
        ("Читайте также", "more"),
        ("関連ニュース", "more"),
        ("延伸閱讀：橋", "more"),
        ("Lea también", "more"),
        ("© 2024 The Oldtown Gazette", "rights"),
        ("Jo Park is a reporter for the Gazette", "bio"),
        ("コメントを見る", "comments"),
        ("写真：橋", "photo"),
        ("Only 20 €", "price"),
    ],
)
def test_single_words_have_meanings_in_many_languages(text, meaning):
    assert meaning in about(text)


def test_a_part_of_a_word_has_no_meaning():
    assert about("Incomparable reporters' followers") == set()


def test_only_the_beginning_of_a_long_text_is_read():
    assert "consent" not in about("x " * 600 + "cookies")


def test_pieces_of_other_scripts_are_not_searched_in_latin_text():
    assert (
        about("A long text in one script that ends with another, far behind all of this here 登録") == set()
    )

"""The words of pages know the languages that extraction recognises."""

import re
import unicodedata

import pytest

from worker.extract import lexicon
from worker.extract.body.vocabulary import MEANINGS, meanings_of
from worker.extract.function_words import ALPHABETS, LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES | {first for first, *_ in ALPHABETS.values()}))
def test_each_language_has_words_for_read_also(language):
    assert lexicon.POINTERS[language]


def test_words_for_read_also_are_spelled_as_texts_are():
    """Texts are in NFC, in which Hindi and Bengali letters with a dot are two characters."""
    assert unicodedata.is_normalized("NFC", lexicon.POINTER)


@pytest.mark.parametrize(
    "sentence",
    [
        "Les offres du port seront publiées en mars.",
        "Olvasni is tudni kell.",
        "Čtete také noviny, řekl ministr.",
        "Vi ser även att bron är stängd.",
    ],
)
def test_a_sentence_that_begins_alike_is_not_a_pointer(sentence):
    assert not re.match(lexicon.POINTER, sentence, re.IGNORECASE)


@pytest.mark.parametrize(
    "line",
    [
        "קראו גם: הגשר",
        "Bunu da okuyun: Köprü",
        "Olvassa el ezt is: A híd",
        "Čtěte také: Most",
        "மேலும் படிக்க: பாலம்",
        "Soma zaidi: Daraja",
        "مزید پڑھیں: پل",
        "Прочитајте и: Мост",
        "Прочетете още: Мостът",
        "ये भी पढ़ें- पुल",
    ],
)
def test_the_model_sees_read_also_in_each_language(line):
    assert meanings_of(line) >> MEANINGS.index("more") & 1

"""Captions and credits in one line are separated, in the forms of many languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract.images.credits import bare_credit, is_credit, is_credit_name, join_credits, split_credit


@pytest.mark.parametrize(
    ("line", "text", "credit"),
    [
        ("The bridge on Friday.", "The bridge on Friday.", ""),
        ("The bridge on Friday. © Jo Park/dpa", "The bridge on Friday.", "Jo Park/dpa"),
        ("The bridge. Photo: Jo Park/Agency", "The bridge.", "Jo Park/Agency"),
        ("The bridge. Photograph by Jo Park", "The bridge.", "Jo Park"),
        ("The bridge.Photograph by Jo Park", "The bridge.", "Jo Park"),
        ("The bridge on Friday. — Picture by Jo Park", "The bridge on Friday.", "Jo Park"),
        ("The bridge on Friday (Photos: Getty/AP)", "The bridge on Friday", "Getty/AP"),
        ("The bridge on Friday. (Jo Park/CBC)", "The bridge on Friday.", "Jo Park/CBC"),
        ("The bridge on Friday. (AP Photo/Jo Park)", "The bridge on Friday.", "AP Photo/Jo Park"),
        (
            "The bridge on Friday. Jo Park via Getty Images",
            "The bridge on Friday.",
            "Jo Park via Getty Images",
        ),
        ("The bridge on March 12. (Unsplash)", "The bridge on March 12.", "Unsplash"),
        ("The bridge. (Courtesy of Jo Park)", "The bridge.", "Jo Park"),
        ("The bridge. Image Credits: Jo Park", "The bridge.", "Jo Park"),
        ("Copyright 2024 Jo Park", "", "2024 Jo Park"),
        ("(The Agency)", "", "The Agency"),
        ("jopark - stock.adobe.com", "", "jopark - stock.adobe.com"),
        ("Die Brücke am Freitag (Foto: Jo Park)", "Die Brücke am Freitag", "Jo Park"),
        ("Die Brücke am Freitag. Bild: Jo Park/dpa", "Die Brücke am Freitag.", "Jo Park/dpa"),
        ("Die Brücke (Quelle: IMAGO/Jo Park)", "Die Brücke", "IMAGO/Jo Park"),
        ("Die Brücke. Foto: Jo Park/dpa +++ dpa-Bildfunk +++", "Die Brücke.", "Jo Park/dpa"),
        ("De brug op vrijdag. — © BELGA", "De brug op vrijdag.", "BELGA"),
        ("Le pont vendredi. HANDOUT / AFP", "Le pont vendredi.", "HANDOUT / AFP"),
        (
            "Une hausse (+1,3 %) au semestre. (Jo Park/SIPA)",
            "Une hausse (+1,3 %) au semestre.",
            "Jo Park/SIPA",
        ),
        ("Le pont vendredi. Crédit photo : Jo Park", "Le pont vendredi.", "Jo Park"),
        ("El puente el viernes / Jo Park", "El puente el viernes", "Jo Park"),
        ("Il ponte venerdì. Foto: Ansa", "Il ponte venerdì.", "Ansa"),
        ("Broen på fredag. Foto: Jo Park.", "Broen på fredag.", "Jo Park"),
        ("Cây cầu cũ. Ảnh: Jo Park", "Cây cầu cũ.", "Jo Park"),
        ("Jembatan tua(Dok.Jo)", "Jembatan tua", "Dok.Jo"),
        ("Старый мост. Фото: Иван Петров / ТАСС", "Старый мост.", "Иван Петров / ТАСС"),
        ("川の古い橋 写真：山田太郎", "川の古い橋", "山田太郎"),
        ("川の古い橋＝13日、東京で（山田太郎撮影）", "川の古い橋＝13日、東京で", "山田太郎"),
        ("古い橋（ソウルで、３日）＝ＡＰ", "古い橋（ソウルで、３日）", "ＡＰ"),
        ("古い橋（Ｃ）共同通信社", "古い橋", "共同通信社"),
        ("오래된 다리가 닫혀 있다. 연합뉴스", "오래된 다리가 닫혀 있다.", "연합뉴스"),
        ("오래된 다리. 사진=박조", "오래된 다리.", "박조"),
        ("الجسر القديم. تصوير: جو بارك", "الجسر القديم.", "جو بارك"),
        ("पुराना पुल। फोटो: जो पार्क", "पुराना पुल।", "जो पार्क"),
    ],
)
def test_a_credit_is_marked_by_a_sign_a_word_or_an_agency(line, text, credit):
    found = split_credit(line)
    assert (found.text, found.credit) == (text, credit)


@pytest.mark.parametrize(
    "line",
    [
        "A photo from the 1981 yearbook of the school.",
        "The picture: a bridge that has stood for ninety years. It was closed"
        " on Friday after cracks were found.",
        "The mayor (left) and the engineer on the bridge.",
        "The bridge (built in 1934)",
        "The bridge will be eighty on 13. March Birthday",
        "People will try, says Dr. Jo Park",
        "Der Bürgermeister (l.) und die Ingenieurin",
        "川の古い橋＝13日、東京・霞ケ関で",
        "Мост (слева) и река",
    ],
)
def test_a_caption_without_a_credit_is_unchanged(line):
    assert (split_credit(line).text, split_credit(line).credit) == (line, "")


@pytest.mark.parametrize("text", ["Foto: Jo Park", "© Agency", "Jo Park/AFP", "(Getty Images)", "写真：共同"])
def test_a_line_can_be_a_credit_as_a_whole(text):
    assert is_credit(text)


@pytest.mark.parametrize(
    "text", ["The bridge", "Two men on the old bridge", "川の古い橋が閉鎖された金曜日の朝"]
)
def test_a_caption_is_not_a_credit(text):
    assert not is_credit(text)


@pytest.mark.parametrize(
    ("text", "yes"),
    [("Jo Park", True), ("Anna van der Berg", True), ("a bridge", False), ("", False), ("山田太郎", True)],
)
def test_a_name_has_only_words_of_names(text, yes):
    assert is_credit_name(text) is yes


def test_a_repeated_credit_is_kept_once_in_its_longer_form():
    assert join_credits(["Foto: Jo Park", "Jo Park/dpa", "© dpa"]) == "Jo Park/dpa"


def test_credits_of_several_are_joined():
    assert join_credits(["Photo: Jo Park", "Archive"]) == "Jo Park / Archive"


@given(st.text(max_size=80))
def test_cleaning_a_credit_is_idempotent(text):
    assert len(bare_credit(text)) <= len(text)
    assert bare_credit(bare_credit(bare_credit(text))) == bare_credit(bare_credit(text))


@given(st.text(alphabet="aB .()/©:,=写真Фото—-'", max_size=300))
def test_any_line_is_split_without_inventing_words(line):
    found = split_credit(line)
    assert found.text in line


def test_a_very_long_line_costs_no_more_than_its_end():
    found = split_credit("word " * 200_000 + "end. Photo: Jo Park")
    assert found.credit == "Jo Park"
    assert found.text.endswith("word end.")

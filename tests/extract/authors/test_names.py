"""Bylines are cut into names, and cutting a name again changes nothing."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from worker.extract.authors.names import begins_with_by, clean_names, is_person


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jo Park", ["Jo Park"]),
        ("Written by Jo Park", ["Jo Park"]),
        ("Von Anna Müller und Max Kern", ["Anna Müller", "Max Kern"]),
        ("von Olga", ["Olga"]),
        ("Written By", []),
        ("Jo Park in | Road Works", ["Jo Park"]),
        ("Jo Park | Head of Road and Rail Works", ["Jo Park"]),
        ("Jo Park | Head of Marketing and Road Strategy", ["Jo Park"]),
        ("vom Support Team", ["Support Team"]),
        ("Autorin/Autor Anna Müller", ["Anna Müller"]),
        ("Par Zoé Petit, Luc Roux", ["Zoé Petit", "Luc Roux"]),
        ("Auteur : Zoé Petit", ["Zoé Petit"]),
        ("Por Ana Ruiz y Juan Gil", ["Ana Ruiz", "Juan Gil"]),
        ("di Luca Rossi e Ada Neri", ["Luca Rossi", "Ada Neri"]),
        ("Автор: Анна Петрова", ["Анна Петрова"]),
        ("Текст: Анна Петрова, Иван Сидоров", ["Анна Петрова", "Иван Сидоров"]),
        ("文／山田太郎", ["山田太郎"]),
        ("著者：山田太郎", ["山田太郎"]),
        ("記者王小明", ["王小明"]),
        ("박준석 기자", ["박준석"]),
        ("박준석 기자 외 1명", ["박준석"]),
        ("بقلم: سارة حسن", ["سارة حسن"]),
        ("लेखक: अमित शर्मा", ["अमित शर्मा"]),
    ],
)
def test_words_for_by_are_removed_in_every_language(byline, names):
    assert clean_names([byline]) == tuple(names)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Jo Park, Max Kern and Ana Ruiz", ["Jo Park", "Max Kern", "Ana Ruiz"]),
        ("JO PARK & MAX KERN", ["Jo Park", "Max Kern"]),
        ("Jo Park; Max Kern", ["Jo Park", "Max Kern"]),
        ("Jo Park / Max Kern", ["Jo Park", "Max Kern"]),
        ("Jo Park And Max Kern For The Weekly Mail", ["Jo Park", "Max Kern"]),
        ("Jo Park, Max Kern, and Ana Ruiz", ["Jo Park", "Max Kern", "Ana Ruiz"]),
        ("Von Jo Park (Hamburg) und Max Kern (dpa/mke)", ["Jo Park", "Max Kern"]),
        ("Jo Park (with Max Kern and Ana Ruiz)", ["Jo Park", "Max Kern", "Ana Ruiz"]),
        ("［山田太郎、鈴木花子］", ["山田太郎", "鈴木花子"]),
        ("mbe/dpa", ["mbe", "dpa"]),
        ("JO PARK, AP Sports Writer", ["Jo Park", "AP"]),
        ("Jo Park, Associated Press", ["Jo Park", "Associated Press"]),
    ],
)
def test_several_names_in_one_byline_are_separated(byline, names):
    assert clean_names([byline]) == tuple(names)


@pytest.mark.parametrize(
    "byline",
    [
        "Jo Park, Science Editor at Large",
        "Jo Park, Senior Political Correspondent",
        "Jo Park Staff Writer",
        "Jo Park (London)",
        "Jo Park, Berlin",
        "Jo Park, New York",
        "Jo Park, PhD",
        "Jo Park, Marketing Manager",
        "Jo Park, Senior Autos",
        "Staff Writer Jo Park",
        "Von Politikredakteurin Jo Park",
        "Von Bote-online-Redakteur Jo Park (Hamburg)",
        "Redaktionsmitglied Jo Park",
        "By Jo Park. Medically reviewed by Max Kern",
        "Jo Park | Translated by Max Kern",
        "Von Jo Park, übersetzt von Max Kern",
        "Jo Park - Remote Jobs",
        "Jo Park jo.park@news.example",
        "Jo Park | @jopark",
        "jo.park@news.example (Jo Park)",
        "Jo Park https://news.example/people/jo",
        "Jo Park Follow",
        "Jo Park Twitter",
        "Jo Park on May 3, 2024",
        "Jo Park am Freitag, 3. Mai 2024",
        "Jo Park 2024-05-03 09:30",
        "3 May 2024 by Jo Park",
        "03.05.2024 | 13:10 Uhr | Jo Park",
        "Interview: Jo Park",
        "Words: Jo Park Photos: Max Kern",
        "Datum: 3.5.2024 Autor: Jo Park Quelle: Bote",
        "Politics · Jo Park",
        "  By\u00a0Jo\u200b Park  ",
        "Park, Jo",
        "JO PARK",
    ],
)
def test_text_around_a_name_is_removed(byline):
    assert clean_names([byline]) == ("Jo Park",)


@pytest.mark.parametrize(
    "name",
    [
        "Jo von der Heide",
        "Jan Park",
        "April Park",
        "Jo Ma",
        "Junior Park",
        "María José Ruiz Gil",
        "Jo O'Park",
        "Jo “Red” Park",
        "J. D. Park",
        "Jo P.",
        "Jo (Joanna Mae) Park",
        "Dr. Jo Park",
        "Jo Park Jr.",
        "Anne-Kathrin Park-Kern",
        "Di Park",
        "Lê Phương",
        "大渡 美咲",
        "сестра Анна",
        "freeman84",
    ],
)
def test_a_plain_name_is_unchanged(name):
    assert clean_names([name]) == (name,)


@pytest.mark.parametrize(
    "byline",
    [
        "",
        "admin",
        "Unknown",
        "null",
        "By",
        "https://www.facebook.com/jo.park",
        "jo@news.example",
        "@jopark",
        "Last updated: January 7, 2025",
        "Follow Author",
        "View all posts",
        "12",
        "x" * 2000,
    ],
)
def test_texts_without_a_name_give_no_names(byline):
    assert clean_names([byline]) == ()


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("अमित शर्मा, दिल्ली", "अमित शर्मा"),
        ("अमित शर्मा, नई दिल्ली", "अमित शर्मा"),
        ("سارة حسن، القاهرة", "سارة حسن"),
        ("רוני מזרחי, חיפה", "רוני מזרחי"),
        ("ワシントン＝山田太郎", "山田太郎"),
    ],
)
def test_a_place_next_to_a_name_is_removed_in_scripts_without_capitals(byline, name):
    assert clean_names([byline]) == (name,)


def test_a_reviewer_alone_is_not_an_author():
    assert clean_names(["Reviewed by Jo Park, Trial Attorney at Kern & Ruiz"]) == ()


def test_an_author_who_also_edited_is_an_author():
    assert clean_names(["Written and edited by Jo Park"]) == ("Jo Park",)


@pytest.mark.parametrize("body", ["Redaktion", "Staff Writer", "Deutsche Welle", "The News", "編集部"])
def test_organisations_are_kept_but_are_not_persons(body):
    assert clean_names([body]) == (body,)
    assert not is_person(body)


@pytest.mark.parametrize(
    "name", ["Jo Park", "Walter von Aachen", "Анна Петрова", "山田太郎", "박준석", "سارة حسن", "अमित शर्मा"]
)
def test_a_first_and_a_last_name_are_a_person(name):
    assert is_person(name)


@pytest.mark.parametrize(
    "name", ["Jo", "jo park", "dpa", "news.example", "Web Commerce GmbH", "Mein Plan!", "R2 D2"]
)
def test_texts_of_other_forms_are_not_a_person(name):
    assert not is_person(name)


def test_names_in_capitals_get_their_normal_case():
    assert clean_names(["JO MCPARK, ANNA O'HARA-KERN, LUC DE LA TOUR"]) == (
        "Jo McPark",
        "Anna O'Hara-Kern",
        "Luc de la Tour",
    )


def test_each_name_is_returned_once():
    assert clean_names(["Jo Park", "By JO PARK", "Max Kern"]) == ("Jo Park", "Max Kern")


def test_a_byline_is_recognised_by_its_beginning():
    assert begins_with_by("By Jo Park")
    assert begins_with_by("Автор: Анна")
    assert not begins_with_by("Bydgoszcz")


_PIECES = st.sampled_from(
    """By by Von von Autor: and und & , ; / | ( ) [ ] - – . : Jo Park MAX KERN O'Hara de la Jr. PhD Editor
    Staff dpa AFP Berlin 3.5.2024 09:30 am on for jo@news.example https://news.example/jo @jo 記者 山田 기자
    박준석 Автор: Анна""".split()  # noqa: SIM905
)
_BYLINES = st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=14).map(" ".join))


@given(st.lists(_BYLINES, max_size=4))
@example(["By By Jo"])
@example(["A. , B."])
@example(["Park, Jo, Kern"])
def test_cleaning_names_is_idempotent(bylines):
    names = clean_names(bylines)
    assert clean_names(names) == names


@given(st.lists(_BYLINES, max_size=4))
def test_no_name_holds_an_address_or_a_by(bylines):
    for name in clean_names(bylines):
        assert not re.search(r"\S@\S|://|^(?:By|by|von|Автор:)\s", name)
        assert 2 <= len(name) <= 62
        assert name == " ".join(name.split())

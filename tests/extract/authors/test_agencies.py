"""Agencies are recognised among authors, in datelines and in lines of sources, and nowhere else."""

import pytest

from tests.extract.pages import DE, EN, article_html, json_ld, page
from tests.extract.read import article
from worker.extract.authors.agencies import agencies_in, agencies_of_text, is_agency

_TEXT = "The old bridge over the river was closed on Friday."


@pytest.mark.parametrize(
    "name",
    [
        "dpa",
        "AFP",
        "Reuters",
        "The Associated Press",
        "Anadolu Ajansı",
        "ТАСС",
        "РИА Новости",
        "共同通信",
        "연합뉴스",
        "رويترز",
    ],
)
def test_agencies_are_recognised_in_many_scripts(name):
    assert is_agency(name)


@pytest.mark.parametrize("name", ["Jo Park", "Petra", "Hina", "ap Rhys", "The News", "aa", "Spa", ""])
def test_names_that_look_like_codes_are_not_agencies(name):
    assert not is_agency(name)


def test_an_agency_under_several_names_is_returned_once():
    assert agencies_in(("Jo Park", "dpa", "Deutsche Presse-Agentur", "AP", "The Associated Press")) == (
        "dpa",
        "AP",
    )


@pytest.mark.parametrize(
    ("first", "agencies"),
    [
        ("BERLIN (dpa) – Die alte Brücke ist gesperrt.", ["dpa"]),
        ("Berlin/Paris (dpa/AFP) - Die alte Brücke ist gesperrt.", ["dpa", "AFP"]),
        ("Berlin dpa – Die alte Brücke ist gesperrt.", ["dpa"]),
        ("KYIV, May 3 (Reuters) - The old bridge was closed.", ["Reuters"]),
        ("ST. JOSEPH, Mich. (AP) — The old bridge was closed.", ["AP"]),
        ("(AP) The old bridge was closed.", ["AP"]),
        ("New Delhi [India], May 3 (ANI): The old bridge was closed.", ["ANI"]),
        ("San José, 3 may (EFE).- El viejo puente fue cerrado.", ["EFE"]),
        ("(ANSA) - ROMA, 03 MAG - Il vecchio ponte è chiuso.", ["ANSA"]),
        ("PARIS, 3 mai (AFP) - Le vieux pont est fermé.", ["AFP"]),
        ("МОСКВА, 3 мая — РИА Новости. Старый мост закрыт.", ["РИА Новости"]),
        ("МОСКВА, 3 мая. /ТАСС/. Старый мост закрыт.", ["ТАСС"]),
        ("МОСКВА. 3 мая. ИНТЕРФАКС - Старый мост закрыт.", ["ИНТЕРФАКС"]),
        ("新华社北京5月3日电 古桥已关闭。", ["新华社"]),
        ("【ワシントン共同】古い橋が通行止めとなった。", ["共同"]),
        ("(파리 AFP=연합뉴스) 오래된 다리가 폐쇄됐다.", ["AFP", "연합뉴스"]),
        ("لندن - رويترز - أُغلق الجسر القديم.", ["رويترز"]),
        ("SÃO PAULO (Agência Lusa) - A velha ponte foi fechada.", ["Agência Lusa"]),
        ("(서울=연합뉴스) 박준석 기자 = 오래된 다리가 폐쇄됐다.", ["연합뉴스"]),
        ("नई दिल्ली, तीन मई (भाषा) पुराना पुल बंद कर दिया गया।", ["भाषा"]),
        ("القاهرة (رويترز) - أُغلق الجسر القديم.", ["رويترز"]),
        ("The (AP) of the old school was built in 1920.", []),
        ("He told Reuters (and others) that the bridge - old as it is - was closed.", []),
        (
            "The bridge was closed on Friday, when engineers found cracks, the council told us (AFP).",
            [],
        ),
    ],
)
def test_a_dateline_names_its_agency(first, agencies):
    assert agencies_of_text([first, _TEXT, _TEXT, _TEXT]) == tuple(agencies)


@pytest.mark.parametrize(
    ("last", "agencies"),
    [
        ("Quelle: dpa", ["dpa"]),
        ("Source: AFP", ["AFP"]),
        ("Источник: ТАСС", ["ТАСС"]),
        ("来源：新华社", ["新华社"]),
        ("来源：新华社 2024-05-03 10:20", ["新华社"]),
        ("来源：新华社 作者：王伟", ["新华社"]),
        ("출처 : 연합뉴스", ["연합뉴스"]),
        ("المصدر: رويترز + أ ف ب", ["رويترز", "أ ف ب"]),
        ("المصدر: وكالة الأناضول", ["وكالة الأناضول"]),
        ("Fonte: Agência Brasil", ["Agência Brasil"]),
        ("Com informações da Reuters", ["Reuters"]),
        ("Copyright ⓒ 연합뉴스, 무단 전재 금지", ["연합뉴스"]),
        ("(dpa)", ["dpa"]),
        ("mbe/dpa", ["dpa"]),
        ("With inputs from PTI", ["PTI"]),
        ("With material from AFP and Reuters", ["AFP", "Reuters"]),
        ("Mit Material von dpa", ["dpa"]),
        ("Le Bulletin avec AFP", ["AFP"]),
        ("Con información de EFE", ["EFE"]),
        ("© dpa-infocom, dpa:240503-99-12345/3", ["dpa-infocom"]),
        ("Copyright 2024 The Associated Press. All rights reserved.", ["The Associated Press"]),
        ("So endete der Tag. (dpa/afp)", ["dpa", "afp"]),
        ("Ainsi va la journée. (avec AFP)", ["AFP"]),
        ("So the day ended. PTI", ["PTI"]),
        ("The mayor at the bridge / AFP", []),
        ("The council answered a question by Reuters.", []),
        ("He put the batteries (AA) into the lamp of the bridge.", []),
    ],
)
def test_a_line_of_sources_names_its_agency(last, agencies):
    assert agencies_of_text([_TEXT, _TEXT, _TEXT, last]) == tuple(agencies)


def test_a_dateline_may_follow_a_standfirst():
    assert agencies_of_text([_TEXT, f"BERLIN (AFP) - {_TEXT}", _TEXT, _TEXT]) == ("AFP",)


@pytest.mark.parametrize(
    ("line", "agencies"),
    [
        ("BERLIN (dpa)", ["dpa"]),
        ("Von Jo Park (dpa/jop)", ["dpa"]),
        ("2024-05-03 来源：新华社", ["新华社"]),
        ("Bild: Jo Park", []),
        ("More about AP and Reuters", []),
    ],
)
def test_a_line_above_the_text_names_its_agency(line, agencies):
    assert agencies_of_text([_TEXT] * 4, above=[line]) == tuple(agencies)


@pytest.mark.parametrize(
    ("line", "agencies"),
    [("Quelle: dpa", ["dpa"]), ("(رويترز)", ["رويترز"]), ("Contact Reuters", []), ("Topics: AP, sport", [])],
)
def test_a_line_below_the_text_names_its_agency(line, agencies):
    assert agencies_of_text([_TEXT] * 4, below=[line]) == tuple(agencies)


def test_the_page_is_searched_for_lines_of_sources_that_are_not_part_of_the_text():
    after = '<p class="source">Fonte: ANSA</p><ul><li><a href="/t">Bridges</a></li></ul>'
    found = article(page(article_html(EN, after=after)))
    assert found.agencies == ("ANSA",)


def test_an_agency_in_brackets_after_a_stated_byline_is_not_an_author():
    head = '<meta name="author" content="Von Jo Park (Hamburg) und Kim Lee (dpa/jop)">'
    found = article(page(article_html(EN), head=head))
    assert (found.authors, found.agencies) == (("Jo Park", "Kim Lee"), ("dpa",))


def test_a_long_dateline_of_numbers_is_read_at_once():
    assert agencies_of_text(["1." * 40 + "? (AP) - The bridge."]) == ()


def test_a_text_without_paragraphs_has_no_agency():
    assert agencies_of_text([]) == ()


def test_an_article_has_the_agencies_of_its_authors_and_its_text():
    texts = (f"Berlin (AFP) – {DE[0]}", *DE[1:])
    head = json_ld(headline="x", author=[{"name": "Jo Park"}, {"name": "dpa"}])
    found = article(page(article_html(texts), head=head))
    assert (found.authors, found.agencies) == (("Jo Park", "dpa"), ("dpa", "AFP"))
    assert dict(found.provenance)["agencies"] == "json-ld"


def test_an_agency_found_only_in_the_text_has_the_source_text():
    found = article(page(article_html((f"Berlin (AFP) – {DE[0]}", *DE[1:]))))
    assert (found.agencies, dict(found.provenance)["agencies"]) == (("AFP",), "text")


def test_the_head_may_state_an_agency_in_addition_to_the_author():
    head = json_ld(headline="x", author="Jo Park", sourceOrganization={"name": "Reuters"})
    assert article(page(article_html(EN), head=head)).agencies == ("Reuters",)

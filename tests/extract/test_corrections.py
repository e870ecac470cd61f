"""A notice is found where the publisher says that it corrected the article, and nowhere else."""

import gzip
import json

import pytest

from tests.corpus import CORPUS, needs_corpus
from worker.extract import Article, extract
from worker.extract.corrections import LONGEST, correction_of, is_notice

TEXT = ["The bridge is closed.", "Buses go round by the mill.", "The mayor said so on Monday."] * 5


@pytest.mark.parametrize(
    "notice",
    [
        "Correction: The bridge was closed on Tuesday, not on Monday.",
        "Correction (May 3, 2024): The mayor's name is Jo Park.",
        "CORRECTION, 3 May: The mayor's name is Jo Park.",
        "• This article was amended on 3 May 2024 because the mayor's name was misspelled.",
        "An earlier version of this article misstated the day.",
        "Editor’s note: An earlier version of this story misstated the day.",
        "(This story has been updated with a comment of the mayor.)",
        "Update: The bridge is open again.",
        "Korrektur: Die Brücke wurde am Dienstag gesperrt.",
        "Anmerkung der Redaktion: In einer früheren Version dieses Artikels stand ein falscher Tag.",
        "In einer früheren Version dieses Textes hieß es, die Brücke sei offen.",
        "Rectificatif : le pont a été fermé mardi.",
        "Une version précédente de cet article indiquait un autre jour.",
        "Cet article a été modifié le 3 mai.",
        "Fe de errores: el puente se cerró el martes.",
        "Una versión anterior de este artículo decía lunes.",
        "Errata corrige: il ponte è chiuso da martedì.",
        "Una precedente versione di questo articolo indicava lunedì.",
        "Correção: a ponte foi fechada na terça-feira.",
        "Uma versão anterior desta reportagem dizia segunda-feira.",
        "Correctie 3 mei: de brug is dinsdag gesloten.",
        "In een eerdere versie van dit artikel stond maandag.",
        "Rättelse: bron stängdes på tisdagen.",
    ],
)
def test_a_notice_at_the_beginning_or_end_is_found(notice: str) -> None:
    assert correction_of([*TEXT, notice]) == notice
    assert correction_of([notice, *TEXT]) == notice
    assert correction_of([*TEXT, notice, *TEXT]) is None


@pytest.mark.parametrize(
    "text",
    [
        "The correction of the river took ten years: nobody minded.",
        "Corrections officers went on strike.",
        "Update your software before Monday.",
        "correction: a word of a sentence in lower case",
        "The update: a new map for the old game.",
        "Die Korrektur des Flusslaufs dauerte zehn Jahre.",
        "An earlier version of the bridge was made of wood.",
        "La mise à jour du logiciel est gratuite.",
        "Errata are listed on page 7.",
        f"Correction: {'a long story ' * 60}",
    ],
)
def test_an_ordinary_sentence_is_not_a_notice(text: str) -> None:
    assert not is_notice(text)
    assert correction_of([*TEXT, text]) is None


def test_several_notices_are_one_a_line() -> None:
    notices = ["Correction: Tuesday.", "Update: It is open."]
    assert correction_of([notices[1], *TEXT, notices[0]]) == "Update: It is open.\nCorrection: Tuesday."


def test_hostile_paragraphs_take_no_time() -> None:
    assert (
        correction_of(["Correction " + " ,1" * 100_000, "(" * 100_000, "der artikel wurde am " * 9_000])
        is None
    )
    assert LONGEST < 1000


@needs_corpus
def test_on_the_corpus_hardly_any_page_has_a_notice() -> None:
    assert CORPUS is not None
    found = read = 0
    for line in (CORPUS / "extraction" / "gold.jsonl").read_text("utf-8").split("\n")[:60]:
        if not line:
            continue
        row = json.loads(line)
        body = gzip.decompress((CORPUS / "extraction" / "html" / f"{row['id']}.html.gz").read_bytes())
        article = extract(body, url=row["url"])
        if isinstance(article, Article):
            read += 1
            found += correction_of([block.text for block in article.blocks]) is not None
    assert read > 40
    assert found <= 2

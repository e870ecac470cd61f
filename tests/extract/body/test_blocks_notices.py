"""Notices instead of content that was not shown."""

import pytest

from tests.extract.pages import DE, EN, RU, article_html, page
from tests.extract.read import article
from worker.extract.body.blocks import is_notice


@pytest.mark.parametrize(
    "text",
    [
        "An dieser Stelle finden Sie einen externen Inhalt von YouTube, der den Artikel ergänzt.",
        "Ich bin damit einverstanden, dass mir der externe Inhalt angezeigt wird.",
        "Personenbezogene Daten können an Drittplattformen übermittelt werden.",
        "We need your consent to load this X content.",
        "Your browser does not support the audio element.",
        "Please enable JavaScript to watch.",
        "Story continues below advertisement",
        "Pour afficher ce contenu Instagram, vous devez accepter les cookies.",
        "Para ver este contenido, acepte las cookies.",
        "Om deze inhoud te tonen, is toestemming nodig.",
        "— Advertisement —",
        "Anzeige",
        "Реклама",
        "広告",
        "إعلان",
    ],
)
def test_notices_are_recognised_in_many_languages(text):
    assert is_notice(text)


@pytest.mark.parametrize("text", [*EN, *DE, *RU, "Anzeigen gegen zwölf Fahrer wurden erstattet."])
def test_sentences_of_an_article_are_not_notices(text):
    assert not is_notice(text)


def test_a_notice_between_paragraphs_is_dropped():
    notice = "<p>An dieser Stelle finden Sie einen externen Inhalt von X.</p>"
    inside = f"<p>{DE[0]}</p>{notice}" + "".join(f"<p>{text}</p>" for text in DE[1:])
    found = article(page(f"<article>{inside}</article>", lang="de"))
    assert found.text.split("\n\n") == list(DE)
    assert article(page(article_html(DE), lang="de")).text == found.text

"""Articles in the data of a page's scripts."""

import json

import pytest

from tests.extract.pages import AR, DE, EN, JA, RU, json_ld, page
from tests.extract.read import article, refused
from worker.extract.body.page_data import article_in_scripts
from worker.outcome import Reason
from worker.text.html import parse_page


def long(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Twelve paragraphs, no two alike."""
    return tuple(f"{number}. {text}" for number in (1, 2, 3) for text in paragraphs)


LONG = long(EN)


def shell(script: str, *, kind: str = "application/json") -> bytes:
    """A page whose body is an empty box, with this script."""
    head = json_ld(headline="The bridge is closed", datePublished="2024-05-03T10:00:00Z")
    return page(f'<div id="root"></div><script type="{kind}">{script}</script>', head=head)


def html_of(paragraphs: tuple[str, ...]) -> str:
    return "".join(f"<p class='copy'>{text}</p>" for text in paragraphs)


def data(value: object) -> str:
    """JSON as frameworks write it into a page: nothing in it can end the script."""
    return json.dumps(value).replace("<", "\\u003c")


@pytest.mark.parametrize("paragraphs", [EN, DE, RU, JA, AR], ids=["en", "de", "ru", "ja", "ar"])
def test_html_in_the_data_of_a_page_is_its_article(paragraphs):
    found = article(shell(data({"props": {"article": {"id": 7, "contentHtml": html_of(long(paragraphs))}}})))
    assert found.text.split("\n\n") == list(long(paragraphs))
    assert dict(found.provenance)["blocks"] == "script"


def test_json_inside_a_string_of_json_is_read():
    pushed = data([1, data({"article": {"body": html_of(LONG)}})])
    found = article(shell(f"self.__next_f.push({pushed})", kind="text/javascript"))
    assert found.text.split("\n\n") == list(LONG)


def test_pieces_of_prose_under_one_name_are_paragraphs():
    pieces = [{"type": "text", "content": text} for text in LONG]
    noise = {"type": "teaser", "headline": "Another article that has nothing to do with this one at all"}
    found = article(shell(data({"content_elements": [noise, *pieces]})))
    assert found.text.split("\n\n") == list(LONG)


def test_a_caption_in_the_data_belongs_to_its_picture():
    figure = (
        '<figure><img src="/pier.jpg" width="900" height="600"><figcaption>The pier</figcaption></figure>'
    )
    found = article(shell(data({"html": figure + html_of(LONG)})))
    assert "The pier" not in found.text
    assert "The pier" in [image.caption for image in found.images]


def test_scripts_are_not_searched_if_the_page_shows_its_text():
    shown = page(f"<article>{html_of(LONG)}</article><script>{data({'html': html_of(long(DE))})}</script>")
    assert article(shown).text.split("\n\n") == list(LONG)


def test_program_text_and_settings_are_not_an_article():
    program = 'var a = "' + "x=1;y=2;" * 200 + '"; var t = {"title": "' + "A long line. " * 30 + '"}'
    assert refused(shell(program, kind="text/javascript")) in (Reason.SCRIPT_ONLY, Reason.TOO_SHORT)


def test_a_page_without_scripts_has_no_article_in_them():
    assert article_in_scripts(parse_page(page("<p>Nothing.</p>"))) == ""

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


def test_content_elements_keep_headings_lists_quotes_links_and_short_lines():
    elements = [
        {"type": "text", "content": f'{EN[0]} <a href="https://x.example/plan">The plan</a>.'},
        {"type": "header", "level": 3, "content": "Who pays?"},
        {"type": "text", "content": "Nobody knows."},
        {"type": "interstitial_link", "content": "Read also: the ferry is late again", "url": "/x"},
        {"type": "list", "list_type": "ordered", "items": [{"content": "First the deck."}]},
        {"type": "quote", "content_elements": [], "content": "We act.", "citation": {"content": "Jo Park"}},
        *({"type": "text", "content": text} for text in LONG),
    ]
    found = article(shell(f"window.Fusion={data({'content_elements': elements})};", kind="text/javascript"))
    kinds = [(block.kind, block.text, block.level) for block in found.blocks[1:5]]
    assert kinds == [
        ("heading", "Who pays?", 3),
        ("paragraph", "Nobody knows.", None),
        ("list_item", "First the deck.", 1),
        ("quote", "We act.", None),
    ]
    assert found.blocks[0].links[0].url == "https://x.example/plan"
    assert (found.blocks[3].ordered, found.blocks[4].attribution) == (True, "Jo Park")


def test_texts_in_pieces_with_marks_are_joined():
    def text(*pieces):
        children = [{"_type": "span", "text": piece} for piece in pieces]
        return {"_type": "block", "style": "normal", "children": children}

    body = [text(*line.partition(" ")) for line in LONG]
    body.insert(1, {**text("Who pays?"), "style": "h2"})
    found = article(shell(data({"props": {"pageProps": {"story": {"body": body}}}})))
    assert [block.text for block in found.blocks] == [LONG[0], "Who pays?", *LONG[1:]]
    assert found.blocks[1].kind == "heading"


def test_a_stream_of_react_is_the_page_that_it_draws():
    drawn = [["$", "p", None, {"className": "copy", "children": text}] for text in LONG]
    drawn.insert(1, ["$", "h2", None, {"children": ["Who ", "pays?"]}])
    tree = ["$", "$L3", None, {"children": ["$", "article", None, {"children": drawn}]}]
    stream = f'1:I["chunk"]\n2:T6,é\n.x\n3:{json.dumps(tree)}\n'
    half = len(stream) // 2
    pushes = "".join(f"self.__next_f.push({data([1, part])});" for part in (stream[:half], stream[half:]))
    found = article(shell(pushes, kind="text/javascript"))
    assert [block.text for block in found.blocks] == [LONG[0], "Who pays?", *LONG[1:]]


@pytest.mark.parametrize(
    "script",
    ['{"a":' * 5000, "[" * 100000, '{"items": [{"type": "text"}, {"type": 1}, null, "x"]}', "a = {b: 1}"],
    ids=["objects", "arrays", "no text", "no JSON"],
)
def test_strange_data_is_not_an_article(script):
    assert article_in_scripts(parse_page(shell(script, kind="text/javascript"))) == ""

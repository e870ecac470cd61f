"""Bodies that the model alone would miss."""

from tests.extract.pages import DE, EN, article_html, json_ld, page
from tests.extract.read import article

LONG = tuple(f"{text} This is paragraph number {number} of them." for number, text in enumerate(EN * 4))


def test_a_teaser_box_marked_as_the_article_does_not_hide_the_text():
    teaser = f"<article><p>{DE[0]}</p><p>{DE[1]}</p></article>"
    story = f"<div class='x1'>{''.join(f'<p>{text}</p>' for text in LONG)}</div>"
    assert LONG[5] in article(page(teaser + story)).text


def test_an_article_inside_of_an_aside_is_found():
    inside = f"<aside class='sidebar'><h1>The bridge is closed</h1>{article_html(LONG)}</aside>"
    assert article(page(inside)).text.split("\n\n") == list(LONG)


def test_text_without_paragraphs_is_found():
    assert EN[2] in article(page(f"<div id='story'>{'<br><br>'.join(EN * 3)}</div>")).text


def test_the_body_in_json_ld_is_used_if_the_page_does_not_show_it():
    head = json_ld(headline="Closed", articleBody="\n".join(LONG))
    found = article(page(f"<article><p>{EN[0]}</p><p>Sign in to go on.</p></article>", head=head))
    assert found.text.split("\n\n") == list(LONG)
    assert dict(found.provenance)["blocks"] == "json-ld"


def test_markup_in_the_body_of_json_ld_is_cut_into_paragraphs():
    markup = "".join(f"<p>{text} &amp; more</p>" for text in LONG)
    found = article(page("<p>Loading…</p>", head=json_ld(headline="Closed", articleBody=markup)))
    assert found.blocks[0].text == f"{LONG[0]} & more"


def test_the_visible_body_wins_over_the_body_in_json_ld():
    found = article(page(article_html(LONG), head=json_ld(headline="Closed", articleBody=" ".join(LONG))))
    assert len(found.blocks) == len(LONG)
    assert dict(found.provenance)["blocks"] == "html"

"""Bodies that the model alone would miss."""

from tests.extract.pages import DE, EN, article_html, json_ld, page
from tests.extract.read import article
from worker.extract.body.second_opinion import is_doubtful, with_second_opinion
from worker.extract.body.segments import Segment, segments_of
from worker.outcome import Refusal
from worker.text.html import parse_page

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


def judged(html: str) -> list[Segment]:
    tree = parse_page(page(html))
    assert not isinstance(tree, Refusal)
    return segments_of(tree)


STORY, FORM = " ".join(EN[:4]), " ".join(DE[:4])


def test_a_page_of_which_the_model_takes_nothing_is_in_doubt():
    assert is_doubtful(judged(f"<p>{STORY}</p>"), [-180])


def test_a_page_of_which_the_model_takes_one_sure_line_is_not_in_doubt():
    assert not is_doubtful(judged(f"<p>{EN[0]}</p><p>{STORY}</p>"), [320, -320])


def test_what_trafilatura_has_is_taken_where_the_model_takes_nothing():
    assert with_second_opinion(STORY, judged(f"<p>{STORY}</p><p>{FORM}</p>"), [-180, -390]) == [220, -790]


def test_an_opinion_on_nothing_but_sure_furniture_does_not_cost_the_text_that_is_in_doubt():
    runs = judged(f"<p>{STORY}</p><p>{FORM}</p>")
    assert with_second_opinion(FORM, runs, [40, -390]) == [40, -390]

"""The standfirst in the markup of content systems, and other lines below a headline."""

import pytest

from tests.extract.pages import AR, DE, EN, HI, JA, RU, article_html, json_ld, meta, page
from tests.extract.read import article
from worker.extract.head import read_head
from worker.extract.summary import printed_standfirst
from worker.text.html import parse_page

TITLE = "The bridge is closed"
LEAD = "Engineers found cracks in two pillars, and the buses go the long way round for weeks"


def summary(before, *, head="", text=EN, lang="en", title=TITLE):
    body = f"<main><h1>{title}</h1>{before}{article_html(text)}</main>"
    return article(page(body, head=head, lang=lang, title=title)).summary


@pytest.mark.parametrize(
    "printed",
    [
        "<p class='article-subtitle'>{}</p>",
        "<h2 class='deck'>{}</h2>",
        "<p class='dek'><span>{}</span></p>",
        "<div class='wp-block-news-dek'><p>{}</p></div>",
        "<p class='e-standfirst u-heading-4' itemprop='description'>{}</p>",
        "<div class='ContentHeaderDek-uWfLh bfHtpC'>{}</div>",
        "<p class='article_header-lead__0E3Bn'>{}</p>",
        "<div class='Article_elementLead__N3pGr'><p>{}</p></div>",
        "<p class='atc-IntroText'>{}</p>",
        "<div class='single-excerpt'><h2>{}</h2></div>",
        "<div class='reader__intro'><strong><p>{}</p></strong></div>",
        "<p class='c-article-summary'>{}</p>",
        "<div itemprop='alternativeHeadline'>{}</div>",
        "<h2 class='ft-subtitle'>{}</h2>",
        "<p class='byline'>By Ann Example</p><time>3 May 2024</time><p class='lede'>{}</p>",
        "<figure><figcaption>The old bridge on Friday</figcaption></figure><p class='abstract'>{}</p>",
    ],
)
def test_the_standfirst_is_recognised_by_the_words_of_its_markup(printed):
    head = meta(og__description="Another sentence which was written for search engines only.")
    assert summary(printed.format(LEAD), head=head) == LEAD


@pytest.mark.parametrize(
    ("lang", "title", "text", "mark", "lead"),
    [
        (
            "de",
            "Die Brücke ist gesperrt",
            DE,
            "vorspann",
            "In zwei Pfeilern wurden Risse gefunden, Busse fahren einen Umweg.",
        ),
        (
            "fr",
            "Le pont est fermé",
            EN,
            "chapo",
            "Des fissures trouvées dans deux piliers, les bus font un détour.",
        ),
        (
            "es",
            "El puente está cerrado",
            EN,
            "entradilla",
            "Hallan grietas en dos pilares y los autobuses dan un rodeo.",
        ),
        (
            "it",
            "Il ponte è chiuso",
            EN,
            "sommario",
            "Trovate crepe in due piloni, gli autobus fanno il giro lungo.",
        ),
        (
            "ru",
            "Мост закрыт для всех",
            RU,
            "doc_header__subheader",
            "В двух опорах нашли трещины, автобусы в объезд",
        ),
        ("ja", "古い橋が通行止めになった", JA, "sub-tit", "二本の橋脚にひびが見つかり、バスは遠回りする"),
        (
            "ar",
            "إغلاق الجسر القديم فوق النهر",
            AR,
            "field-subtitle",
            "تشققات في عمودين والحافلات تسلك طريقا أطول",
        ),
        ("hi", "पुराना पुल बंद कर दिया गया", HI, "synopsis", "दो खंभों में दरारें मिलीं और बसें लंबे रास्ते से जाएँगी"),
    ],
)
def test_the_standfirst_is_recognised_in_any_language(lang, title, text, mark, lead):
    assert summary(f"<h2 class='{mark}'>{lead}</h2>", text=text, lang=lang, title=title) == lead


def test_several_points_are_one_standfirst():
    points = ("Cracks were found in two pillars", "Repairs begin in the month of June")
    printed = "".join(f"<h2>{point}</h2>" for point in points)
    assert summary(f"<div class='subtitles'>{printed}</div>") == " ".join(points)


def test_lines_of_one_shape_are_one_standfirst():
    first, second = "Engineers found cracks in two pillars", "Buses go the long way round for weeks"
    printed = f"<div><h2 class='subtitle'>{first}</h2><h2 class='subtitle'>{second}</h2></div>"
    assert summary(f"<h2 class='epigraph'>The town</h2>{printed}") == f"{first} {second}"


def test_a_line_break_separates_words():
    assert summary("<h2 class='subtitle'>Cracks in two pillars<br>Buses go round</h2>") == (
        "Cracks in two pillars Buses go round"
    )


def test_attributes_for_tests_say_what_generated_class_names_do_not():
    assert summary(f"<p class='css-1485smx' data-testid='teaserText'>{LEAD}</p>") == LEAD


def test_a_paragraph_between_headline_and_byline_is_the_standfirst():
    printed = f"<div class='large'><span>{LEAD}.</span></div><div>By Ann Example, 3 May 2024</div>"
    assert summary(printed) == f"{LEAD}."


def test_the_headline_may_have_a_kicker_in_the_same_heading():
    body = f"<h2><span>Bridges: </span>{TITLE}</h2><p class='dek'>{LEAD}</p>{article_html()}"
    assert article(page(body, title=TITLE)).summary == LEAD


def test_a_paragraph_that_repeats_the_description_behind_a_place_is_printed_whole():
    head = meta(og__description=LEAD)
    assert summary(f"<p class='font-medium'>Berlin. {LEAD}</p>", head=head) == f"Berlin. {LEAD}"


def test_a_rubric_before_the_description_is_left_out():
    head = meta(og__description=LEAD)
    assert summary(f"<div class='intro'><b>Traffic</b>{LEAD}</div>", head=head) == LEAD


def test_the_standfirst_keeps_its_typography():
    head = meta(og__description="He called it 'a good day' for the whole of the city")
    printed = "He called it ‘a good day’ for the whole of the city"
    assert summary(f"<h2>{printed}</h2>", head=head) == printed


@pytest.mark.parametrize("form", ["<h2>{}</h2>", "<p><strong>{}</strong></p>", "<p class='font-bold'>{}</p>"])
def test_a_heading_or_a_bold_paragraph_right_below_the_headline_is_the_standfirst(form):
    assert summary(form.format(LEAD)) == LEAD


def test_the_headline_may_be_a_lesser_heading_or_be_printed_twice():
    body = f"<h1>The Example Daily News</h1><h2>{TITLE}</h2><p class='lead'>{LEAD}</p>{article_html()}"
    assert article(page(body)).summary == LEAD
    assert summary(f"<h2>{TITLE}</h2><p class='lead'>{LEAD}</p>") == LEAD


@pytest.mark.parametrize(
    "printed",
    [
        "<p class='byline subtitle'>By Ann Example, our woman at the far bank of the river</p>",
        "<p class='subtitle'>3 May 2024, 14:05</p>",
        "<div class='related-teaser'><h3>Another bridge in another town was closed a year ago</h3></div>",
        "<p class='caption intro'>The bridge on Friday morning, seen from the far bank of the river</p>",
        "<aside class='summary'><p>Key points that nobody has asked for at all in this place</p></aside>",
        "<p><a class='excerpt' href='/x'>Read all about the older bridges of this river here</a></p>",
        "<div class='lead'><img src='/a.jpg'><p>The bridge on Friday, seen from the far bank of it</p></div>",
        "<h2>Contents</h2>",
    ],
)
def test_other_lines_below_a_headline_are_not_the_standfirst(printed):
    assert summary(printed, head=meta(og__description="What the page is about.")) == "What the page is about."


def test_a_heading_within_the_text_is_not_the_standfirst():
    paragraphs = [f"<p>{text}</p>" for text in EN]
    paragraphs.insert(2, f"<h2 class='subhead'>{LEAD}</h2>")
    body = f"<h1>{TITLE}</h1><article>{''.join(paragraphs)}</article>"
    head = meta(og__description="What the page is about.")
    assert article(page(body, head=head)).summary == "What the page is about."


def test_a_description_that_begins_the_text_stays_a_description():
    head = meta(og__description=EN[0][:70] + "…")
    assert summary("", head=head) == EN[0][:70] + "…"
    assert summary(f"<p><b>{EN[0]}</b></p><p><b>{EN[1]}</b></p>", head=head) == EN[0]


def test_the_fullest_wording_of_a_description_is_taken():
    head = meta(og__description="Cracks were found in two pillars of...") + json_ld(
        description="Cracks were found in two pillars of the bridge."
    )
    assert summary("", head=head) == "Cracks were found in two pillars of the bridge."


def test_markup_and_entities_in_a_description_are_read():
    assert (
        summary("", head=meta(og__description="&lt;p&gt;Cracks &amp;amp; more&lt;/p&gt;")) == "Cracks & more"
    )


def standfirst(body, head=""):
    tree = parse_page(page(body, head=head))
    return printed_standfirst(tree, read_head(tree), TITLE)


def test_the_elements_of_a_separate_standfirst_are_returned():
    found = standfirst(f"<h1>{TITLE}</h1><p class='dek'>{LEAD}</p>{article_html()}")
    assert [element.get("class") for element in found.elements] == ["dek"]


def test_a_paragraph_with_the_description_is_not_a_separate_standfirst():
    found = standfirst(f"<h1>{TITLE}</h1>{article_html()}", meta(og__description=EN[0]))
    assert (found.text, found.elements) == (EN[0], ())


def test_a_page_without_a_headline_has_no_standfirst():
    assert standfirst(f"<p class='dek'>{LEAD}</p>{article_html()}") is None

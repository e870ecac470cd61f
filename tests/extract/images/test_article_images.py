"""Pictures with separate caption and credit, and neither in the text."""

import pytest

from tests.extract.pages import AR, DE, EN, HI, JA, RU, article_html, json_ld, meta, page
from tests.extract.read import article
from worker.extract.head import read_head
from worker.extract.images.article_images import caption_elements, read_images
from worker.extract.page_index import index_of
from worker.extract.types import Image
from worker.text.html import Tree, parse_page
from worker.urls import join

IMG = '<img src="/bridge.jpg" alt="A bridge">'
TEXTS = {"en": EN, "de": DE, "ru": RU, "ja": JA, "ar": AR, "hi": HI}


def tree_of(body: str, head: str = "") -> Tree:
    tree = parse_page(page(body, head=head))
    assert isinstance(tree, Tree)
    return tree


def images(body: str, head: str = "") -> tuple[Image, ...]:
    tree = tree_of(body, head)
    return read_images(tree, read_head(tree), lambda link: join("https://news.example/2024/a", link))


def figure(caption: str, image: str = IMG) -> str:
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


LAYOUTS = {
    "plain": figure("{caption} {credit}"),
    "credit span": f"<figure>{IMG}<figcaption>{{caption}} "
    f'<span class="credit">{{credit}}</span></figcaption></figure>',
    "gutenberg": f'<figure class="wp-block-image">{IMG}'
    f'<figcaption class="wp-element-caption">{{caption}} ({{credit}})'
    "</figcaption></figure>",
    "wordpress classic": f'<div class="wp-caption alignnone">{IMG}'
    f'<p class="wp-caption-text">{{caption}} {{credit}}</p></div>',
    "drupal": f'<div class="field--name-field-image"><div>{IMG}</div>'
    f'<div class="field-image-caption">{{caption}}</div>'
    '<div class="field-image-credit">{credit}</div></div>',
    "arc": f'<figure class="article-image"><div class="wrap"><picture>'
    f'<source srcset="/bridge.jpg 800w">{IMG}</picture></div>'
    '<figcaption><span class="caption-text">{caption}</span>'
    '<span class="caption-author">{credit}</span></figcaption></figure>',
    "aem": f'<div class="cmp-image">{IMG}<span class="cmp-image__title">{{caption}}</span>'
    '<span class="cmp-image__copyright">{credit}</span></div>',
    "ghost": f'<figure class="kg-card kg-image-card kg-card-hascaption">{IMG}'
    f"<figcaption><span>{{caption}} {{credit}}</span>"
    "</figcaption></figure>",
    "blogger": f'<table class="tr-caption-container"><tbody><tr><td><a href="/bridge.jpg">{IMG}</a></td></tr>'
    '<tr><td class="tr-caption">{caption} {credit}</td></tr></tbody></table>',
    "plain table": f"<table><tbody><tr><td>{IMG}</td></tr><tr>"
    f"<td>{{caption}} {{credit}}</td></tr></tbody></table>",
    "medium": f'<figure><div role="button"><div>{IMG}</div></div>'
    f"<figcaption>{{caption}} {{credit}}</figcaption></figure>",
    "amp": '<figure><amp-img src="/bridge.jpg" alt="A bridge" width="16" height="9"></amp-img>'
    "<figcaption>{caption} {credit}</figcaption></figure>",
    "definition list": f"<dl><dt>{IMG}</dt><dd>{{caption}} {{credit}}</dd></dl>",
    "small": f"<div>{IMG}<small>{{caption}} {{credit}}</small></div>",
    "caption in the text": f'<p>{IMG}</p><p class="caption">{{caption}} {{credit}}</p>',
    "figure without figcaption": f"<figure>{IMG}<div>{{caption}} {{credit}}</div></figure>",
    "caption beside the figure": f'<div class="media"><figure>{IMG}</figure>'
    f'<div class="media-info">{{caption}} {{credit}}</div></div>',
    "lightbox": f'<ul><li class="gallery-item"><a href="#photo-1">{IMG}</a>'
    f'<span class="img-info">{{caption}} {{credit}}</span></li></ul>',
    "credit in brackets": figure("{caption} <em>({credit})</em>"),
    "label for screen readers": figure(
        '<span class="visually-hidden">Image caption, </span>{caption} {credit}'
    ),
    "lazy with noscript": f'<figure><img src="data:image/gif;base64,R0" alt="A bridge">'
    f"<noscript>{IMG}</noscript>"
    "<figcaption>{caption} {credit}</figcaption></figure>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_caption_and_credit_are_separated_in_each_layout(layout):
    markup = LAYOUTS[layout].format(caption="The bridge on Friday.", credit="Photo: Jo Park/dpa")
    found = article(page(article_html(before="<h1>The bridge</h1>" + markup)))
    (image,) = found.images
    assert (image.url, image.alt) == ("https://news.example/bridge.jpg", "A bridge")
    assert (image.caption, image.credit) == ("The bridge on Friday.", "Jo Park/dpa")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_elements_of_captions_are_excluded_from_the_body(layout):
    markup = LAYOUTS[layout].format(caption="The bridge on Friday.", credit="Photo: Jo Park/dpa")
    tree = tree_of(article_html(before="<h1>The bridge</h1>" + markup))
    named = caption_elements(index_of(tree))
    texts = " ".join("".join(one.itertext()) for one in named)
    assert "The bridge on Friday." in texts
    assert "Jo Park" in texts
    assert not any(paragraph in texts for paragraph in EN)


@pytest.mark.parametrize(
    ("lang", "caption", "text", "credit"),
    [
        ("de", "Die Brücke am Freitag (Foto: Jo Park)", "Die Brücke am Freitag", "Jo Park"),
        ("ru", "Мост в пятницу. Фото: Иван Петров", "Мост в пятницу.", "Иван Петров"),
        ("ja", "川の古い橋＝共同", "川の古い橋", "共同"),
        ("ar", "الجسر القديم. صورة: جو بارك", "الجسر القديم.", "جو بارك"),
        ("hi", "पुराना पुल। फोटो: जो पार्क", "पुराना पुल।", "जो पार्क"),
    ],
)
def test_captions_in_other_scripts_are_split(lang, caption, text, credit):
    body = article_html(TEXTS[lang], before=f"<h1>x</h1>{figure(caption)}")
    (image,) = images(body)
    assert (image.caption, image.credit) == (text, credit)


@pytest.mark.parametrize(
    ("caption", "text"),
    [
        ("FILE PHOTO: The bridge", "The bridge"),
        ("The bridge © AgencyFILE PHOTO.", "The bridge"),
        ("The bridge © Agency FILE PHOTO", "The bridge"),
        ("FILE - The bridge", "The bridge"),
        ("Die Brücke (Archivbild)", "Die Brücke (Archivbild)"),
        ("Archivbild: Die Brücke", "Die Brücke"),
        ("Le pont (photo d’archives)", "Le pont (photo d’archives)"),
        ("El puente, foto de archivo", "El puente,"),
        ("Архивное фото моста", "Архивное фото моста"),
        ("橋（資料写真）", "橋（資料写真）"),
        ("A file photo shows the bridge in 2019.", "A file photo shows the bridge in 2019."),
    ],
)
def test_a_file_photo_is_recognised_by_a_mark_that_is_removed_outside_of_sentences(caption, text):
    (image,) = images(article_html(before=figure(caption)))
    assert image.file_photo
    assert (image.caption or "").rstrip(",") == text.rstrip(",")


def test_credit_and_mark_are_separated_from_the_text_before_them():
    (image,) = images(article_html(before=figure("Russian soldier © AgencyFILE PHOTO.")))
    assert image == Image(
        "https://news.example/bridge.jpg", "Russian soldier", "Agency", "A bridge", lead=True, file_photo=True
    )


def test_a_picture_without_a_caption_has_caption_none():
    (image,) = images(article_html(before=f"<p>{IMG}</p>"))
    assert (image.caption, image.credit, image.file_photo) == (None, None, False)


def test_a_caption_is_recognised_by_its_alt_text():
    picture = IMG.replace("A bridge", "The bridge at dawn")
    body = f'<div class="x1"><div>{picture}</div><div><span>The bridge at dawn</span></div></div>'
    (image,) = images(article_html(before=body))
    assert image.caption == "The bridge at dawn"


def test_the_lead_picture_comes_first_and_once_at_the_address_that_the_head_gives():
    head = meta(og__image="https://cdn.example/w800/the-old-bridge.jpg?q=1")
    body = figure("River.", '<img src="/river.jpg">') + figure(
        "Bridge.", '<img src="/w200/the-old-bridge.jpg">'
    )
    lead, other = images(article_html(before=body), head)
    assert (lead.url, lead.caption, lead.lead) == (
        "https://cdn.example/w800/the-old-bridge.jpg?q=1",
        "Bridge.",
        True,
    )
    assert (other.caption, other.lead) == ("River.", False)


def test_the_first_picture_is_the_lead_where_the_head_names_no_other():
    body = figure("Bridge.") + figure("River.", '<img src="/river.jpg">')
    assert [image.lead for image in images(article_html(before=body))] == [True, False]


@pytest.mark.parametrize(
    "head",
    [
        meta(og__image="/lead.jpg"),
        meta(twitter__image="/lead.jpg"),
        json_ld(headline="x", image="https://news.example/lead.jpg"),
        json_ld(
            headline="x", image=[{"@type": "ImageObject", "contentUrl": "https://news.example/lead.jpg"}]
        ),
        '<link rel="image_src" href="/lead.jpg">',
    ],
)
def test_a_lead_picture_that_is_not_shown_is_kept(head):
    (image,) = images(article_html(), head)
    assert (image.url, image.lead) == ("https://news.example/lead.jpg", True)


def test_opengraph_names_the_lead_picture_before_json_ld():
    head = meta(og__image="/og.jpg") + json_ld(headline="x", image="https://news.example/ld.jpg")
    assert images(article_html(), head)[0].url == "https://news.example/og.jpg"


def test_json_ld_gives_caption_and_credit_of_a_lead_picture_that_shows_none():
    node = {
        "@type": "ImageObject",
        "url": "https://news.example/lead.jpg",
        "caption": "The bridge",
        "creditText": "Jo Park",
    }
    (image,) = images(article_html(), json_ld(headline="x", image=[node]))
    assert (image.caption, image.credit) == ("The bridge", "Jo Park")


def test_a_picture_in_two_sizes_is_stored_once_with_either_caption():
    large = figure("Bridge.", "<img src=/w900/bridge-2024-10-11.jpg>")
    body = f'<p><img src="/w200/bridge-2024-10-11.jpg"></p>{large}'
    (image,) = images(article_html(before=body))
    assert image.caption == "Bridge."


def test_reading_images_does_not_change_the_tree():
    from lxml import etree

    tree = tree_of(article_html(before=figure("The bridge. Photo: Jo Park")))
    before = etree.tostring(tree)
    read_images(tree, read_head(tree), lambda link: link)
    caption_elements(index_of(tree))
    assert etree.tostring(tree) == before


def test_a_caption_that_repeats_the_headline_is_dropped():
    (image,) = images(f"<h1>The bridge</h1>{article_html(before=figure('The bridge'))}")
    assert image.caption is None


def test_the_name_of_the_site_alone_is_a_credit():
    (image,) = images(article_html(before=figure("The Post")), meta(og__site_name="The Post"))
    assert (image.caption, image.credit) == (None, "The Post")

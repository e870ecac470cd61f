"""Pictures with caption and credit apart, and neither in the text."""

import pytest

from tests.extract.pages import EN, article_html, json_ld, meta, page
from tests.extract.read import article


def figure(caption: str, image: str = '<img src="/bridge.jpg" alt="A bridge">') -> str:
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


@pytest.mark.parametrize(
    ("caption", "text", "credit"),
    [
        ("The bridge on Friday.", "The bridge on Friday.", None),
        ("The bridge on Friday. © Jo Park/dpa", "The bridge on Friday.", "© Jo Park/dpa"),
        ("Die Brücke am Freitag (Foto: Jo Park)", "Die Brücke am Freitag", "Foto: Jo Park"),
        ("The bridge. Photo: Jo Park/Agency", "The bridge.", "Photo: Jo Park/Agency"),
        ('The bridge. <span class="credit">Jo Park / AFP</span>', "The bridge.", "Jo Park / AFP"),
        ("川の古い橋 写真：山田太郎", "川の古い橋", "写真：山田太郎"),
    ],
)
def test_caption_and_credit_are_apart_and_not_in_the_text(caption, text, credit):
    found = article(page(article_html(before=figure(caption))))
    (image,) = found.images
    assert (image.url, image.alt) == ("https://news.example/bridge.jpg", "A bridge")
    assert (image.caption, image.credit) == (text, credit)
    assert found.text.split("\n\n") == list(EN)


@pytest.mark.parametrize(
    "caption",
    [
        "FILE PHOTO: The bridge",
        "Die Brücke (Archivbild)",
        "Le pont (photo d’archives)",
        "Архивное фото моста",
        "橋（資料写真）",
    ],
)
def test_a_file_photo_is_told_by_its_caption(caption):
    assert article(page(article_html(before=figure(caption)))).images[0].file_photo


@pytest.mark.parametrize(
    "image",
    [
        '<img src="data:image/gif;base64,R0" data-src="/big.jpg">',
        '<img src="/s.jpg" srcset="/s.jpg 320w, /big.jpg 1280w, /m.jpg 640w">',
        '<picture><source srcset="/big.jpg 2x, /s.jpg 1x"><img src="/s.jpg"></picture>',
    ],
)
def test_the_largest_and_lazily_loaded_address_is_taken(image):
    assert (
        article(page(article_html(before=figure("x", image)))).images[0].url == "https://news.example/big.jpg"
    )


def test_the_lead_picture_comes_first_and_once():
    head = meta(og__image="https://cdn.example/w800/the-old-bridge.jpg?q=1")
    body = figure("River.", '<img src="/river.jpg">') + figure(
        "Bridge.", '<img src="/w200/the-old-bridge.jpg">'
    )
    lead, other = article(page(article_html(before=body), head=head)).images
    assert (lead.url, lead.caption, lead.lead) == (
        "https://news.example/w200/the-old-bridge.jpg",
        "Bridge.",
        True,
    )
    assert (other.caption, other.lead) == ("River.", False)


def test_a_lead_picture_that_is_not_shown_is_kept():
    head = json_ld(headline="x", image={"@type": "ImageObject", "url": "https://cdn.example/lead.jpg"})
    (image,) = article(page(article_html(), head=head)).images
    assert (image.url, image.lead) == ("https://cdn.example/lead.jpg", True)


def test_pictures_beside_the_article_are_left_out():
    assert article(page(f"<aside>{figure('Advert')}</aside>" + article_html())).images == ()

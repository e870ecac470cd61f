"""Caption and credit in elements without a class that names them, below the picture, and among labels."""

import pytest

from tests.extract.pages import EN, article_html, page
from tests.extract.read import article

IMG = '<img src="/bridge.jpg" alt="">'
CAPTION = "Two engineers below a pillar"
NAME = "Jo Park"
AGENCY = "Jo Park/AFP"

LAYOUTS = {
    "name in brackets": f"<figure>{IMG}<figcaption>{CAPTION}. ({NAME})</figcaption></figure>",
    "name behind the sentence": f"<figure>{IMG}<figcaption>{CAPTION}. {NAME}</figcaption></figure>",
    "word and name first": f'<figure>{IMG}<figcaption><span class="label">Bild:</span> <span>{NAME}</span>'
    f" <span>{CAPTION}</span></figcaption></figure>",
    "line of the credit first": f"<figure>{IMG}<figcaption><span>Foto: {NAME}</span><br>{CAPTION}"
    "</figcaption></figure>",
    "link": f'<figure>{IMG}<figcaption>{CAPTION} <a href="https://agency.example/">{AGENCY}</a>'
    "</figcaption></figure>",
    "bold": f"<figure>{IMG}<figcaption>{CAPTION} <b>{AGENCY}</b></figcaption></figure>",
    "old centered": f'<center>{IMG}</center><center><font size="2">{CAPTION}</font></center>',
    "author in a box for a picture": f'<div class="article-image">{IMG}<div class="text">{CAPTION}</div>'
    f'<div class="author">{NAME}</div></div>',
    "spans no class": f"<figure>{IMG}<figcaption><span>{CAPTION}</span><span>{AGENCY}</span></figcaption>"
    "</figure>",
    "spans no class name": f"<figure>{IMG}<figcaption><span>{CAPTION}</span> <span>{NAME}</span></figcaption>"
    "</figure>",
    "spans stop name": f"<figure>{IMG}<figcaption><span>{CAPTION}.</span> <span>{NAME}</span></figcaption>"
    "</figure>",
    "br": f"<figure>{IMG}<figcaption>{CAPTION}<br>{AGENCY}</figcaption></figure>",
    "line break and word": f"<figure>{IMG}<figcaption>{CAPTION}<br>Foto: {NAME}</figcaption></figure>",
    "br name": f"<figure>{IMG}<figcaption>{CAPTION}.<br>{NAME}</figcaption></figure>",
    "paragraphs": f"<figure>{IMG}<figcaption><p>{CAPTION}</p><p>{AGENCY}</p></figcaption></figure>",
    "paragraphs, name": f"<figure>{IMG}<figcaption><p>{CAPTION}</p><p>{NAME}</p></figcaption></figure>",
    "small": f"<figure>{IMG}<figcaption>{CAPTION} <small>{NAME}</small></figcaption></figure>",
    "small next to it": f"<figure>{IMG}<figcaption>{CAPTION}</figcaption><small>{NAME}</small></figure>",
    "em": f"<figure>{IMG}<figcaption>{CAPTION}. <em>{NAME}</em></figcaption></figure>",
    "em2": f"<figure>{IMG}<figcaption>{CAPTION} <em>({AGENCY})</em></figcaption></figure>",
    "credit first": f'<figure>{IMG}<span class="credit">{AGENCY}</span><figcaption>{CAPTION}</figcaption>'
    "</figure>",
    "credit first in it": f'<figure>{IMG}<figcaption><span class="credit">{AGENCY}</span>{CAPTION}'
    "</figcaption></figure>",
    "copyright span": f'<figure>{IMG}<figcaption>{CAPTION} <span class="copyright">© {AGENCY}</span>'
    "</figcaption></figure>",
    "itemprop": f'<figure itemscope itemtype="http://schema.org/ImageObject">{IMG}<figcaption>'
    f'<span itemprop="caption">{CAPTION}</span> <span itemprop="copyrightHolder">'
    f"{AGENCY}</span></figcaption></figure>",
    "itemprop name": f'<figure itemscope>{IMG}<figcaption><span itemprop="description">{CAPTION}</span>'
    f' <span itemprop="author">{NAME}</span></figcaption></figure>',
    "itemprop creditText": f'<figure itemscope>{IMG}<figcaption itemprop="caption">'
    f'{CAPTION} <span itemprop="creditText">Supplied by police</span></figcaption></figure>',
    "bbc": f'<figure><div>{IMG}<span class="ssrcss-1 e1"><span class="visually-hidden ssrcss">'
    f'Image source, </span>{AGENCY}</span></div><figcaption><span class="visually-hidden">'
    f"Image caption, </span><p>{CAPTION}</p></figcaption></figure>",
    "bbc hashed": f'<figure><div><div>{IMG}</div><p role="text" class="css-1a"><span class="css-vh">'
    f'Image source, </span>{NAME}</p></div><figcaption class="css-2b"><span class="css-vh">'
    f"Image caption, </span>{CAPTION}</figcaption></figure>",
    "bbc plain": '<div class="media-landscape"><span class="image-and-copyright-container">'
    f'{IMG}<span class="off-screen">Image copyright</span>'
    f'<span class="story-image-copyright">{AGENCY}</span></span>'
    '<figcaption class="media-caption"><span class="off-screen">Image caption</span>'
    f'<span class="media-caption__text">{CAPTION}</span></figcaption></div>',
    "guardian": f'<figure><label for="x"><span>View image in fullscreen</span></label>{IMG}<figcaption>'
    f'<span class="dcr"><svg></svg></span><span class="dcr">{CAPTION}</span>'
    f" Photograph: {AGENCY}</figcaption></figure>",
    "nyt": f'<figure>{IMG}<figcaption><span aria-hidden="false" class="css-x">{CAPTION}.</span>'
    '<span class="css-y"><span class="css-vh">Credit...</span><span><span>'
    f"{NAME} for The Times</span></span></span></figcaption></figure>",
    "cnn": f'<div class="image">{IMG}<div class="image__metadata">'
    f'<div class="image__caption attribution"><span>{CAPTION}</span></div>'
    f'<figcaption class="image__credit">{AGENCY}</figcaption></div></div>',
    "expand text": f"<figure>{IMG}<figcaption><span>Expand</span> {CAPTION}. {AGENCY}</figcaption></figure>",
    "open in gallery": f"<figure>{IMG}<span>Open image in gallery</span><figcaption>{CAPTION} <span>"
    f"({AGENCY})</span></figcaption></figure>",
    "counter": f'<figure>{IMG}<span class="count">1 / 3</span><figcaption>'
    f"1/3 {CAPTION}. Foto: {AGENCY}</figcaption></figure>",
    "counter de": f"<figure>{IMG}<figcaption>Bild 1 von 3: {CAPTION}. Foto: {AGENCY}</figcaption></figure>",
    "bild öffnen": f"<figure>{IMG}<figcaption>{CAPTION}. Foto: {AGENCY} Bild in Galerie öffnen</figcaption>"
    "</figure>",
    "details": f"<figure>{IMG}<figcaption><details><summary>Bildbeschreibung einblenden</summary>"
    f"{CAPTION} | {AGENCY}</details></figcaption></figure>",
    "div under": f'<div>{IMG}</div><div class="x1">{CAPTION} (Foto: {AGENCY})</div>',
    "p under em": f"<p>{IMG}</p><p><em>{CAPTION}. Photo: {AGENCY}</em></p>",
    "p under small": f"<p>{IMG}</p><p><small>{CAPTION}. Photo: {AGENCY}</small></p>",
    "p under foto": f"<p>{IMG}</p><p>{CAPTION}. Foto: {AGENCY}</p>",
    "p same br": f"<p>{IMG}<br>{CAPTION}. Foto: {AGENCY}</p>",
    "p same br em": f"<p>{IMG}<br><em>{CAPTION}</em></p>",
    "p center": f'<p style="text-align:center">{IMG}</p><p style="text-align:center">'
    f"{CAPTION}. Foto: {AGENCY}</p>",
    "div in one": f'<div class="wrap">{IMG}<p>{CAPTION} (Foto: {AGENCY})</p></div>',
    "div in one no credit": f'<div class="article-photo"><div class="inner">{IMG}</div><div class="txt">'
    f"{CAPTION}</div></div>",
    "span sibling in p": f"<p>{IMG}<span>{CAPTION}. © {AGENCY}</span></p>",
    "linked photographer by": f'<figure>{IMG}<figcaption>{CAPTION}. Photo by <a href="/jane">{NAME}</a>'
    ' on <a href="/u">Unsplash</a></figcaption></figure>',
    "data attr": f'<figure>{IMG}<figcaption data-credit="x"><div class="a">{CAPTION}</div><div class="b">'
    f"Photo: {NAME}</div></figcaption></figure>",
    "two captions": f"<figure>{IMG}<figcaption>{CAPTION}</figcaption><figcaption>© {AGENCY}</figcaption>"
    "</figure>",
    "aria": f'<figure>{IMG}<figcaption>{CAPTION} <span aria-hidden="true">|</span> <span class="sr">'
    f"Credit:</span> {NAME}</figcaption></figure>",
    "slug": f'<figure class="media">{IMG}<div class="media__footer"><div class="media__legend">'
    f'{CAPTION}</div><div class="media__signature">{NAME}</div></div></figure>',
    "classes in French": f'<figure>{IMG}<figcaption class="article__legend">'
    f'{CAPTION} <span class="article__credit-photo">{NAME}</span></figcaption></figure>',
    "classes in Spanish": f'<figure>{IMG}<figcaption><span class="foto-pie">{CAPTION}</span>'
    f'<span class="foto-firma">{NAME}</span></figcaption></figure>',
    "classes in Spanish, author": f'<figure>{IMG}<figcaption><span>{CAPTION}</span><span class="a_m_m">'
    f'<span class="autor">{NAME}</span></span></figcaption></figure>',
    "class in Dutch": f'<figure>{IMG}<figcaption>{CAPTION}<span class="bron">{NAME}</span></figcaption>'
    "</figure>",
    "classes in Polish": f'<div class="foto">{IMG}<div class="opis">{CAPTION}'
    f'<span class="zrodlo">{NAME}</span></div></div>',
    "photo__desc": f'<div class="photo">{IMG}<div class="photo__desc">{CAPTION}<div class="photo__author">'
    f"{NAME}</div></div></div>",
    "byline": f'<figure>{IMG}<figcaption>{CAPTION} <span class="byline">Foto: {NAME}</span>'
    "</figcaption></figure>",
    "class in Finnish": f'<figure>{IMG}<figcaption>{CAPTION} <span class="kuvaaja">Kuva: {NAME}</span>'
    "</figcaption></figure>",
    "source": f'<figure>{IMG}<figcaption>{CAPTION} <span class="source">(Fotoğraf: {NAME})</span>'
    "</figcaption></figure>",
    "wp credit": f'<div class="wp-caption">{IMG}<p class="wp-caption-text">'
    f'{CAPTION} <span class="media-credit">{NAME}</span></p></div>',
    "wp media-credit": f'<div class="media-credit-container">{IMG}<span class="media-credit">{NAME}</span>'
    f'</div><p class="wp-caption-text">{CAPTION}</p>',
    "table": f"<table><tr><td>{IMG}</td></tr><tr><td>{CAPTION}. Foto: {AGENCY}</td></tr></table>",
    "dl": f"<dl><dt>{IMG}</dt><dd>{CAPTION}</dd><dd>{AGENCY}</dd></dl>",
    "strong title": f"<figure>{IMG}<figcaption><strong>{CAPTION}</strong> — {AGENCY}</figcaption></figure>",
    "credit by sibling": f'<figure>{IMG}<p class="caption">{CAPTION}</p><p class="photographer">By {NAME}</p>'
    "</figure>",
    "icon text": f'<figure>{IMG}<figcaption><span class="icon">camera</span>'
    f'{CAPTION} <span class="credit">{AGENCY}</span></figcaption></figure>',
    "photo icon label": f'<figure>{IMG}<figcaption><i class="icon" aria-hidden="true">photo_camera</i>'
    f' {CAPTION} <span class="credit">{AGENCY}</span></figcaption></figure>',
    "share": f'<figure>{IMG}<figcaption>{CAPTION} <span class="credit">{AGENCY}</span>'
    '<div class="share"><a href="https://facebook.example/x">Facebook</a>'
    ' <a href="https://t.example/x">Twitter</a></div></figcaption></figure>',
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_caption_and_credit_are_found_in_each_layout_and_not_in_the_text(layout):
    markup = LAYOUTS[layout]
    body = article_html((EN[0], "picture", *EN[1:])).replace("<p>picture</p>", markup)
    found = article(page(f"<h1>The bridge is closed</h1>{body}"))
    (image,) = found.images
    assert (image.caption or "").rstrip(".") == CAPTION
    assert (image.credit or "").startswith(NAME) is (NAME in markup)
    assert CAPTION not in found.text


@pytest.mark.parametrize(
    "below",
    [
        "<p>The engineers will look at the bridge again on Monday.</p>",
        f"<p><em>{EN[0]}</em></p><p><em>{EN[1]}</em></p>",
        "<p><em>Read the whole report here:</em></p>",
        "<h2>The bridge</h2>",
        "<p>Updated 3 hours ago</p>",
        '<p><a href="/2024/05/04/the-ferry">The ferry will run again from Monday</a></p>',
        f"<p>{EN[0]} {EN[1]} {EN[2]} {EN[3]} Photo: Jo Park</p>",
    ],
)
def test_text_below_a_picture_that_is_not_set_apart_is_not_its_caption(below):
    body = article_html((EN[0], "picture", *EN[1:])).replace("<p>picture</p>", f"<p>{IMG}</p>{below}")
    (image,) = article(page(f"<h1>The bridge is closed</h1>{body}")).images
    assert image.caption is None


def test_a_picture_with_a_caption_that_links_to_its_own_page_is_the_articles():
    markup = (
        f'<figure><a href="/images/2024/bridge" class="popup">{IMG}</a>'
        f'<a href="/images/2024/bridge"><figcaption>{CAPTION}</figcaption></a></figure>'
    )
    body = article_html((EN[0], "picture", *EN[1:])).replace("<p>picture</p>", markup)
    (image,) = article(page(f"<h1>The bridge is closed</h1>{body}")).images
    assert image.caption == CAPTION


def test_a_long_paragraph_that_begins_with_the_name_in_the_alternative_text_stays_text():
    about = f"Bridgeware {EN[0]} {EN[1]} {EN[2]}"
    logo = '<p><img src="/logo.png" alt="Bridgeware"></p>'
    assert about in article(page(article_html((*EN, f"{logo}<p>{about}</p>", *EN[:2])))).text


def test_several_paragraphs_in_chinese_are_text_though_their_box_is_called_a_caption():
    said = "市政府昨天宣布，河上的老橋因為兩座橋墩出現裂縫而關閉，預計維修到明年春天，行人和車輛必須繞道。"
    lines = [f"{number}、{said}" for number in range(6)]
    told = "".join(f"<p>{line}</p>" for line in lines)
    html = f'<div class="photo">{IMG}<div class="photo-caption">{told}</div></div>'
    assert lines[3] in article(page(html)).text

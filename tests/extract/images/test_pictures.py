"""Which pictures of a page are the article's."""

import pytest

from tests.extract.pages import DE, EN, article_html, page
from worker.extract.images.pictures import find_pictures, find_region
from worker.text.html import Tree, parse_page

IMG = '<img src="/bridge.jpg" alt="">'
SECOND = '<img src="/river.jpg" alt="">'


def tree_of(body: str) -> Tree:
    tree = parse_page(page(body))
    assert isinstance(tree, Tree)
    return tree


def found(body: str) -> list[str]:
    return [one.element.get("src") for one in find_pictures(tree_of(body))]


def test_the_text_next_to_a_picture_is_not_its_caption_whatever_its_class_says():
    text = f"<div class='textpic-text'>{article_html((*EN, *DE) * 2)}</div>"
    (one,) = find_pictures(tree_of(f"<h1>x</h1><div class='textpic'><div>{IMG}</div>{text}</div>"))
    assert one.surroundings.captions == []


@pytest.mark.parametrize(
    "body",
    [
        f"<article><h1>x</h1>{IMG}" + article_html() + "</article>",
        f"<article><header>{IMG}<h1>x</h1></header>" + article_html() + "</article>",
        f"<main><div>{IMG}</div><h1>x</h1>" + article_html() + "</main>",
        "<h1>x</h1>" + article_html((EN[0], f"{EN[1]}{IMG}", *EN[2:])),
        "<h1>x</h1>" + article_html((EN[0], f'<a href="/bridge-large.jpg">{IMG}</a>', *EN[1:])),
        "<h1>x</h1>" + article_html((EN[0], f'<a href="#gallery">{IMG}</a>', *EN[1:])),
        "<h1>x</h1>" + article_html(after=f"<figure>{IMG}<figcaption>The bridge.</figcaption></figure>"),
        f'<div class="page sidebar-left"><h1>x</h1><p>{IMG}</p>{article_html()}</div>',
        f'<h1>x</h1><a href="/story/2"><figure>{IMG}'
        f"<figcaption>The bridge. Photo: Jo Park</figcaption></figure></a>{article_html()}",
        f"<h1>x</h1><div>{IMG}<br>{'<br>'.join(EN)}</div>",
    ],
)
def test_a_picture_of_the_article_is_found(body):
    assert found(body) == ["/bridge.jpg"]


@pytest.mark.parametrize(
    "beside",
    [
        f"<aside class='related'><figure>{IMG}<figcaption>Another</figcaption></figure></aside>",
        f"<nav>{IMG}</nav>",
        f"<footer>{IMG}</footer>",
        f'<div class="newsletter-box">{IMG}</div>',
        f'<div class="article-teaser">{IMG}</div>',
        f'<div class="author-bio">{IMG}</div>',
        f'<div id="outbrain_widget">{IMG}</div>',
        f'<a href="/another/story">{IMG}</a>',
        f'<div><a href="/another/story">{IMG}</a><div class="caption">'
        f'<a href="/another/story">Another story today</a></div></div>',
        '<img src="/bridge.jpg" class="site-logo">',
        '<img src="/bridge.jpg" width="40" height="40">',
        '<img src="/bridge.jpg" width="1" height="1">',
        f"<div class='byline-card'>{IMG}<span>By Jo Park</span></div>",
        f"<figure>{IMG}<figcaption>By Jo Park</figcaption></figure>",
    ],
)
def test_a_picture_of_something_else_is_left_out(beside):
    assert found("<h1>x</h1>" + article_html((EN[0], beside, *EN[1:]))) == []


def test_a_picture_after_the_text_without_a_caption_is_left_out():
    assert found(f"<h1>x</h1>{article_html()}<section><h2>More</h2>{IMG}{SECOND}</section>") == []


def test_a_picture_before_the_articles_markup_is_left_out():
    assert found(f"<div><img src='/ad.jpg'></div><article><h1>x</h1>{IMG}{article_html()}</article>") == [
        "/bridge.jpg"
    ]


def test_each_picture_of_a_gallery_has_its_own_caption():
    slides = "".join(
        f"<li>{img}<p class='caption'>{n}. slide</p></li>" for n, img in enumerate((IMG, SECOND), 1)
    )
    pictures = find_pictures(tree_of(f"<h1>x</h1><ul class='gallery'>{slides}</ul>" + article_html()))
    assert ["".join(one.surroundings.captions[0].itertext()) for one in pictures] == ["1. slide", "2. slide"]


def test_a_headline_next_to_a_picture_is_not_its_caption():
    (picture,) = find_pictures(
        tree_of(f"<article><div class='media'>{IMG}<h1>The bridge</h1></div>{article_html()}</article>")
    )
    assert picture.surroundings.captions == []


def test_a_paragraph_next_to_a_picture_is_not_its_caption():
    pictures = find_pictures(tree_of("<h1>x</h1>" + article_html((EN[0], IMG, *EN[1:]))))
    assert [one.surroundings.captions for one in pictures] == [[]]


def test_a_picture_repeated_in_noscript_is_found_once():
    body = f"<h1>x</h1><div><img data-src='/bridge.jpg'><noscript>{IMG}</noscript></div>" + article_html()
    assert len(find_pictures(tree_of(body))) == 1


def test_the_region_runs_from_the_headline_to_the_last_paragraph():
    region = find_region(tree_of(f"<h1>x</h1>{article_html(DE)}<div><p>{EN[0]}</p></div>"))
    assert (region.headline, region.first, region.last) == (0, 1, 4)
    assert region.body is not None
    assert region.body.tag == "article"


def test_a_page_without_paragraphs_has_no_body():
    region = find_region(tree_of(f"<h1>x</h1>{IMG}"))
    assert (region.body, region.last, len(region.pictures)) == (None, None, 1)


def test_text_in_wrapped_blocks_still_has_one_region():
    blocks = "".join(f"<div><div><p>{text}</p></div></div>" for text in EN)
    region = find_region(tree_of(f"<article><h1>x</h1>{blocks}</article>"))
    assert region.body is not None
    assert (region.body.tag, region.first, region.last) == ("article", 1, 4)
